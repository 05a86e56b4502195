// The host's part in the tests: begins exchanges, waits, reads and writes.

import Foundation
import PolluxHost
import PolluxLibuv
import Testing

@testable import PolluxHTTP

/// A transport on a driver of its own.
final class Client {
    let driver: LibuvDriver
    let transport: CurlTransport

    init(
        names: [String: LookingUp] = [:],
        authorities: CurlTransport.Authorities = CurlTransport.Authorities(environment: { _ in nil }
        )
    ) {
        driver = LibuvDriver(resolver: .table(names))
        transport = CurlTransport(on: driver, authorities: authorities)
    }

    func begin(
        _ method: HTTPMethod = .get, host: String = "127.0.0.1", port: UInt16, path: String = "/",
        fields: [HTTPField] = [], body: HTTPRequestBody = .none, isSecure: Bool = false,
        reaches: @escaping (SocketAddress) -> Bool = { _ in true }
    ) -> HTTPExchange {
        let text = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let request = HTTPRequestHead(
            method, isSecure: isSecure,
            to: HTTPAuthority(text: text, host: host, port: port), path: path, fields: fields,
            body: body)
        return transport.begin(request, reaches: reaches)
    }

    // MARK: Waiting

    /// Waits until one of the sources is ready, for a minute at most; whether one is.
    @discardableResult
    func wait(for sources: [SourceID]) -> Bool {
        let end = driver.now.advanced(by: 60_000_000_000)!
        while driver.now < end {
            if sources.contains(where: driver.isReady) { return true }
            _ = driver.wait(until: end, for: sources)
        }
        Issue.record("nothing happened for a minute")
        return false
    }

    /// Lets the loop turn until `condition` holds, for a minute at most; whether it does.
    @discardableResult
    func turn(until condition: () -> Bool) -> Bool {
        let end = driver.now.advanced(by: 60_000_000_000)!
        while driver.now < end {
            if condition() { return true }
            _ = driver.wait(until: driver.now.advanced(by: 1_000_000), for: [])
        }
        Issue.record("nothing happened for a minute")
        return false
    }

    // MARK: Exchanges

    /// Waits for the head; what there is then.
    func outcome(of exchange: HTTPExchange) -> HTTPProgress {
        wait(for: [exchange.head])
        return transport.progress(of: exchange)
    }

    /// Waits for the head of a response.
    func head(
        of exchange: HTTPExchange, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> HTTPResponseHead {
        guard case .response(let head) = outcome(of: exchange) else {
            let progress = transport.progress(of: exchange)
            Issue.record("no response: \(progress)", sourceLocation: sourceLocation)
            throw NoResponse()
        }
        return head
    }

    /// Reads the body to its end.
    func body(of exchange: HTTPExchange) -> Body {
        var bytes: [UInt8] = []
        while true {
            switch driver.read(exchange.response, upTo: 1 << 20) {
            case .bytes(let more): bytes += more
            case .wouldBlock:
                guard wait(for: [exchange.response]) else { return Body(bytes: bytes, end: nil) }
            case .closed: return Body(bytes: bytes, end: .closed)
            case .failed(let failure):
                return Body(bytes: bytes, end: .failed(failure.httpCode))
            }
        }
    }

    /// Writes bytes of the request's body; whether all were taken.
    @discardableResult
    func write(_ bytes: [UInt8], to exchange: HTTPExchange) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch driver.write(Array(rest).span, to: exchange.request) {
            case .took(let count): rest = rest.dropFirst(count)
            case .wouldBlock: guard wait(for: [exchange.request]) else { return false }
            case .closed, .failed: return false
            }
        }
        return true
    }

    /// The response to a request whose body is complete, read to its end.
    func response(to exchange: HTTPExchange) throws -> (head: HTTPResponseHead, body: Body) {
        let head = try head(of: exchange)
        return (head, body(of: exchange))
    }
}

/// A body that was read to its end.
struct Body: Equatable {
    enum End: Equatable {
        case closed
        case failed(HTTPErrorCode?)
    }

    var bytes: [UInt8]
    /// `nil` where it did not come.
    var end: End?

    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func whole(_ text: String) -> Body { Body(bytes: Array(text.utf8), end: .closed) }
    static func broken(_ text: String, _ code: HTTPErrorCode) -> Body {
        Body(bytes: Array(text.utf8), end: .failed(code))
    }
}

struct NoResponse: Error {}

extension HTTPResponseHead {
    /// The values of a field, as texts.
    func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name }
            .map { String(decoding: $0.value, as: UTF8.self) }
    }
}
