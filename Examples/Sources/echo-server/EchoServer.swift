// Sends back what each connection sends: `swift run echo-server 7007`, or port 0 for any free one.
// On loopback, unless POLLUX_NETWORK grants more.

import WASIAsyncRuntime
import WASIp2

@main
struct EchoServer {
    static func main() {
        let arguments = Environment.arguments()
        guard arguments.count == 2, let port = UInt16(arguments[1]) else {
            print("usage: echo-server PORT")
            exit(success: false)
        }
        do {
            try blockOn { try await serve(port) }
        } catch {
            print("echo-server: \(error)")
            exit(success: false)
        }
    }

    /// Listens for ever, with one task for each connection.
    static func serve(_ port: UInt16) async throws {
        let listener = try await TCPListener.bind(to: SocketAddress(.loopback, port: port))
        let output = AsyncOutputStream.standardOutput()
        try await output.write("listening on port \(try listener.localAddress().port)\n")
        try await withThrowingDiscardingTaskGroup { group in
            for try await connection in listener {
                group.addTask {
                    do {
                        _ = try await connection.copy(from: connection.input)
                        try connection.shutDown(.send)
                    } catch {
                        // One connection that broke is no reason to end the others.
                        try await output.write("a connection ended: \(error)\n")
                    }
                }
            }
        }
    }
}
