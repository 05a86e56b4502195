// Connections on a reactor: connecting, listening and accepting without blocking the other tasks.

import WASIp2

/// A TCP socket that its streams and futures keep alive together.
final class TCPSocketBox {
    let socket: TCPSocket

    init(_ socket: consuming TCPSocket) { self.socket = socket }
}

/// A TCP connection: its streams, whose reads and writes suspend a task.
///
/// The socket lives as long as this or one of the two streams does.
public final class TCPConnection {
    /// What the other side sends.
    public let reader: StreamReader
    /// What goes there.
    public let writer: StreamWriter
    private let box: TCPSocketBox

    init(_ box: TCPSocketBox, _ connection: consuming TCPSocket.Connection, on reactor: Reactor) {
        self.box = box
        let (input, output) = connection.handles()
        reader = StreamReader(InputStream(owning: input), on: reactor, parent: box)
        writer = StreamWriter(OutputStream(owning: output), on: reactor, parent: box)
    }

    /// Ends directions of the connection; what was written goes out before the end.
    public func shutDown(_ type: ShutdownType) throws(NetworkError) {
        try box.socket.shutDown(type)
    }

    /// The connection's own address.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try box.socket.localAddress()
    }

    /// Who is at the other end.
    public func remoteAddress() throws(NetworkError) -> SocketAddress {
        try box.socket.remoteAddress()
    }
}

/// A queue of connections on an address.
public final class TCPQueue {
    private let reactor: Reactor
    fileprivate let box: TCPSocketBox
    private var key: EventKey?

    fileprivate init(_ box: TCPSocketBox, on reactor: Reactor) {
        self.box = box
        self.reactor = reactor
    }

    deinit {
        if let key { reactor.remove(key) }
    }

    /// The address on which it listens, with the port that was found for 0.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try box.socket.localAddress()
    }

    /// Waits for the next connection. An error is one connection's, or of the moment: the queue goes
    /// on.
    public func accept() -> Accept { Accept(self, on: reactor) }

    fileprivate func wait() -> Wait {
        let key = self.key ?? reactor.insert(box.socket.subscribe())
        self.key = key
        return reactor.wait(key)
    }

    /// The reactor has given all its pollables up; the next wait subscribes anew.
    fileprivate func forgetPollable() { key = nil }
}

extension Reactor {
    /// Connects to an address.
    public func connect(to address: SocketAddress) -> Connect { Connect(to: address, on: self) }

    /// Begins to listen on an address; port 0 is any free one.
    /// - Parameter backlog: how many connections may wait; `nil` leaves that to the host.
    public func listen(on address: SocketAddress, backlog: UInt64? = nil) -> Listen {
        Listen(on: address, backlog: backlog, self)
    }
}

/// The two halves of an operation of a socket: begun once, finished when the host says so.
private struct SocketWait: ~Copyable {
    private let reactor: Reactor
    private let box: TCPSocketBox
    private var key: EventKey?
    private var wait: Wait?

    init(_ box: TCPSocketBox, on reactor: Reactor) {
        self.box = box
        self.reactor = reactor
    }

    deinit {
        // The wait is discharged by its own end; a key that is gone names nothing.
        if let key { reactor.remove(key) }
    }

    /// Whether the socket was reported ready since the last time.
    mutating func poll(_ context: borrowing Context) -> Bool {
        while true {
            if wait == nil {
                let key = self.key ?? reactor.insert(box.socket.subscribe())
                self.key = key
                wait = reactor.wait(key)
            }
            guard case .ready(let end)? = wait?.poll(context) else { return false }
            wait = nil
            if end == .ready { return true }
            key = nil
        }
    }
}

/// A connect in progress. Dropping it gives the connect up.
public struct Connect: ~Copyable, Future {
    private let reactor: Reactor
    private let address: SocketAddress
    private var box: TCPSocketBox?
    private var wait: SocketWait?

    init(to address: SocketAddress, on reactor: Reactor) {
        self.address = address
        self.reactor = reactor
    }

    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<TCPConnection, NetworkError>> {
        do throws(NetworkError) {
            if box == nil {
                let socket = TCPSocketBox(try TCPSocket(address.ip.family))
                try socket.socket.startConnect(Network(), to: address)
                box = socket
                wait = SocketWait(socket, on: reactor)
            }
            while wait?.poll(context) ?? false {
                do throws(NetworkError) {
                    let connection = try box!.socket.finishConnect()
                    wait = nil
                    return .ready(.success(TCPConnection(box!, connection, on: reactor)))
                } catch {
                    if error != .wouldBlock { throw error }
                }
            }
            return .pending
        } catch {
            wait = nil
            return .ready(.failure(error))
        }
    }
}

/// A bind and listen in progress.
public struct Listen: ~Copyable, Future {
    private enum Step { case bind, finishBind, finishListen }

    private let reactor: Reactor
    private let address: SocketAddress
    private let backlog: UInt64?
    private var step = Step.bind
    private var box: TCPSocketBox?
    private var wait: SocketWait?

    init(on address: SocketAddress, backlog: UInt64?, _ reactor: Reactor) {
        self.address = address
        self.backlog = backlog
        self.reactor = reactor
    }

    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<TCPQueue, NetworkError>> {
        do throws(NetworkError) {
            if step == .bind {
                let socket = TCPSocketBox(try TCPSocket(address.ip.family))
                try socket.socket.startBind(Network(), to: address)
                box = socket
                wait = SocketWait(socket, on: reactor)
                step = .finishBind
            }
            while wait?.poll(context) ?? false {
                do throws(NetworkError) {
                    if step == .finishBind {
                        try box!.socket.finishBind()
                        if let backlog { try box!.socket.setListenBacklogSize(backlog) }
                        try box!.socket.startListen()
                        step = .finishListen
                    }
                    try box!.socket.finishListen()
                    wait = nil
                    return .ready(.success(TCPQueue(box!, on: reactor)))
                } catch {
                    if error != .wouldBlock { throw error }
                }
            }
            return .pending
        } catch {
            wait = nil
            return .ready(.failure(error))
        }
    }
}

/// An accept in progress.
public struct Accept: ~Copyable, Future {
    private let reactor: Reactor
    private let queue: TCPQueue
    private var wait: Wait?

    init(_ queue: TCPQueue, on reactor: Reactor) {
        self.queue = queue
        self.reactor = reactor
    }

    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<TCPConnection, NetworkError>> {
        while true {
            if wait == nil { wait = queue.wait() }
            guard case .ready(let end)? = wait?.poll(context) else { return .pending }
            wait = nil
            if end == .removed {
                queue.forgetPollable()
                continue
            }
            do throws(NetworkError) {
                let accepted = try queue.box.socket.accept()
                return .ready(.success(TCPConnection(accepted, on: reactor)))
            } catch {
                if error != .wouldBlock { return .ready(.failure(error)) }
            }
        }
    }
}

extension TCPConnection {
    /// The connection that an accept gave.
    fileprivate convenience init(_ accepted: consuming TCPSocket.Accepted, on reactor: Reactor) {
        let (socket, input, output) = accepted.handles()
        let connection = TCPSocket.Connection(
            input: InputStream(owning: input), output: OutputStream(owning: output))
        self.init(TCPSocketBox(TCPSocket(owning: socket)), connection, on: reactor)
    }
}
