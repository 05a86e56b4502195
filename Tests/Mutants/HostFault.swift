// Hosts that break the specification, one mistake each.

import PolluxHost

/// One mistake of a host.
enum HostFault: Int, CaseIterable, Sendable {
    case reportsNothing
    case reportsOneCopy
    case numbersTwice
    case waitsForNothing
    case timersEarly
    case timersStarveTheRest

    /// How the design's table of mutants calls it, and what it does in a sentence.
    var card: (row: String, sentence: String) {
        switch self {
        case .reportsNothing: ("H1", "a host: returns an empty list from a poll")
        case .reportsOneCopy: ("H2", "a host: lists every copy of a handle, and reports one")
        case .numbersTwice: ("H4", "a host: hands out a number that is in use")
        case .waitsForNothing: ("H6", "a host: hangs in a poll of an empty list")
        case .timersEarly: ("H7", "a host: cuts deadlines to whole milliseconds, and is early")
        case .timersStarveTheRest:
            ("H8", "a host: sees no source in a poll that has a timer which is due")
        }
    }
}

/// Makes one run's host make the mistake.
final class HostMutant: Tampering {
    private let fault: HostFault
    private var reports = 0
    /// The number that was given last.
    private var last: Int32?

    init(_ fault: HostFault) { self.fault = fault }

    func amend(_ report: inout [UInt32], of list: [Int32], isClock: (UInt32) -> Bool) {
        switch fault {
        case .reportsNothing:
            // Every other time, or no run would come to anything.
            reports += 1
            if reports % 2 == 1 { report = [] }
        case .reportsOneCopy:
            var seen: Set<Int32> = []
            report.removeAll { !seen.insert(list[Int($0)]).inserted }
        case .timersStarveTheRest:
            if report.contains(where: isClock) { report.removeAll { !isClock($0) } }
        case .numbersTwice, .waitsForNothing, .timersEarly: break
        }
    }

    func ready(_ instant: MonotonicInstant) -> MonotonicInstant {
        if fault != .timersEarly { return instant }
        return MonotonicInstant(nanoseconds: instant.nanoseconds / 1_000_000 * 1_000_000)
    }

    func number(_ handle: Int32, isLive: (Int32) -> Bool) -> Int32 {
        guard fault == .numbersTwice, let last, isLive(last) else {
            last = handle
            return handle
        }
        return last
    }

    var waitsForNothing: Bool { fault == .waitsForNothing }
}
