// Swift Concurrency under scenarios, with the client of WASIHTTPClient.

import HTTPTypes
import ScenarioGuest
import WASIAsyncRuntime
import WASIHTTPClient
import WASIp2
import WASIp2HTTP

/// ``SwiftGuest`` with a client of HTTP.
public enum SwiftHTTPGuest {
    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    public static func main() { SwiftGuest.run { SwiftClient() } }
}

/// Requests by WASIHTTPClient.
private final class SwiftClient: StepClient {
    typealias Wait = SwiftGuest.Wait

    func fetch(
        _ request: StepRequest, _ keep: @escaping (any StepResponse<Wait>) -> Void
    ) -> Wait {
        {
            try await outcome {
                guard let method = HTTPRequest.Method(request.method) else {
                    throw InvalidRequest.method(request.method)
                }
                let message = HTTPRequest(
                    method: method, scheme: request.scheme, authority: request.authority,
                    path: request.path, headerFields: try HTTPFields(request.fields))
                let client = Client(
                    timeouts: .init(
                        connect: request.connectTimeout.map(Duration.nanoseconds),
                        firstByte: request.firstByteTimeout.map(Duration.nanoseconds),
                        betweenBytes: request.betweenBytesTimeout.map(Duration.nanoseconds)))
                let parts = Parts(left: request.parts)
                let trailers = try HTTPFields(request.trailers)
                let body: RequestBody? =
                    request.parts.isEmpty ? nil : .chunks(parts, trailers: { trailers })
                let response = try await client.send(message, body: body)
                keep(SwiftResponse(response.body))
                return .head(status: response.status.code, fields: response.head.headerFields.pairs)
            }
        }
    }
}

/// The parts of a request's body, all there from the beginning.
private struct Parts: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var left: [[UInt8]]

    func makeAsyncIterator() -> Parts { self }

    mutating func next() async -> [UInt8]? { left.isEmpty ? nil : left.removeFirst() }
}

/// A response, of which the head was told already.
private final class SwiftResponse: StepResponse {
    typealias Wait = SwiftGuest.Wait
    private let body: ResponseBody

    init(_ body: ResponseBody) { self.body = body }

    func read(upTo count: Int) -> Wait {
        { [body] in
            try await outcome { try await body.read(upTo: count).map { .bytes($0) } ?? .closed }
        }
    }

    func trailers() -> Wait {
        { [body] in
            try await outcome { try await body.trailers().map { .fields($0.pairs) } ?? .none }
        }
    }
}

/// What an operation comes to, be it an error of HTTP's.
private nonisolated(nonsending) func outcome(
    _ body: () async throws -> StepOutcome
) async throws -> StepOutcome {
    do {
        return try await body()
    } catch let error as HTTPError {
        return .failed(Array(error.name.utf8))
    } catch InvalidRequest.field(name: _, let error) {
        return .failed(Array(error.name.utf8))
    } catch let error as InvalidRequest {
        return .failed(Array("\(error)".utf8))
    }
}

extension HeaderError {
    /// The WIT name.
    var name: String {
        switch self {
        case .invalidSyntax: "invalid-syntax"
        case .forbidden: "forbidden"
        case .immutable: "immutable"
        }
    }
}

extension HTTPFields {
    fileprivate init(_ pairs: [(name: String, value: [UInt8])]) throws {
        self.init()
        for (name, value) in pairs {
            guard let token = HTTPField.Name(name) else {
                throw InvalidRequest.field(name: name, .invalidSyntax)
            }
            append(HTTPField(name: token, value: value))
        }
    }

    /// Names and values, in order.
    fileprivate var pairs: [(name: String, value: [UInt8])] {
        map { ($0.name.rawName, $0.withUnsafeBytesOfValue { Array($0) }) }
    }
}

extension Duration {
    /// So many ns; more than a clock can count are as many as it can.
    fileprivate static func nanoseconds(_ count: UInt64) -> Duration {
        .nanoseconds(Int64(clamping: count))
    }
}
