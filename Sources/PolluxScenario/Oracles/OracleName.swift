// The oracles by name, and what each needs to see.

import PolluxHost

/// What must hold of every run, whatever its scenario is about: the names that `invariants` takes.
public enum OracleName: String, CaseIterable, Sendable {
    case noEmptyPoll = "no-empty-poll"
    case noDeadHandle = "no-dead-handle"
    case noPermitOverrun = "no-permit-overrun"
    case childBeforeParent = "child-before-parent"
    case servedBeforeBlock = "served-before-block"
    case fifoService = "fifo-service"
    case noSpuriousWake = "no-spurious-wake"
    case noStaleWake = "no-stale-wake"
    case exactlyOnce = "exactly-once"
    case noLostWake = "no-lost-wake"
    case progress = "progress"
    case pollEconomy = "poll-economy"
    case boundedStarvation = "bounded-starvation"
    case noBlockWhileRunnable = "no-block-while-runnable"
    case timeSane = "time-sane"
    case cancelFrees = "cancel-frees"
    case noLeak = "no-leak"

    /// What an oracle must see of a run to judge it.
    public enum Sight: Sendable {
        /// Host calls and their results alone.
        case boundary
        /// Also when tasks start, wait, wake and end.
        case tasks
    }

    /// What the oracle must see.
    public var sight: Sight {
        switch self {
        case .noEmptyPoll, .noDeadHandle, .noPermitOverrun, .childBeforeParent,
            .servedBeforeBlock, .noLeak:
            .boundary
        case .fifoService, .noSpuriousWake, .noStaleWake, .exactlyOnce, .noLostWake, .progress,
            .pollEconomy, .boundedStarvation, .noBlockWhileRunnable, .timeSane, .cancelFrees:
            .tasks
        }
    }

    /// Whether it judges only where a scenario asks for it: a reactor may be sound without.
    public var isOptIn: Bool {
        switch self {
        case .fifoService, .pollEconomy: true
        default: false
        }
    }

    /// The oracles that judge unless a scenario says otherwise.
    public static let usual = allCases.filter { !$0.isOptIn }

    var type: any Oracle.Type {
        switch self {
        case .noEmptyPoll: NoEmptyPoll.self
        case .noDeadHandle: NoDeadHandle.self
        case .noPermitOverrun: NoPermitOverrun.self
        case .childBeforeParent: ChildBeforeParent.self
        case .servedBeforeBlock: ServedBeforeBlock.self
        case .fifoService: FIFOService.self
        case .noSpuriousWake: NoSpuriousWake.self
        case .noStaleWake: NoStaleWake.self
        case .exactlyOnce: ExactlyOnce.self
        case .noLostWake: NoLostWake.self
        case .progress: Progress.self
        case .pollEconomy: PollEconomy.self
        case .boundedStarvation: BoundedStarvation.self
        case .noBlockWhileRunnable: NoBlockWhileRunnable.self
        case .timeSane: TimeSane.self
        case .cancelFrees: CancelFrees.self
        case .noLeak: NoLeak.self
        }
    }
}
