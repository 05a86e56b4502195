// Any calls on a scripted input and output, against a model of the bytes.

import FuzzInput
import PolluxHost

/// Plays one input of libFuzzer's; ends the process where something does not hold.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafeRawPointer?, _ size: Int) -> CInt {
    var input = FuzzInput(data, size)
    let flags = input.byte()
    var policy = HostPolicy()
    if flags & 1 != 0 { policy.reads = .any }
    if flags & 2 != 0 { policy.permits = .any }
    if flags & 4 != 0 { policy.spurious = 2 }
    if flags & 8 != 0 { policy.rules = .spec }
    if flags & 64 != 0 { policy.reads = .short }
    if flags & 128 != 0 { policy.permits = .one }
    let kind: StreamKind = flags & 16 != 0 ? .stdio : .scripted
    let answers = input.bytes(12)
    let script = StreamScript(&input)
    let driver = VirtualDriver(sourceCount: 2, facts: script.facts)
    let host = WASIHost(
        driver: driver, policy: policy, choices: ByteChoices(answers),
        trace: flags & 32 != 0 ? Trace() : nil)
    var run = StreamRun(host, StreamModel(script, policy, kind, driver))
    do throws(HostTrap) {
        let streams = (
            try host.addInputStream(StreamScript.input, kind: kind),
            try host.addOutputStream(StreamScript.output, kind: kind)
        )
        let pollable = try host.subscribe(input: streams.0)
        var calls = 0
        while !input.isEmpty, calls < 200, !run.model.isUnclear {
            calls += 1
            try run.call(&input, streams.0, streams.1, pollable)
        }
    } catch {
        // A guest that waits for what never comes is over; anything else is the host's fault.
        guard case .deadlock = error.kind else { fault("a legal call trapped: \(error)") }
        return 0
    }
    return 0
}

/// One run: makes calls and shows the model what came of them.
private struct StreamRun {
    let host: WASIHost
    var model: StreamModel

    init(_ host: WASIHost, _ model: StreamModel) {
        self.host = host
        self.model = model
    }

    mutating func call(
        _ input: inout FuzzInput, _ source: Int32, _ sink: Int32, _ pollable: Int32
    ) throws(HostTrap) {
        switch input.below(15) {
        case 0, 1:
            let count = input.length()
            model.sawRead(try host.read(source, upTo: count), upTo: count, isBlocking: false)
        case 2:
            let count = input.length()
            model.sawRead(try host.blockingRead(source, upTo: count), upTo: count, isBlocking: true)
        case 3:
            let count = input.length()
            model.sawSkip(try host.skip(source, upTo: count), upTo: count, isBlocking: false)
        case 4:
            let count = input.length()
            model.sawSkip(try host.blockingSkip(source, upTo: count), upTo: count, isBlocking: true)
        case 5, 6: model.sawPermit(try host.checkWrite(sink))
        case 7:
            let bytes = text(&input)
            model.sawWrite(
                bytes, attempt { () throws(HostTrap) in try host.write(sink, bytes.span) })
        case 8:
            // As many as are allowed, wherever that is.
            let result = try host.checkWrite(sink)
            model.sawPermit(result)
            guard case .success(let permit) = result else { return }
            let bytes = [UInt8](repeating: 0x61, count: Int(min(permit, 3_000)))
            model.sawWrite(
                bytes, attempt { () throws(HostTrap) in try host.write(sink, bytes.span) })
        case 9: model.sawFlush(try host.flush(sink), isBlocking: false)
        case 10: model.sawFlush(try host.blockingFlush(sink), isBlocking: true)
        case 11:
            let bytes = text(&input)
            model.sawBlockingWrite(bytes, try host.blockingWriteAndFlush(sink, bytes.span))
        case 12:
            let count = input.length()
            let result = try host.splice(sink, from: source, upTo: count)
            model.sawSplice(result, upTo: count, isBlocking: false)
        case 13:
            let count = input.length()
            let result = try host.blockingSplice(sink, from: source, upTo: count)
            model.sawSplice(result, upTo: count, isBlocking: true)
        default:
            if try host.ready(pollable) {
                claim(
                    model.isReadable || model.mayRaiseFalseAlarm, "an input was ready for nothing")
            } else {
                claim(!model.isReadable, "an input that can be read was not ready")
            }
            try model.driver.work(UInt64(input.byte() & 15))
        }
        if !model.isUnclear { model.checkWritten(all: false) }
    }

    /// Bytes that differ from place to place.
    private func text(_ input: inout FuzzInput) -> [UInt8] {
        let count = Int(min(input.length(), 4_096))
        let first = input.byte()
        return (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0) }
    }

    private func attempt(
        _ call: () throws(HostTrap) -> StreamFailure?
    ) -> Result<StreamFailure?, HostTrap> {
        do throws(HostTrap) {
            return .success(try call())
        } catch {
            return .failure(error)
        }
    }
}
