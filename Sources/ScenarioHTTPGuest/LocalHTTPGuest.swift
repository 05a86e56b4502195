// LocalExecutor under scenarios, with the client of WASIReactorHTTP.

import ScenarioGuest
import WASIReactor
import WASIReactorHTTP
import WASIp2
import WASIp2HTTP

/// ``LocalGuest`` with a client of HTTP.
public enum LocalHTTPGuest {
    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    public static func main() { LocalGuest.run { LocalClient(on: $0) } }
}

/// Requests by WASIReactorHTTP.
final class LocalClient: StepClient {
    typealias Wait = LocalGuest.Wait
    private let executor: LocalExecutor

    init(on executor: LocalExecutor) { self.executor = executor }

    func fetch(
        _ request: StepRequest, _ keep: @escaping (any StepResponse<Wait>) -> Void
    ) -> Wait {
        let trailers = request.trailers.map { Field($0.name, $0.value) }
        let body =
            request.parts.isEmpty ? nil : RequestBody.parts(request.parts, trailers: trailers)
        return .box(executor.fetch(Request(request), body: body)) { result in
            switch result {
            case .success(let response):
                keep(LocalResponse(response))
                return .head(status: Int(response.status), fields: response.fields.pairs)
            case .failure(.failed(let error)): return .failed(Array(error.name.utf8))
            case .failure(.field(name: _, let error)): return .failed(Array(error.name.utf8))
            case .failure: return .failed(Array("the host refuses the request".utf8))
            }
        }
    }
}

extension Request {
    fileprivate init(_ request: StepRequest) {
        self.init(
            RequestMethod(name: request.method),
            scheme: request.scheme == "https" ? .https : .http, authority: request.authority,
            path: request.path, fields: request.fields.map { Field($0.name, $0.value) },
            timeouts: Timeouts(
                connect: request.connectTimeout.map { Nanoseconds($0) },
                firstByte: request.firstByteTimeout.map { Nanoseconds($0) },
                betweenBytes: request.betweenBytesTimeout.map { Nanoseconds($0) }))
    }
}

/// A response, of which the head was told already.
private final class LocalResponse: StepResponse {
    typealias Wait = LocalGuest.Wait
    private let response: Response

    init(_ response: Response) { self.response = response }

    func read(upTo count: Int) -> Wait {
        guard let body = response.body else { return .immediate { .closed } }
        return .box(body.read(count), StepOutcome.init)
    }

    func trailers() -> Wait {
        .box(response.trailers()) { result in
            switch result {
            case .success(let fields?): .fields(fields.pairs)
            case .success(nil): .none
            case .failure(let error): .failed(Array(error.name.utf8))
            }
        }
    }
}

extension [Field] {
    /// Names and values, in order.
    fileprivate var pairs: [(name: String, value: [UInt8])] { map { ($0.name, $0.value) } }
}
