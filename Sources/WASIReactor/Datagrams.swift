// Datagrams on a reactor, and look-ups.

import WASIp2

/// A bound UDP socket whose sends and receives suspend a task.
public final class DatagramSocket {
    fileprivate let incomingPollable: KeptPollable
    fileprivate let outgoingPollable: KeptPollable
    // The streams go before the socket, their pollables before them.
    fileprivate let incoming: IncomingDatagramStream
    fileprivate let outgoing: OutgoingDatagramStream
    private let box: SocketBox<UDPSocket>

    fileprivate init(
        _ box: SocketBox<UDPSocket>, peer: SocketAddress?, on reactor: Reactor
    ) throws(NetworkError) {
        let (incoming, outgoing) = try box.socket.stream(with: peer).handles()
        self.incoming = IncomingDatagramStream(owning: incoming)
        self.outgoing = OutgoingDatagramStream(owning: outgoing)
        self.box = box
        incomingPollable = KeptPollable(on: reactor)
        outgoingPollable = KeptPollable(on: reactor)
    }

    deinit {
        incomingPollable.drop()
        outgoingPollable.drop()
    }

    /// The address that it is bound to, with the port that was found for 0.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try box.socket.localAddress()
    }

    /// Waits for datagrams, one at least, `count` at most.
    public func receive(_ count: UInt64 = 16) -> ReceiveDatagrams { ReceiveDatagrams(self, count) }

    /// Sends one datagram, when the host takes it.
    public func send(_ datagram: Datagram) -> SendDatagram { SendDatagram(self, datagram) }
}

extension Reactor {
    /// Binds a UDP socket to an address; port 0 is any free one.
    /// - Parameter peer: the one whom to send to and receive from; `nil` for anybody.
    public func bind(to address: SocketAddress, peer: SocketAddress? = nil) -> BindDatagrams {
        BindDatagrams(to: address, peer: peer, on: self)
    }
}

/// A bind in progress. Dropping it gives the socket up.
public struct BindDatagrams: ~Copyable, Future {
    private let reactor: Reactor
    private let address: SocketAddress
    private let peer: SocketAddress?
    private var box: SocketBox<UDPSocket>?
    private var wait: KeptWait?

    init(to address: SocketAddress, peer: SocketAddress?, on reactor: Reactor) {
        self.address = address
        self.peer = peer
        self.reactor = reactor
    }

    /// Makes and binds the socket; ready at the first poll where the host binds at once. The result owns
    /// the socket and its two streams; not to be polled after it was ready.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<DatagramSocket, NetworkError>> {
        do throws(NetworkError) {
            if box == nil {
                let socket = SocketBox(try UDPSocket(address.ip.family), on: reactor)
                try socket.socket.startBind(Network(), to: address)
                box = socket
            }
            let socket = box!
            while true {
                do throws(NetworkError) {
                    try socket.socket.finishBind()
                    break
                } catch {
                    if error != .wouldBlock { throw error }
                }
                // Most hosts are done at once, without a poll.
                if wait == nil { wait = KeptWait(socket.pollable) }
                guard wait!.poll(context, { socket.socket.subscribe() }) else { return .pending }
            }
            socket.pollable.drop()
            return .ready(.success(try DatagramSocket(socket, peer: peer, on: reactor)))
        } catch {
            box?.pollable.drop()
            return .ready(.failure(error))
        }
    }
}

/// A receive in progress.
public struct ReceiveDatagrams: ~Copyable, Future {
    private let socket: DatagramSocket
    private let count: UInt64
    private var wait: KeptWait

    init(_ socket: DatagramSocket, _ count: UInt64) {
        self.socket = socket
        self.count = count
        wait = KeptWait(socket.incomingPollable)
    }

    /// Waits for a report of the host's, then calls `incoming-datagram-stream.receive`; waits again where
    /// that gave nothing. Datagrams are in the order in which the host gives them. Polled after it was
    /// ready, it receives again.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<[Datagram], NetworkError>> {
        let socket = socket
        while wait.poll(context, { socket.incoming.subscribe() }) {
            do throws(NetworkError) {
                let datagrams = try socket.incoming.receive(count)
                if !datagrams.isEmpty || count == 0 { return .ready(.success(datagrams)) }
            } catch {
                return .ready(.failure(error))
            }
        }
        return .pending
    }
}

/// A send in progress.
public struct SendDatagram: ~Copyable, Future {
    private let socket: DatagramSocket
    private let datagram: Datagram
    private var wait: KeptWait

    init(_ socket: DatagramSocket, _ datagram: Datagram) {
        self.socket = socket
        self.datagram = datagram
        wait = KeptWait(socket.outgoingPollable)
    }

    /// Waits for a report of the host's, then calls `check-send` and `send`, until the host has taken the
    /// datagram. Polled after it was ready, it sends once more.
    public mutating func poll(_ context: borrowing Context) -> Poll<Result<Void, NetworkError>> {
        let socket = socket
        while wait.poll(context, { socket.outgoing.subscribe() }) {
            do throws(NetworkError) {
                if try socket.outgoing.checkSend() == 0 { continue }
                if try socket.outgoing.send([datagram]) > 0 { return .ready(.success(())) }
            } catch {
                return .ready(.failure(error))
            }
        }
        return .pending
    }
}

extension Reactor {
    /// Looks a name up, given in UTF-8; an address is its own answer.
    public func lookUp(_ name: [UInt8]) -> LookUp { LookUp(name, on: self) }
}

/// A look-up in progress. Dropping it gives the look-up up.
public struct LookUp: ~Copyable, Future {
    private let name: [UInt8]
    private let pollable: KeptPollable
    private var lookup: LookupBox?
    private var wait: KeptWait
    private var addresses: [IPAddress] = []

    init(_ name: [UInt8], on reactor: Reactor) {
        self.name = name
        pollable = KeptPollable(on: reactor)
        wait = KeptWait(pollable)
    }

    deinit { pollable.drop() }

    /// All addresses, in the host's order of preference.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<[IPAddress], NetworkError>> {
        do throws(NetworkError) {
            let lookup: LookupBox
            if let known = self.lookup {
                lookup = known
            } else {
                lookup = LookupBox(try ResolveAddressStream(name, on: Network()))
                self.lookup = lookup
            }
            while wait.poll(context, { lookup.stream.subscribe() }) {
                do throws(NetworkError) {
                    while let address = try lookup.stream.next() { addresses.append(address) }
                    return .ready(.success(addresses))
                } catch {
                    if error != .wouldBlock { throw error }
                }
            }
            return .pending
        } catch {
            return .ready(.failure(error))
        }
    }
}

/// Where a look-up's stream is.
private final class LookupBox {
    let stream: ResolveAddressStream

    init(_ stream: consuming ResolveAddressStream) { self.stream = stream }
}
