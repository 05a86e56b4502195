// The servers that are measured. Each serves so many connections, says its port, and returns how long
// its thread has computed meanwhile, in ns.

import CEcho
import EchoGuest
import PolluxHost
import PolluxLibuv
import PolluxNative
import Synchronization
import WASIAsyncRuntime

enum EchoServers {
    /// Serves so many connections, says its port, and returns how long its thread has computed.
    typealias Serve =
        @Sendable (_ connections: Int, _ listening: @escaping @Sendable (UInt16) -> Void) throws
        -> Int64

    /// A guest on WASIAsyncRuntime and the native host.
    @Sendable static func serveOurs(
        _ connections: Int, _ listening: @escaping @Sendable (UInt16) -> Void
    ) throws -> Int64 {
        let result = Mutex<Result<Int64, any Error>?>(nil)
        let outcome = Guest.run(on: WASIHost(driver: LibuvDriver())) {
            let served = Result {
                try blockOn {
                    let server = try await EchoServer(backlog: 1_024)
                    listening(server.address.port)
                    let start = echo_thread_time()
                    try await server.serve(connections)
                    return echo_thread_time() - start
                }
            }
            result.withLock { $0 = served }
        }
        guard let served = result.withLock({ $0 }) else { throw ServerFailure("\(outcome)") }
        return try served.get()
    }

    /// `uv_tcp_t` and callbacks, in C.
    @Sendable static func serveLibuv(
        _ connections: Int, _ listening: @escaping @Sendable (UInt16) -> Void
    ) throws -> Int64 {
        let listener = Listener(listening)
        let start = echo_thread_time()
        let status = uv_echo_serve(
            Int32(connections),
            { port, context in
                Unmanaged<Listener>.fromOpaque(context!).takeUnretainedValue().listening(port)
            }, Unmanaged.passUnretained(listener).toOpaque())
        let time = echo_thread_time() - start
        withExtendedLifetime(listener) {}
        guard status == 0 else { throw ServerFailure("libuv's error \(status)") }
        return time
    }

    /// Whom the C loop tells its port.
    private final class Listener {
        let listening: @Sendable (UInt16) -> Void

        init(_ listening: @escaping @Sendable (UInt16) -> Void) { self.listening = listening }
    }
}

/// A server ended before it was done.
struct ServerFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
