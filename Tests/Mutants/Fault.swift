// The mistakes that a mutant can make, by number.

/// One mistake of a reactor or an executor, most of them seen in real ones. A ``MutantReactor`` makes
/// one of them, or none.
public enum Fault: Int, CaseIterable, Sendable {
    /// No mistake.
    case none = 0

    // The reactor.
    case firstIndexOnly
    case assumesAscending
    case forgetsItsTimer
    case removesByPosition
    case clearsAllWaiters
    case wakesEverybody
    case lastWaiterWins
    case wantsEveryCopy
    case wakesInReverse
    case keepsCancelled
    case reusesWithoutGeneration
    case leaksCancelled
    case dropsWinnerTwice
    case keepsLosers
    case keepsFirstWaker
    case dropsStreamFirst
    case parksNewWaiters
    case pollsNothing
    case neverBlocks
    case neverChecks
    case blocksWhileRunnable
    case pollsAfterEachTurn
    case lastInFirstOut
    case queuesTwice
    case budgetGrowsWithLoad
    case leaksZeroTimers
    case roundsDown
    case roundsUp
    case zeroSleepHangs
    case zeroSleepNeverYields
    case noTimerMeansForEver
    case emptyIsTheEnd
    case errorIsTheEnd
    case errorTwice
    case waitsOnTheClosed
    case ignoresPermits
    case flushesOnAnother
    case neverRearms
    case neverClearsReadiness
    case firstOfRaceWins

    // The executor.
    case joinMissesTheEnded
    case resumesTwice
    case yieldGoesFirst

    // Beside the table.
    case forgetsTheRest
    case flushesInPassing
    case neverFlushes
    case joinsEarly
    case resumesTheDone
    case dropsTimersTwice

    // Beside the table, too: what only a host shows that makes use of a freedom.
    case trustsItsCheck
    case looksForItsTimerLast
    case takesHandlesForPlaces
    case asksZeroTimersOnce
    case givesUpOnTheEmpty
    case setsItsClockByTimers
}

extension Fault {
    /// How the design's table of mutants calls it, and what it does in a sentence. Where a row can be
    /// made in two ways each has a letter; `X` is beside that table.
    var card: (row: String, sentence: String) {
        switch self {
        case .none: ("0", "makes no mistake")
        case .firstIndexOnly: ("R1", "honours only the first index of a result")
        case .assumesAscending: ("R2", "walks list and result side by side, as if indices ascended")
        case .forgetsItsTimer: ("R3", "forgets that its own always-ready pollable stands first")
        case .removesByPosition: ("R4", "removes waiters by position while it walks the result")
        case .clearsAllWaiters: ("R5", "clears all waiters after any poll")
        case .wakesEverybody: ("R6", "wakes everybody on any readiness")
        case .lastWaiterWins: ("R7", "keeps one waiter for each handle, the last")
        case .wantsEveryCopy: ("R8", "waits until every copy of a duplicate is reported")
        case .wakesInReverse: ("R9", "wakes in the reverse of the report's order")
        case .keepsCancelled: ("R11", "leaves a cancelled task's waiters registered")
        case .reusesWithoutGeneration:
            ("R12", "knows waiters by handle number: a stale entry shadows the new one")
        case .leaksCancelled: ("R13", "keeps the pollables of a cancelled task")
        case .dropsWinnerTwice: ("R14", "drops the winner of a race twice")
        case .keepsLosers: ("R15", "leaves the losers of a race registered")
        case .keepsFirstWaker: ("R16", "keeps the first waker though another task waits later")
        case .dropsStreamFirst: ("R17", "drops a stream before its pollable")
        case .parksNewWaiters: ("R18", "parks new waiters until it is idle")
        case .pollsNothing: ("R21", "polls an empty list when nobody waits")
        case .neverBlocks: ("R22", "polls without blocking when it is idle")
        case .neverChecks: ("R23", "never polls while tasks are runnable")
        case .blocksWhileRunnable: ("R24", "blocks although a task is runnable")
        case .pollsAfterEachTurn: ("R26", "polls everything again after each turn")
        case .lastInFirstOut: ("R27", "runs the task first that became runnable last")
        case .queuesTwice: ("R28", "queues a task once for each of its pollables that fire")
        case .budgetGrowsWithLoad: ("R30", "polls the less often the more tasks are runnable")
        case .leaksZeroTimers: ("R31", "makes a zero timer for each check and keeps it")
        case .roundsDown: ("R32a", "cuts deadlines to whole milliseconds")
        case .roundsUp: ("R32b", "rounds deadlines up to whole milliseconds")
        case .zeroSleepHangs: ("R34a", "never wakes from a sleep of nothing")
        case .zeroSleepNeverYields: ("R34b", "lets nobody else run in a sleep of nothing")
        case .noTimerMeansForEver: ("R36", "takes 'no timer' for 'sleep for ever'")
        case .emptyIsTheEnd: ("R38", "takes an empty read for the end of the stream")
        case .errorIsTheEnd: ("R39a", "tells a failure of a stream as its end")
        case .errorTwice: ("R39b", "tells a failure of a stream twice")
        case .waitsOnTheClosed: ("R40", "keeps waiting on a closed stream, which is always ready")
        case .ignoresPermits: ("R41", "writes beyond the permit")
        case .flushesOnAnother: ("R42", "waits for a flush on the first stream's pollable")
        case .neverRearms: ("R44a", "registers a pollable for one event and not for a second")
        case .neverClearsReadiness: ("R44b", "does not clear its note that a pollable was ready")
        case .firstOfRaceWins: ("R45", "assumes after a race that the first pollable won")
        case .joinMissesTheEnded: ("E1", "never ends a join of a task that has ended before")
        case .resumesTwice: ("E3", "resumes one receiver twice when two messages come at once")
        case .yieldGoesFirst: ("E4", "puts a task that yields at the front")
        case .forgetsTheRest: ("X1", "writes what the first permit allows and forgets the rest")
        case .flushesInPassing: ("X2", "asks for a flush and does not wait for it")
        case .neverFlushes: ("X3", "says that a flush is done without asking for one")
        case .joinsEarly: ("X4", "ends a join before the task has ended")
        case .resumesTheDone: ("X5", "asks a task for more when it is done")
        case .dropsTimersTwice: ("X6", "drops the timer of its sleepers twice")
        case .trustsItsCheck:
            (
                "X7",
                "takes a check that does not name its own always-ready pollable for one that failed"
            )
        case .looksForItsTimerLast:
            ("X8", "looks for its timer at the end of a result alone, where it stands in the list")
        case .takesHandlesForPlaces:
            (
                "X9",
                "keeps what is waited for in 64 places, as if handles were numbered without gaps"
            )
        case .asksZeroTimersOnce:
            (
                "X10",
                "takes a timer of nothing that is not ready when it is made for one that never is"
            )
        case .givesUpOnTheEmpty:
            (
                "X11",
                "takes a stream that was ready four times with nothing there for one that is over"
            )
        case .setsItsClockByTimers:
            ("X12", "takes the instant at which a timer was due for the one at which it was told")
        }
    }
}
