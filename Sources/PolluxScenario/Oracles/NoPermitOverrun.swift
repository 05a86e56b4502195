// no-permit-overrun: nobody writes more than it may.

import PolluxHost

/// No write carries more bytes than the last `check-write` allows.
struct NoPermitOverrun: TrapOracle {
    static let name = OracleName.noPermitOverrun
    var violations: [Violation] = []

    static func sentence(for trap: HostTrap) -> String? {
        guard case .permitOverrun(let count, let permit, _) = trap.kind else { return nil }
        return "wrote \(Words.count(Int(clamping: count), "byte")) with a permit of \(permit)"
    }
}
