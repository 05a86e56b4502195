// What a request carries, and how it goes out.

import WASIReactor
import WASIp2
import WASIp2HTTP

/// The body of one request, as a source of parts.
public struct RequestBody {
    /// What a source gives.
    public enum Part {
        /// More bytes.
        case bytes([UInt8])
        /// It was all; the trailers are left out where the protocol has no place for them.
        case end(trailers: [Field] = [])
        /// There will be no more, and it was not all: the server sees the request broken off (HTTP-76).
        case breakOff
    }

    /// How many bytes it has, where that is known; the request says so, and is broken where it has more or
    /// fewer. A body of unknown length goes out in whatever frames the protocol has.
    public let length: UInt64?
    let next: () -> AnyFuture<Part>

    /// A body that comes part by part. `next` is asked for a part once the host has taken the one before:
    /// that is the back-pressure. Not again after the end, nor where the server reads no more.
    public init(length: UInt64? = nil, next: @escaping () -> AnyFuture<Part>) {
        self.length = length
        self.next = next
    }

    /// Bytes that are all there.
    public static func bytes(_ bytes: [UInt8], trailers: [Field] = []) -> RequestBody {
        // With trailers it has to go out in frames, behind which there is a place for them.
        parts([bytes], length: trailers.isEmpty ? UInt64(bytes.count) : nil, trailers: trailers)
    }

    /// Parts that are all there, each handed over by itself.
    public static func parts(
        _ parts: [[UInt8]], length: UInt64? = nil, trailers: [Field] = []
    ) -> RequestBody {
        var next = 0
        return RequestBody(length: length) {
            defer { next += 1 }
            let part = next < parts.count ? Part.bytes(parts[next]) : .end(trailers: trailers)
            return .immediate { part }
        }
    }
}

/// A body on its way, by a task that writes it. With the last reference that task is stopped, and a body
/// that was not finished is broken off.
final class Upload {
    private let executor: LocalExecutor
    private let sink: UploadSink
    /// What writes, until it begins.
    private var writing: Writing?
    private var task: TaskHandle<Void>?

    /// Why the host does not take the body for complete.
    var failure: RequestError? { sink.failure }

    init(_ body: RequestBody, to handle: consuming OutgoingBody, on executor: LocalExecutor) {
        self.executor = executor
        sink = UploadSink(handle)
        writing = Writing(body, to: sink, on: executor.reactor)
    }

    deinit { task?.cancel() }

    /// Begins to write. To be called once the request is sent: until then a host takes very little
    /// (HTTP-79).
    func begin() {
        guard let writing = writing.take() else { return }
        task = executor.spawn(writing)
    }
}

/// The handle of a request's body. It is kept by the stream too, and so goes after it (HTTP-71).
///
/// Where the server reads no more it stays until the response is done with: who answers without reading
/// all must not see the request broken meanwhile.
private final class UploadSink {
    private var body: OutgoingBody?
    private(set) var failure: RequestError?

    init(_ body: consuming OutgoingBody) { self.body = consume body }

    func stream() -> OutputStream {
        do { return try body!.stream() } catch {
            preconditionFailure("the stream of a body was taken before")
        }
    }

    /// The body is complete. To be called once its stream is gone.
    func finish(_ trailers: [Field]) {
        do throws(RequestError) {
            let fields = trailers.isEmpty ? nil : try Fields(sending: trailers)
            guard let body = body.take() else { return }
            do throws(HTTPError) { try body.finish(trailers: fields) } catch {
                throw .failed(error)
            }
        } catch {
            failure = error
            breakOff()
        }
    }

    func breakOff() { body = nil }
}

/// Writes a body part by part, and finishes it.
private struct Writing: ~Copyable, Future {
    private enum End {
        case complete([Field])
        case broken, unread
    }

    private var write: Write?
    private var part: AnyFuture<RequestBody.Part>?
    private var writer: StreamWriter?
    private let source: RequestBody
    private let sink: UploadSink

    init(_ source: RequestBody, to sink: UploadSink, on reactor: Reactor) {
        self.source = source
        self.sink = sink
        writer = StreamWriter(sink.stream(), on: reactor, keeping: sink)
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        guard case .ready(let end) = writeParts(context) else { return .pending }
        // The stream goes first (HTTP-71).
        writer = nil
        switch end {
        case .complete(let trailers): sink.finish(trailers)
        case .broken: sink.breakOff()
        case .unread: break
        }
        return .ready(())
    }

    private mutating func writeParts(_ context: borrowing Context) -> Poll<End> {
        while true {
            if write != nil {
                guard case .ready(let result)? = write?.poll(context) else { return .pending }
                write = nil
                if case .failure = result { return .ready(.unread) }
            }
            let part = self.part ?? source.next()
            self.part = part
            guard case .ready(let given) = part.poll(context) else { return .pending }
            self.part = nil
            switch given {
            case .bytes(let bytes): write = writer?.write(bytes)
            case .end(let trailers): return .ready(.complete(trailers))
            case .breakOff: return .ready(.broken)
            }
        }
    }
}
