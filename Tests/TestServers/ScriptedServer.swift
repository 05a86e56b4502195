// A server that does to each of its clients exactly what a test says, however wrong that is.

import Foundation

/// A TCP server on 127.0.0.1 that runs a script on a thread of its own.
///
/// Nothing here waits for ever: a client that neither sends nor takes anything for a minute, or does not
/// come at all, ends the script.
public final class ScriptedServer: Sendable {
    /// Where it listens.
    public let port: UInt16
    private let listener: Int32
    private let ended = DispatchSemaphore(value: 0)

    /// Begins to listen, and to run the script. A client that goes away ends the script by an error, which
    /// is the client's to explain.
    public init(_ script: @escaping @Sendable (ScriptedServer) throws -> Void) {
        let (listener, port) = Self.bind()
        guard Glibc.listen(listener, 4_096) == 0 else { fatalError("a test server cannot listen") }
        self.listener = listener
        self.port = port
        Thread.detachNewThread { [ended] in
            try? script(self)
            close(listener)
            ended.signal()
        }
    }

    /// Waits until the script is over.
    public func join() {
        ended.wait()
        ended.signal()
    }

    /// The next client; waits for it.
    public func accept() throws -> Peer {
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 60_000) == 1 else { throw PeerError.late }
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { throw PeerError.gone }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return Peer(descriptor)
    }

    /// A port that refuses connections for as long as `body` runs.
    public static func withClosedPort<Result>(
        _ body: (UInt16) throws -> Result
    ) rethrows -> Result {
        let (descriptor, port) = bind()
        defer { close(descriptor) }
        return try body(port)
    }

    /// A port where a connect neither succeeds nor fails for as long as `body` runs: the queue of its listener is
    /// full, and nobody accepts.
    public static func withFullBacklog<Result>(
        _ body: (UInt16) throws -> Result
    ) rethrows -> Result {
        let (listener, port) = bind()
        defer { close(listener) }
        guard Glibc.listen(listener, 0) == 0 else { fatalError("a test server cannot listen") }
        // The queue holds one more than it was asked to; what comes after that waits with the first of these.
        let clients = (0..<4).map { _ in connectWithoutWaiting(to: port) }
        defer { for client in clients { close(client) } }
        return try body(port)
    }

    private static func connectWithoutWaiting(to port: UInt16) -> Int32 {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(kind), 0)
        var address = loopback(port)
        let isOnItsWay = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let size = socklen_t(MemoryLayout<sockaddr_in>.size)
                return connect(descriptor, $0, size) == 0 || errno == EINPROGRESS
            }
        }
        guard isOnItsWay else { fatalError("a test client cannot connect") }
        return descriptor
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    static func bind() -> (descriptor: Int32, port: UInt16) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { fatalError("a test server cannot bind") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// Why a script cannot go on.
public enum PeerError: Error {
    /// The client has closed or reset the connection.
    case gone
    /// The client did nothing for a minute.
    case late
    /// The client does not speak HTTP.
    case nonsense
}

/// A server's end of one connection; closed when it goes.
public final class Peer {
    /// How a client has left.
    public enum Leaving: Sendable {
        /// By the end of its bytes.
        case closed
        /// By a reset.
        case reset
    }

    private var descriptor: Int32
    /// Bytes that have come and nobody has taken.
    private var received: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, size)
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(4))
    }

    deinit { close() }

    // MARK: Reading

    /// Everything up to and with the next empty line.
    public func readHead() throws -> String {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let place = received.firstRange(of: end)?.upperBound {
                return String(decoding: take(place), as: UTF8.self)
            }
            try receive()
        }
    }

    /// So many bytes.
    public func read(_ count: Int) throws -> [UInt8] {
        while received.count < count { try receive() }
        return take(count)
    }

    /// Whatever has come, at least a byte.
    public func readSome() throws -> [UInt8] {
        if received.isEmpty { try receive() }
        return take(received.count)
    }

    /// A line without its end.
    public func readLine() throws -> String {
        while true {
            if let place = received.firstRange(of: [13, 10] as [UInt8])?.upperBound {
                return String(decoding: take(place).dropLast(2), as: UTF8.self)
            }
            try receive()
        }
    }

    /// A body in chunks, and the lines of its trailers.
    public func readChunks() throws -> (body: [UInt8], trailers: [String]) {
        var body: [UInt8] = []
        while true {
            guard let size = Int(try readLine(), radix: 16) else { throw PeerError.nonsense }
            if size == 0 { break }
            body += try read(size)
            guard try readLine().isEmpty else { throw PeerError.nonsense }
        }
        var trailers: [String] = []
        while case let line = try readLine(), !line.isEmpty { trailers.append(line) }
        return (body, trailers)
    }

    /// Waits until the client leaves, and takes nothing of what it still sends.
    public func awaitLeaving() throws -> Leaving {
        do {
            while true {
                received = []
                try receive()
            }
        } catch PeerError.gone {
            return errno == ECONNRESET ? .reset : .closed
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        let taken = Array(received.prefix(count))
        received.removeFirst(count)
        return taken
    }

    private func receive() throws {
        var room = [UInt8](repeating: 0, count: 65_536)
        errno = 0
        let got = recv(descriptor, &room, room.count, 0)
        if got > 0 {
            received += room[..<got]
        } else if got < 0, errno == EINTR {
            try receive()
        } else {
            throw got < 0 && errno == EAGAIN ? PeerError.late : PeerError.gone
        }
    }

    // MARK: Writing

    /// Sends a text.
    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends bytes.
    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let took = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if took < 0, errno == EINTR { continue }
            guard took > 0 else { throw errno == EAGAIN ? PeerError.late : PeerError.gone }
            sent += took
        }
    }

    /// Waits until all that was sent is in the client's kernel, which a send alone does not say: on a busy
    /// machine it may be on its way yet.
    public func awaitArrival() throws {
        for _ in 0..<60_000 {
            var underWay: Int32 = 0
            guard ioctl(descriptor, UInt(TIOCOUTQ), &underWay) == 0 else { throw PeerError.gone }
            if underWay == 0 { return }
            pause(milliseconds: 1)
        }
        throw PeerError.late
    }

    /// Ends what is sent, and goes on reading.
    public func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes the connection by a reset.
    public func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Closes the connection.
    public func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}

/// Stands for a moment in which nothing happens.
public func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }
