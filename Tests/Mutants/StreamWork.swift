// Streams of a mutant: what a read, a write and a flush do when their pollable was reported.

import ScenarioGuest
import WASIp2

/// A stream to read from, with the pollable that was made of it.
final class Input {
    // Destroyed in this order where nobody drops the pollable before.
    let stream: InputStream
    fileprivate var source: Source?
    private let dropsStreamFirst: Bool
    /// The failure that a mistake tells once more.
    fileprivate var failure: StepOutcome?

    init(_ stream: consuming InputStream, dropsStreamFirst: Bool) {
        self.stream = stream
        self.dropsStreamFirst = dropsStreamFirst
    }

    deinit {
        if !dropsStreamFirst { source?.drop() }
    }
}

/// A stream to write to, with the pollable that was made of it.
final class Output {
    let stream: OutputStream
    fileprivate var source: Source?
    private let dropsStreamFirst: Bool

    init(_ stream: consuming OutputStream, dropsStreamFirst: Bool) {
        self.stream = stream
        self.dropsStreamFirst = dropsStreamFirst
    }

    deinit {
        if !dropsStreamFirst { source?.drop() }
    }
}

/// A step on a stream, and how far it is.
final class StreamWork {
    enum Kind {
        case read(Input, Int)
        /// What is still to be written.
        case write(Output, ArraySlice<UInt8>)
        case flush(Output)
    }
    private var kind: Kind
    /// How often its stream was ready with nothing there.
    private var falseAlarms = 0
    private let fault: Fault

    init(_ kind: Kind, _ fault: Fault) {
        self.kind = kind
        self.fault = fault
    }

    var isFlush: Bool { if case .flush = kind { true } else { false } }

    /// The pollable of its stream, made when it is first wanted.
    var source: Source {
        switch kind {
        case .read(let input, _):
            if let source = input.source { return source }
            let source = Source(input.stream.subscribe())
            input.source = source
            return source
        case .write(let output, _), .flush(let output):
            if let source = output.source { return source }
            let source = Source(output.stream.subscribe())
            output.source = source
            return source
        }
    }

    /// What is to be done before the first wait; how it ended, where it needs none.
    func begin() -> StepOutcome? {
        switch kind {
        case .read(let input, _):
            defer { input.failure = nil }
            return input.failure
        case .write(_, let bytes): return bytes.isEmpty ? StepOutcome.none : nil
        case .flush(let output):
            if fault == .neverFlushes { return StepOutcome.none }
            do throws(StreamError) { try output.stream.flush() } catch { return outcome(error) }
            return fault == .flushesInPassing ? StepOutcome.none : nil
        }
    }

    /// Goes on after its pollable was reported; `nil` where it has to wait again.
    func advance() -> StepOutcome? {
        do throws(StreamError) {
            switch kind {
            case .read(let input, let count):
                let bytes = try input.stream.read(count)
                if !bytes.isEmpty { return .bytes(bytes) }
                falseAlarms += 1
                if fault == .givesUpOnTheEmpty, falseAlarms == 4 { return .closed }
                return fault == .emptyIsTheEnd ? .closed : nil
            case .write(let output, let bytes):
                let permit = try output.stream.checkWrite()
                let count = fault == .ignoresPermits ? bytes.count : Int(clamping: permit)
                let part = bytes.prefix(count)
                if part.isEmpty { return nil }
                try output.stream.write(Array(part))
                let rest = bytes.dropFirst(part.count)
                kind = .write(output, rest)
                return rest.isEmpty || fault == .forgetsTheRest ? StepOutcome.none : nil
            case .flush(let output):
                return try output.stream.checkWrite() > 0 ? StepOutcome.none : nil
            }
        } catch {
            return outcome(error)
        }
    }

    private func outcome(_ error: StreamError) -> StepOutcome? {
        let outcome = StepOutcome(error)
        guard case .read(let input, _) = kind else { return outcome }
        switch (fault, error) {
        case (.waitsOnTheClosed, .closed): return nil
        case (.errorIsTheEnd, _): return .closed
        case (.errorTwice, .lastOperationFailed): input.failure = outcome
        default: break
        }
        return outcome
    }
}
