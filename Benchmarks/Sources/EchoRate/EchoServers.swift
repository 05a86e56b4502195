// The servers that are measured. Each serves so many connections, says its port, and returns what
// went wrong, if anything did.

import CEcho
import EchoGuest
import PolluxHost
import PolluxLibuv
import PolluxNative
import Synchronization
import WASIAsyncRuntime

enum EchoServers {
    /// A guest on WASIAsyncRuntime and the native host.
    static func serveOurs(
        _ connections: Int, _ listening: @escaping @Sendable (UInt16) -> Void
    ) -> String? {
        let flaw = Mutex<String?>(nil)
        let outcome = Guest.run(on: WASIHost(driver: LibuvDriver())) {
            do {
                try blockOn {
                    let server = try await EchoServer(backlog: 1_024)
                    listening(server.address.port)
                    try await server.serve(connections)
                }
            } catch {
                flaw.withLock { $0 = "\(error)" }
            }
        }
        return outcome == .completed ? flaw.withLock { $0 } : "\(outcome)"
    }

    /// `uv_tcp_t` and callbacks, in C.
    static func serveLibuv(
        _ connections: Int, _ listening: @escaping @Sendable (UInt16) -> Void
    ) -> String? {
        let listener = Listener(listening)
        let status = uv_echo_serve(
            Int32(connections),
            { port, context in
                Unmanaged<Listener>.fromOpaque(context!).takeUnretainedValue().listening(port)
            }, Unmanaged.passUnretained(listener).toOpaque())
        return withExtendedLifetime(listener) { status == 0 ? nil : "libuv's error \(status)" }
    }

    /// Whom the C loop tells its port.
    private final class Listener {
        let listening: @Sendable (UInt16) -> Void

        init(_ listening: @escaping @Sendable (UInt16) -> Void) { self.listening = listening }
    }
}
