// What a runtime's client of HTTP does when a scenario drives it.

/// A client of HTTP on a runtime, for the step `fetch`.
///
/// It stands apart from ``StepRuntime``, so that only guests that have one link wasi:http.
public protocol StepClient<Wait>: AnyObject {
    /// What a task of the runtime waits for: ``StepRuntime/Wait``.
    associatedtype Wait
    /// Sends a request and waits for the head of its response, which it hands over; ends with
    /// ``StepOutcome/head(status:fields:)`` then, or with the error's WIT name. A task that is cancelled
    /// meanwhile drops whatever there is of the request, children first.
    func fetch(
        _ request: StepRequest, _ keep: @escaping (any StepResponse<Wait>) -> Void
    ) -> Wait
}

/// A response in a runtime's hands. What there is of it, and of its request, goes with the last reference,
/// children first.
public protocol StepResponse<Wait>: AnyObject {
    /// What a task of the runtime waits for: ``StepRuntime/Wait``.
    associatedtype Wait
    /// Waits, then reads up to `count` bytes of the body, again where nothing is there after all; ends with
    /// ``StepOutcome/bytes(_:)``, or how the body ended.
    func read(upTo count: Int) -> Wait
    /// Gives up what was not read, and waits for what comes behind the body; ends with
    /// ``StepOutcome/fields(_:)``, with ``StepOutcome/none`` where there is nothing, or with the error.
    func trailers() -> Wait
}

/// A request that a task sends.
public struct StepRequest {
    /// The method.
    public private(set) var method = ""
    /// What stands before `://`.
    public private(set) var scheme = ""
    /// Host, and perhaps a port.
    public private(set) var authority = ""
    /// Path and query.
    public private(set) var path = ""
    /// ns until there is a connection; `nil` is the host's own idea, as for the others.
    public private(set) var connectTimeout: UInt64?
    /// ns from there until the response's head.
    public private(set) var firstByteTimeout: UInt64?
    /// ns from one part of the response's body to the next.
    public private(set) var betweenBytesTimeout: UInt64?
    /// The header fields, in order.
    public private(set) var fields: [(name: String, value: [UInt8])] = []
    /// What is written of the body, one write for each; empty where there is none.
    public private(set) var parts: [[UInt8]] = []
    /// What comes behind the body.
    public private(set) var trailers: [(name: String, value: [UInt8])] = []

    /// Reads a request as the step door hands it out; `nil` for one that this library does not know.
    init?(lines bytes: [UInt8]) {
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let blank = line.firstIndex(of: 0x20) else { return nil }
            let word = String(decoding: line[..<blank], as: UTF8.self)
            let rest = line[line.index(after: blank)...]
            let text = String(decoding: rest, as: UTF8.self)
            switch (number, word) {
            case (0, _):
                method = word
                guard read(url: text) else { return nil }
            case (_, "connect"): connectTimeout = UInt64(text)
            case (_, "first-byte"): firstByteTimeout = UInt64(text)
            case (_, "between-bytes"): betweenBytesTimeout = UInt64(text)
            case (_, "field"):
                guard let field = Self.field(rest) else { return nil }
                fields.append(field)
            case (_, "write"): parts.append(Array(rest))
            case (_, "trailer"):
                guard let field = Self.field(rest) else { return nil }
                trailers.append(field)
            default: return nil
            }
        }
        if method.isEmpty { return nil }
    }

    /// `x-one: 1`
    private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: [UInt8])? {
        let parts = line.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].first == 0x20 else { return nil }
        return (String(decoding: parts[0], as: UTF8.self), Array(parts[1].dropFirst()))
    }

    private mutating func read(url: String) -> Bool {
        guard let mark = url.firstRange(of: "://"),
            let slash = url[mark.upperBound...].firstIndex(of: "/")
        else { return false }
        scheme = String(url[..<mark.lowerBound])
        authority = String(url[mark.upperBound..<slash])
        path = String(url[slash...])
        return true
    }
}

extension StepOutcome {
    /// The head of a response.
    public static func head(
        status: Int, fields: [(name: String, value: [UInt8])]
    ) -> StepOutcome {
        .bytes(Array("\(status)\n".utf8) + lines(of: fields))
    }

    /// What comes behind a body.
    public static func fields(_ fields: [(name: String, value: [UInt8])]) -> StepOutcome {
        .bytes(lines(of: fields))
    }

    private static func lines(of fields: [(name: String, value: [UInt8])]) -> [UInt8] {
        fields.flatMap { Array("\($0.name): ".utf8) + $0.value + [0x0A] }
    }
}
