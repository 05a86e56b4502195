// Any bytes of a server's, in answer to a request, to the transport by libcurl.

import FuzzInput
import PolluxHTTP
import PolluxHost
import PolluxLibuv

/// Plays one input of libFuzzer's; ends the process where something does not hold.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafeRawPointer?, _ size: Int) -> CInt {
    var input = FuzzInput(data, size)
    let flags = input.byte()
    let server = HostileServer.shared
    let driver = LibuvDriver()
    let transport = CurlTransport(on: driver)
    var run = Run(driver, transport)
    let methods: [HTTPMethod] = [.get, .head, .post, .connect]
    let method = methods[Int(flags & 3)]
    let exchange = transport.begin(
        HTTPRequestHead(
            method,
            to: HTTPAuthority(
                text: "127.0.0.1:\(server.port)", host: "127.0.0.1", port: server.port),
            body: method == .post ? .chunked : .none)
    ) { _ in true }
    // The bytes are in the kernel's hands, and perhaps the connection's end, before the answer is read; what
    // comes in several pieces comes in several turns.
    run.turn(until: { server.accept() })
    let answer = input.bytes
    let cut = flags & 4 != 0 ? answer.count / 2 : answer.count
    server.send(answer[..<cut])
    for _ in 0..<(flags & 4 != 0 ? 3 : 0) { run.turn() }
    server.send(answer[cut...])
    if flags & 8 != 0 { server.reset() } else { server.endSending() }
    // The request goes on, or is over, or is broken off.
    if method == .post {
        switch flags >> 4 & 3 {
        case 0: break
        case 1: transport.finish(exchange, trailers: [])
        case 2: transport.breakOff(exchange)
        default: run.write(exchange)
        }
    }
    run.readToTheEnd(of: exchange, atMost: answer.count, closesAfter: Int(flags >> 6))
    transport.close(exchange)
    server.close()
    return 0
}

/// One exchange, as a host sees it.
private struct Run {
    let driver: LibuvDriver
    let transport: CurlTransport
    /// A server that is gone has an end for us within this.
    private let end: MonotonicInstant

    init(_ driver: LibuvDriver, _ transport: CurlTransport) {
        self.driver = driver
        self.transport = transport
        end = driver.now.advanced(by: 20_000_000_000)!
    }

    func turn() {
        _ = driver.wait(until: driver.now.advanced(by: 100_000), for: [])
    }

    func turn(until isSo: () -> Bool) {
        while !isSo() {
            if driver.now > end { fault("the transport hangs") }
            turn()
        }
    }

    mutating func write(_ exchange: HTTPExchange) {
        let bytes = [UInt8](repeating: 120, count: 1_000)
        _ = driver.write(bytes.span, to: exchange.request)
        turn()
        _ = driver.write(bytes.span, to: exchange.request)
    }

    /// - Parameter closesAfter: how many reads there are before the exchange is given up; 0 for all.
    mutating func readToTheEnd(of exchange: HTTPExchange, atMost limit: Int, closesAfter: Int) {
        turn(until: { driver.isReady(exchange.head) })
        switch transport.progress(of: exchange) {
        case .connecting, .sent: fault("a head that is ready is not there")
        case .failed:
            claim(driver.isReady(exchange.request), "a request that has failed takes bytes")
            return
        case .response(let head):
            claim((200...999).contains(head.status), "status \(head.status)")
            for field in head.fields { check(field) }
        }
        var count = 0
        var reads = 0
        while true {
            turn(until: { driver.isReady(exchange.response) })
            switch driver.read(exchange.response, upTo: 1_000) {
            case .bytes(let bytes):
                claim(!bytes.isEmpty && bytes.count <= 1_000, "a read of \(bytes.count)")
                count += bytes.count
                claim(count <= limit, "more bytes than there were")
            case .wouldBlock: fault("a response that is ready has nothing to say")
            case .closed:
                for field in transport.trailers(of: exchange) ?? [] { check(field) }
                return
            case .failed(let failure):
                claim(failure.httpCode != nil, "a failure without a code")
                return
            }
            reads += 1
            if reads == closesAfter { return }
        }
    }

    private func check(_ field: HTTPField) {
        claim(!field.name.isEmpty, "a field without a name")
        claim(
            field.name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 },
            "a name that is no token: \(field.name)")
        claim(
            field.value.allSatisfy { $0 == 9 || $0 >= 32 && $0 != 127 },
            "a value with control bytes: \(field.value)")
        claim(field.value.first != 32 && field.value.last != 32, "white space around a value")
    }
}
