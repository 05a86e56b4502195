// Sends its standard input to a server and prints what comes back, at the same time:
// `echo hello | swift run echo-client localhost 7007`.

import WASIAsyncRuntime
import WASIp2

@main
struct EchoClient {
    static func main() {
        let arguments = Environment.arguments()
        guard arguments.count == 3, let port = UInt16(arguments[2]) else {
            print("usage: echo-client HOST PORT")
            exit(success: false)
        }
        do {
            try blockOn { try await talk(to: arguments[1], port) }
        } catch {
            print("echo-client: \(error)")
            exit(success: false)
        }
    }

    /// Copies in both directions until the server has no more to say.
    static func talk(to host: String, _ port: UInt16) async throws {
        let connection = try await withTimeout(.seconds(10)) {
            try await TCPStream.connect(to: host, port: port)
        }
        let sending = Task {
            _ = try await connection.copy(from: .standardInput())
            try connection.shutDown(.send)
        }
        let output = AsyncOutputStream.standardOutput()
        while let bytes = try await connection.input.read() { try await output.write(bytes) }
        sending.cancel()
        do { try await sending.value } catch is CancellationError {}
    }
}
