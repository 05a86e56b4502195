// Requests by futures to a server on loopback, in real time, by libcurl.

import Dispatch
import PolluxHost
import PolluxLibuv
import PolluxNative
import Synchronization
import TestServers
import Testing
import WASIReactor
import WASIReactorHTTP
import WASIp2
import WASIp2HTTP

struct ServerTests {
    /// Runs a guest in real time, of which nothing may be left, and returns what it said.
    private func run(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (LocalExecutor, @escaping (String) -> Void) -> Void
    ) -> [String] {
        let said = Said()
        let host = WASIHost(driver: LibuvDriver(), trace: Trace(), network: .loopback)
        let outcome = Guest.run(on: host) {
            body(LocalExecutor()) { text in said.lines.withLock { $0.append(text) } }
        }
        #expect(outcome == .completed, sourceLocation: sourceLocation)
        #expect(host.liveResources == 0, "what the guest left", sourceLocation: sourceLocation)
        return said.lines.withLock { $0 }
    }

    private final class Said: Sendable {
        let lines = Mutex<[String]>([])
    }

    /// Takes a client, answers nothing, and says when the client has left.
    private static func silentServer(_ said: Said) -> ScriptedServer {
        ScriptedServer { server in
            let peer = try server.accept()
            do {
                _ = try peer.readHead()
                _ = try peer.awaitLeaving()
            } catch PeerError.gone {}
            said.lines.withLock { $0.append("left") }
        }
    }

    private static func request(_ port: UInt16, _ method: RequestMethod = .get) -> Request {
        Request(method, scheme: .http, authority: "127.0.0.1:\(port)", path: "/path?query")
    }

    @Test func `bytes go out with their length and fields, and the answer comes back`() {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            let head = try peer.readHead()
            let body = try peer.read(300_000)
            let isRight =
                head.hasPrefix("PUT /path?query HTTP/1.1\r\n") && head.contains("x-one: 1\r\n")
                && head.lowercased().contains("content-length: 300000\r\n")
            try peer.send("HTTP/1.1 201 Made\r\nContent-Length: \(body.count)\r\n\r\n")
            try peer.send(isRight ? body : Array("!".utf8))
            _ = try peer.awaitLeaving()
        }
        let port = server.port
        let said = run { executor, say in
            var request = Self.request(port, .put)
            request.fields = [Field("x-one", "1")]
            let bytes = Array(repeating: UInt8(ascii: "p"), count: 300_000)
            let result = executor.blockOn(executor.fetch(request, body: .bytes(bytes)))
            guard case .success(let response) = result else { return say("\(result)") }
            say("\(response.status) \(executor.text(of: response).utf8.count)")
        }
        #expect(said == ["201 300000"])
    }

    @Test func `HTTP-57, HTTP-75: a body of parts goes out in frames, with trailers both ways`() {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            let (body, trailers) = try peer.readChunks()
            let text = String(decoding: body, as: UTF8.self) + " " + trailers.joined()
            try peer.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\nX-Sum: 9\r\n\r\n")
            _ = try peer.awaitLeaving()
        }
        let port = server.port
        let said = run { executor, say in
            let body = RequestBody.parts(
                [Array("one ".utf8), Array("two".utf8)], trailers: [Field("x-sum", "7")])
            let result = executor.blockOn(executor.fetch(Self.request(port, .post), body: body))
            guard case .success(let response) = result else { return say("\(result)") }
            say(executor.text(of: response))
            guard case .success(let fields?) = executor.blockOn(response.trailers()) else { return }
            for field in fields { say(field.name + String(decoding: field.value, as: UTF8.self)) }
        }
        #expect(said == ["one two x-sum: 7", "x-sum9"])
    }

    @Test func `a slow body does not hold a fast one up`() {
        let isFastRead = DispatchSemaphore(value: 0)
        let server = ScriptedServer { server in
            let slow = try server.accept()
            _ = try slow.readHead()
            try slow.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
            let fast = try server.accept()
            _ = try fast.readHead()
            try fast.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfast")
            isFastRead.wait()
            try slow.send("slow")
            _ = try slow.awaitLeaving()
        }
        let port = server.port
        let said = run { executor, say in
            let responses = ["slow", "fast"].compactMap { name in
                try? (name, executor.blockOn(executor.fetch(Self.request(port))).get())
            }
            for (name, response) in responses {
                guard let body = response.body else { continue }
                executor.spawn(
                    AnyFuture.box(body.read(4)) { result in
                        if case .success(let bytes) = result {
                            say(name + " " + String(decoding: bytes, as: UTF8.self))
                        }
                        isFastRead.signal()
                    })
            }
            executor.run()
        }
        #expect(said == ["fast fast", "slow slow"])
    }

    @Test func `HTTP-62: a response that does not come in time is a timeout, for the server too`() {
        let left = Said()
        let server = Self.silentServer(left)
        let port = server.port
        let said = run { executor, say in
            var request = Self.request(port)
            request.timeouts.firstByte = .milliseconds(50)
            guard case .failure(let error) = executor.blockOn(executor.fetch(request)) else {
                return
            }
            say("\(error == .failed(.connectionReadTimeout))")
        }
        server.join()
        #expect(said == ["true"])
        #expect(left.lines.withLock { $0 } == ["left"])
    }

    @Test(arguments: [false, true])
    func `RES-27, wstd#31: a request that is dropped in flight is cut off, and leaves nothing`(
        hasBody: Bool
    ) {
        let left = Said()
        let server = Self.silentServer(left)
        let port = server.port
        let said = run { executor, say in
            let source = Source(
                Array(repeating: .text("x"), count: 60_000), on: executor.reactor)
            let fetch = executor.fetch(
                Self.request(port, .post), body: hasBody ? source.body : nil)
            let result = executor.blockOn(Given(.milliseconds(50), executor.reactor, fetch))
            say(result == nil ? "given up" : "there")
        }
        server.join()
        #expect(said == ["given up"])
        #expect(left.lines.withLock { $0 } == ["left"])
    }

    @Test func `a port that nobody listens on refuses`() {
        let said = ScriptedServer.withClosedPort { port in
            run { executor, say in
                guard
                    case .failure(let error) = executor.blockOn(executor.fetch(Self.request(port)))
                else { return }
                say("\(error == .failed(.connectionRefused))")
            }
        }
        #expect(said == ["true"])
    }
}
