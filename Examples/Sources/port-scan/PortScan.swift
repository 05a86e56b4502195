// Says which ports of a host take connections: `swift run port-scan localhost 7000-7100`.

import WASIAsyncRuntime
import WASIp2

@main
struct PortScan {
    static func main() {
        do {
            let arguments = Array(Environment.arguments().dropFirst())
            if arguments.contains("--help") || arguments.contains("-h") {
                return print(Request.help)
            }
            let request = try Request(arguments)
            let found = try blockOn { try await scan(request) }
            if !found { exit(success: false) }
        } catch {
            say("port-scan: \(explanation(of: error))\n")
            exit(success: false)
        }
    }

    /// Prints the open ports and a summary; whether there was an open one.
    static func scan(_ request: Request) async throws -> Bool {
        guard let host = try await lookup(request.host).first else {
            throw NetworkError.nameUnresolvable
        }
        var open: [UInt16] = []
        var silent: [UInt16] = []
        // Each answer makes room for the next port, so that never more than so many wait at a time.
        try await withThrowingTaskGroup(of: (UInt16, Answer).self) { group in
            var waiting = 0
            func take() async throws {
                guard let (port, answer) = try await group.next() else { return }
                waiting -= 1
                switch answer {
                case .open: open.append(port)
                case .silent: silent.append(port)
                case .closed: break
                }
            }
            for port in request.ports {
                if waiting == request.atOnce { try await take() }
                let address = SocketAddress(host, port: port)
                group.addTask { (port, try await probe(address, request.timeout)) }
                waiting += 1
            }
            while waiting > 0 { try await take() }
        }
        let closed = request.ports.count - open.count - silent.count
        let lines =
            open.sorted().map { "\($0) open\n" } + silent.sorted().map { "\($0) no answer\n" }
        let summary = "\(open.count) open, \(closed) closed, \(silent.count) without an answer\n"
        try await AsyncOutputStream.standardOutput().write(lines.joined() + summary)
        return !open.isEmpty
    }

    /// What a port is found to be.
    enum Answer { case open, closed, silent }

    /// Connects, and ends the connection at once.
    static func probe(_ address: SocketAddress, _ limit: Duration) async throws -> Answer {
        do {
            let connection = try await withTimeout(limit) {
                try await TCPStream.connect(to: address)
            }
            // A connect from the very port that it goes to meets itself, where nobody listens.
            return try connection.localAddress() == address ? .closed : .open
        } catch NetworkError.connectionRefused {
            return .closed
        } catch NetworkError.connectionReset {
            // It went away as soon as it was there.
            return .open
        } catch NetworkError.timeout, NetworkError.remoteUnreachable {
            return .silent
        } catch is TimeoutError {
            return .silent
        }
    }

    static func explanation(of error: any Error) -> String {
        switch error as? NetworkError {
        case .accessDenied:
            "access denied: POLLUX_NETWORK=allow:HOST:PORT grants more than loopback"
        case .nameUnresolvable: "no such host"
        case .newSocketLimit: "too many sockets at a time: a smaller --at-once may do"
        default: "\(error)"
        }
    }

    /// Writes to standard error; where nobody reads that, there is nobody to tell.
    static func say(_ text: String) {
        blockOn { try? await AsyncOutputStream.standardError().write(text) }
    }
}
