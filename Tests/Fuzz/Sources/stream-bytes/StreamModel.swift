// Streams as a guest may understand them: bytes in order, none lost, none twice, none too early.

import FuzzInput
import PolluxHost

/// What the guest has read and written, and what it may be told.
struct StreamModel {
    let script: StreamScript
    let policy: HostPolicy
    let kind: StreamKind
    let driver: VirtualDriver

    /// How many bytes the guest has got.
    private var consumed = 0
    /// The guest has been told of an input's end.
    private var knowsInputEnd = false
    /// Everything that calls on the output accepted, in order.
    private var accepted: [UInt8] = []
    /// A write of so many bytes is within the last permit for sure; one of more than ``mostPermit`` is not.
    /// Between them, a flush has been asked for, which takes a permit back only while it goes on.
    private var permit: UInt64 = 0
    private var mostPermit: UInt64 = 0
    /// A call's answer does not tell what it did; from here on nothing can be said.
    private(set) var isUnclear = false

    init(_ script: StreamScript, _ policy: HostPolicy, _ kind: StreamKind, _ driver: VirtualDriver)
    {
        self.script = script
        self.policy = policy
        self.kind = kind
        self.driver = driver
    }

    /// ns since the start.
    private var now: UInt64 { driver.now.nanoseconds - driver.start.nanoseconds }
    private var available: Int { script.arrived(by: now) - consumed }

    // MARK: The input

    mutating func sawRead(
        _ result: Result<[UInt8], StreamFailure>, upTo count: UInt64, isBlocking: Bool
    ) {
        switch result {
        case .failure(let failure): sawInputEnd(failure, upTo: count)
        case .success(let bytes):
            claim(
                consumed + bytes.count <= script.arrived(by: now),
                "\(bytes.count) bytes were read, \(available) had arrived")
            claim(
                bytes == Array(script.text[consumed..<consumed + bytes.count]),
                "other bytes were read than sent: \(bytes) from place \(consumed)")
            took(bytes.count, upTo: count, isBlocking: isBlocking)
        }
    }

    mutating func sawSkip(
        _ result: Result<UInt64, StreamFailure>, upTo count: UInt64, isBlocking: Bool
    ) {
        switch result {
        case .failure(let failure): sawInputEnd(failure, upTo: count)
        case .success(let skipped):
            claim(
                skipped <= UInt64(available), "\(skipped) bytes were skipped of \(available)")
            took(Int(skipped), upTo: count, isBlocking: isBlocking)
        }
    }

    private mutating func took(_ taken: Int, upTo count: UInt64, isBlocking: Bool) {
        claim(UInt64(taken) <= count, "\(taken) bytes, and only \(count) were asked for")
        if taken == 0, count > 0 {
            claim(!isBlocking, "a blocking read gave nothing")
            claim(available == 0, "a read gave nothing, though \(available) bytes were there")
            claim(!script.inputHasEnded(by: now), "a read gave nothing at the end")
        }
        consumed += taken
    }

    private mutating func sawInputEnd(_ failure: StreamFailure, upTo count: UInt64) {
        claim(available == 0, "the end came before \(available) bytes")
        claim(script.inputHasEnded(by: now), "the end came too early")
        if case .lastOperationFailed = failure {
            claim(script.inputEnd?.isFailure == true, "a failure that never was")
            claim(!knowsInputEnd, "one failure was told twice (STREAM-05)")
        } else {
            claim(
                knowsInputEnd || script.inputEnd?.isFailure == false,
                "a failure was told as a close")
        }
        knowsInputEnd = true
    }

    /// Whether the input's pollable must be ready.
    var isReadable: Bool { available > 0 || script.inputHasEnded(by: now) }

    /// Whether it may be ready all the same: by the host's freedom, or because the script says so.
    var mayRaiseFalseAlarm: Bool {
        policy.spurious > 0 || script.facts.contains { $0.change == .emptyReady }
    }

    // MARK: The output

    mutating func sawPermit(_ result: Result<UInt64, StreamFailure>) {
        switch result {
        case .failure(let failure): sawOutputEnd(failure)
        case .success(let count):
            if count > 0 {
                claim(!script.outputHasEnded(by: now), "a permit after the end")
                claim(script.permit(at: now) != 0, "a permit though nothing is taken")
                claim(
                    driver.written(to: StreamScript.output) == accepted,
                    "a permit though bytes are still on their way")
            }
            permit = count
            mostPermit = count
        }
    }

    private mutating func usePermit() {
        permit = 0
        mostPermit = 0
    }

    /// `count` bytes were to be written at once.
    mutating func sawWrite(_ bytes: [UInt8], _ outcome: Result<StreamFailure?, HostTrap>) {
        let isUnchecked = kind == .stdio && policy.rules == .wasmtime
        let mustPass = UInt64(bytes.count) <= permit || isUnchecked
        let mayPass = UInt64(bytes.count) <= mostPermit || isUnchecked
        switch outcome {
        case .failure(let trap):
            guard case .permitOverrun = trap.kind else { fault("a write ended by \(trap)") }
            claim(!mustPass, "a write of \(bytes.count) trapped with a permit of \(permit)")
        case .success(.some(let failure)): sawOutputEnd(failure)
        case .success(nil):
            claim(mayPass, "a write of \(bytes.count) with a permit of \(mostPermit) went through")
            accepted += bytes
            if !bytes.isEmpty { usePermit() }
        }
    }

    /// A call that waits until `bytes` have gone out.
    mutating func sawBlockingWrite(_ bytes: [UInt8], _ failure: StreamFailure?) {
        permit = 0
        if !bytes.isEmpty { usePermit() }
        accepted += bytes
        if let failure { return sawOutputEnd(failure) }
        checkWritten(all: !script.outputHasEnded(by: now))
    }

    mutating func sawFlush(_ failure: StreamFailure?, isBlocking: Bool) {
        permit = 0
        if let failure { return sawOutputEnd(failure) }
        if isBlocking { checkWritten(all: true) }
    }

    private func sawOutputEnd(_ failure: StreamFailure) {
        claim(script.outputHasEnded(by: now), "an output's end came too early")
        if case .lastOperationFailed = failure {
            claim(script.outputEnd?.isFailure == true, "a failure that never was")
        }
    }

    // MARK: Both

    /// `splice` moved so many bytes.
    mutating func sawSplice(
        _ result: Result<UInt64, StreamFailure>, upTo count: UInt64, isBlocking: Bool
    ) {
        switch result {
        case .failure(let failure):
            // An output that has ended is found first; one that ends while the call waits may be found
            // before or after the input's end, and before or after bytes were moved.
            isUnclear = isBlocking && script.outputHasEnded(by: now)
            if isUnclear { return }
            if script.outputHasEnded(by: now) {
                sawOutputEnd(failure)
            } else {
                sawInputEnd(failure, upTo: count)
            }
        case .success(let moved):
            claim(moved <= UInt64(available), "\(moved) bytes were moved of \(available)")
            claim(moved <= count, "\(moved) bytes were moved, and \(count) asked for")
            if isBlocking, count > 0 { claim(moved > 0, "a blocking splice moved nothing") }
            accepted += script.text[consumed..<consumed + Int(moved)]
            consumed += Int(moved)
            if moved > 0 { usePermit() }
        }
        if isBlocking { permit = 0 }
    }

    /// What has gone out is the beginning of what was accepted, or all of it.
    func checkWritten(all: Bool) {
        let written = driver.written(to: StreamScript.output)
        claim(
            written.count <= accepted.count && written == Array(accepted.prefix(written.count)),
            "other bytes went out than were written: \(written), not \(accepted)")
        if all {
            claim(
                written.count == accepted.count,
                "\(accepted.count - written.count) bytes did not go out")
        }
    }
}
