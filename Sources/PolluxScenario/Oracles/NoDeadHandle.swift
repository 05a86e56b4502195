// no-dead-handle: nobody uses what was dropped.

import PolluxHost

/// No call names a pollable or stream that was dropped, or that never was.
struct NoDeadHandle: TrapOracle {
    static let name = OracleName.noDeadHandle
    var violations: [Violation] = []

    static func sentence(for trap: HostTrap) -> String? {
        switch trap.kind {
        case .unknownHandle(_, .dropped): "used a handle that was dropped"
        case .unknownHandle: "used a handle that was never handed out"
        case .wrongType: "used a handle that was dropped and names something else now"
        default: nil
        }
    }
}
