// Connections on a reactor: connecting, listening and accepting without blocking the other tasks.

import WASIp2

/// What a connection, its streams and a queue keep alive.
typealias TCPSocketBox = SocketBox<TCPSocket>

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
        reader = StreamReader(InputStream(owning: input), on: reactor, keeping: box)
        writer = StreamWriter(OutputStream(owning: output), on: reactor, keeping: box)
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

    fileprivate init(_ box: TCPSocketBox, on reactor: Reactor) {
        self.box = box
        self.reactor = reactor
    }

    /// The address on which it listens, with the port that was found for 0.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try box.socket.localAddress()
    }

    /// Waits for the next connection. An error is one connection's, or of the moment: the queue goes
    /// on.
    public func accept() -> Accept { Accept(self, on: reactor) }
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

/// A connect in progress. Dropping it gives the connect up.
public struct Connect: ~Copyable, Future {
    private let reactor: Reactor
    private let address: SocketAddress
    private var box: TCPSocketBox?
    private var wait: KeptWait?

    init(to address: SocketAddress, on reactor: Reactor) {
        self.address = address
        self.reactor = reactor
    }

    /// Makes the socket and calls `start-connect` at the first poll, then `finish-connect` after each report
    /// of the host's. The result owns socket and streams; not to be polled after it was ready.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<TCPConnection, NetworkError>> {
        do throws(NetworkError) {
            if box == nil {
                let socket = TCPSocketBox(try TCPSocket(address.ip.family), on: reactor)
                try socket.socket.startConnect(Network(), to: address)
                box = socket
                wait = KeptWait(socket.pollable)
            }
            let socket = box!
            while wait!.poll(context, { socket.socket.subscribe() }) {
                do throws(NetworkError) {
                    let connection = try socket.socket.finishConnect()
                    socket.pollable.drop()
                    return .ready(.success(TCPConnection(socket, connection, on: reactor)))
                } catch {
                    if error != .wouldBlock { throw error }
                }
            }
            return .pending
        } catch {
            box?.pollable.drop()
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
    private var wait: KeptWait?

    init(on address: SocketAddress, backlog: UInt64?, _ reactor: Reactor) {
        self.address = address
        self.backlog = backlog
        self.reactor = reactor
    }

    /// Makes the socket and binds it at the first poll, then finishes that, sets the backlog and begins to
    /// listen after reports of the host's. The result owns the socket; not to be polled after it was ready.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<TCPQueue, NetworkError>> {
        do throws(NetworkError) {
            if step == .bind {
                let socket = TCPSocketBox(try TCPSocket(address.ip.family), on: reactor)
                try socket.socket.startBind(Network(), to: address)
                box = socket
                wait = KeptWait(socket.pollable)
                step = .finishBind
            }
            let socket = box!
            while wait!.poll(context, { socket.socket.subscribe() }) {
                do throws(NetworkError) {
                    if step == .finishBind {
                        try socket.socket.finishBind()
                        if let backlog { try socket.socket.setListenBacklogSize(backlog) }
                        try socket.socket.startListen()
                        step = .finishListen
                    }
                    try socket.socket.finishListen()
                    socket.pollable.drop()
                    return .ready(.success(TCPQueue(socket, on: reactor)))
                } catch {
                    if error != .wouldBlock { throw error }
                }
            }
            return .pending
        } catch {
            box?.pollable.drop()
            return .ready(.failure(error))
        }
    }
}

/// An accept in progress.
public struct Accept: ~Copyable, Future {
    private let reactor: Reactor
    private let queue: TCPQueue
    private var wait: KeptWait

    init(_ queue: TCPQueue, on reactor: Reactor) {
        self.queue = queue
        self.reactor = reactor
        wait = KeptWait(queue.box.pollable)
    }

    /// Waits for a report of the host's, then calls `accept`; waits again where no connection was there.
    /// The connection owns its socket and streams. Polled after it was ready, it accepts the next.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<TCPConnection, NetworkError>> {
        let listener = queue.box
        while wait.poll(context, { listener.socket.subscribe() }) {
            do throws(NetworkError) {
                let accepted = try listener.socket.accept()
                return .ready(.success(TCPConnection(accepted, on: reactor)))
            } catch {
                if error != .wouldBlock { return .ready(.failure(error)) }
            }
        }
        return .pending
    }
}

extension TCPConnection {
    /// The connection that an accept gave.
    fileprivate convenience init(_ accepted: consuming TCPSocket.Accepted, on reactor: Reactor) {
        let (socket, input, output) = accepted.handles()
        let connection = TCPSocket.Connection(
            input: InputStream(owning: input), output: OutputStream(owning: output))
        self.init(
            TCPSocketBox(TCPSocket(owning: socket), on: reactor), connection, on: reactor)
    }
}
