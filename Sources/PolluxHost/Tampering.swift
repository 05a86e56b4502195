// What a test makes of a host, to see whether a wrong one is found.

/// Makes a host break the specification, so that scenarios and oracles can be tried on hosts that are
/// wrong. Only tests have one: no policy, knob or choice of a product leads here.
package protocol Tampering: AnyObject {
    /// What a poll of these handles reports, before guest and log get it; `isClock` tells the
    /// positions of clock pollables.
    func amend(_ report: inout [UInt32], of list: [Int32], isClock: (UInt32) -> Bool)
    /// From when on a clock pollable for this instant is ready.
    func ready(_ instant: MonotonicInstant) -> MonotonicInstant
    /// The handle that the guest gets for the pollable that has this one.
    func number(_ handle: Int32, isLive: (Int32) -> Bool) -> Int32
    /// Whether a poll of nothing waits.
    var waitsForNothing: Bool { get }
}

extension Tampering {
    package func amend(_ report: inout [UInt32], of list: [Int32], isClock: (UInt32) -> Bool) {}
    package func ready(_ instant: MonotonicInstant) -> MonotonicInstant { instant }
    package func number(_ handle: Int32, isLive: (Int32) -> Bool) -> Int32 { handle }
    package var waitsForNothing: Bool { false }
}
