// The other end of the connection, on the same thread: nothing here waits.

import FuzzInput
import Glibc

/// A server on 127.0.0.1 with one connection at a time.
final class HostileServer {
    nonisolated(unsafe) static let shared = HostileServer()

    let port: UInt16
    private let listener: CInt
    private var connection: CInt = -1

    private init() {
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let listener = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { fault("there is no loopback") }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
    }

    /// Whether there is a connection now.
    func accept() -> Bool {
        connection = Glibc.accept(listener, nil, nil)
        return connection >= 0
    }

    /// Sends what the kernel takes at once.
    func send(_ bytes: ArraySlice<UInt8>) {
        _ = bytes.withUnsafeBytes {
            Glibc.send(
                connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
    }

    /// The client sees the end, and may still send.
    func endSending() { shutdown(connection, CInt(SHUT_WR)) }

    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        if connection >= 0 { Glibc.close(connection) }
        connection = -1
    }
}
