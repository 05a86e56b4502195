// What a scenario expects of a run, after reading.

/// An event as expectations name it: `A.done`, `door.report#2`, `host.block`.
public struct EventName: Hashable, Sendable {
    /// Whose event it is.
    public enum Subject: Hashable, Sendable {
        case task(TaskID)
        case resource(ResourceID)
        case host
    }
    /// What happens to it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        // Tasks.
        case start, wait, wake, done, cancelled, say, fail
        // Resources.
        case subscribe, unsubscribe, open, drop, ready, unready, report
        // The host.
        case block, check, trap
    }
    /// Whose event it is.
    public var subject: Subject
    /// What happens to it.
    public var kind: Kind
    /// `#n`, from 1; `nil` is the first, or every one where the form counts.
    public var ordinal: Int?
    /// As it was written, for messages.
    public var text: String
}

/// What must hold after a run, for the guests and on the hosts of one block.
public struct Expectation: Sendable {
    /// The guests and hosts that it says something about.
    public var scope: Scope
    /// `outcome`; a run about which no block has one must complete.
    public var outcome: Located<ExpectedOutcome>?
    /// `order`: these events in this order, others ignored.
    public var order: [Located<EventName>]
    /// `exact`: these events, and no others of these subjects and kinds.
    public var exact: [Located<EventName>]
    /// `relations`.
    public var relations: [Located<Relation>]
    /// `count`.
    public var counts: [Located<CountClaim>]
    /// `polls`: the poll calls, one phrase a call; `nil` makes no claim.
    public var polls: [Located<PollClaim>]?
    /// `never`.
    public var never: [Located<NeverClaim>]
    /// `eventually`.
    public var eventually: [Located<EventualClaim>]
    /// `sometimes`: each must hold in one run at least, of all runs of a guest.
    public var sometimes: [Located<SometimesClaim>]
    /// `value`.
    public var values: [Located<ValueClaim>]
    /// `invariants`.
    public var invariants: Located<InvariantClaim>? = nil
    /// Where `polls:` stands.
    public var pollsPlace: Place?
    /// Where `expect:` stands, or the document where it has none.
    public var place: Place
}

/// `for`: the guests and hosts that a block of `expect` is narrowed to.
public struct Scope: Sendable, Equatable {
    /// The guests; `nil` for all.
    public var guests: Set<String>?
    /// The hosts; `nil` for all.
    public var hosts: Set<String>?

    /// Every guest on every host.
    public static let everywhere = Scope(guests: nil, hosts: nil)

    /// Whether a run of this guest on this host is among them.
    public func includes(guest: String, host: String) -> Bool {
        guests?.contains(guest) != false && hosts?.contains(host) != false
    }
}

extension Scope: CustomStringConvertible {
    /// The names in order, whatever a set's order is.
    public var description: String {
        func words(_ names: Set<String>?) -> String {
            names.map { $0.sorted().joined(separator: ", ") } ?? "all"
        }
        return "guests \(words(guests)), hosts \(words(hosts))"
    }
}

/// `outcome`: how a run must end.
public enum ExpectedOutcome: Sendable, Equatable {
    /// `completed`
    case completed
    /// `{trap: empty-poll, in: T}`
    case trap(String, in: TaskID?)
    /// `{deadlock: {A: never, B: A}, at: 0ms}`; an empty map makes no claim on who waits.
    case deadlock([DeadlockClaim], at: UInt64?)
    /// `livelocked`
    case livelocked
    /// `{exit: 3}`
    case exit(UInt8)
    /// `{abort: text}`: the guest's process ends with a text in which this stands; `aborted` alone is
    /// any.
    case abort(String?)
}

/// One entry of an expected deadlock: a task and what it waits on.
public struct DeadlockClaim: Sendable, Equatable {
    /// What a task waits on.
    public enum Cause: Sendable, Equatable, Hashable {
        case task(TaskID)
        case resource(ResourceID)
        case pollable(PollNameID)
        case channel(Int)
    }
    /// The task that waits.
    public var task: TaskID
    /// All that it waits on, in any order.
    public var waitsOn: [Cause]
}

/// `relations`: how events must stand to each other.
public enum Relation: Sendable, Equatable {
    /// `A.done & B.done < J.done`: every event of a group before every one of the next.
    case before([[EventName]])
    /// `a within 26 turns of b`
    case within(EventName, Bound, of: EventName)
    /// `handle(a) = handle(b)`
    case sameHandle(Target, Target)

    /// How far apart two events may be.
    public enum Bound: Sendable, Equatable {
        case turns(Int)
        case polls(Int)
        case time(UInt64)
    }
}

/// `A.done: 1`, `host.block: 1..4`.
public struct CountClaim: Sendable, Equatable {
    /// The event that is counted.
    public var event: EventName
    /// How often it may happen.
    public var range: ClosedRange<Int>
}

/// One phrase of `polls`: `block A B -> A`, `check door -> nothing`.
public struct PollClaim: Sendable, Equatable {
    /// Whether the call must be a check, one that cannot wait.
    public var isCheck: Bool
    /// The list as a set with repetitions, in the order of writing.
    public var list: [Polled]
    /// What it must report, as a set with repetitions.
    public var reported: [Polled]

    /// One pollable of a list.
    public enum Polled: Hashable, Sendable {
        case resource(ResourceID)
        case pollable(PollNameID)
        /// `@10ms`: a timer of the guest's own, by its deadline in ns after the start.
        case timer(UInt64)
    }
}

/// One entry of `never`.
public enum NeverClaim: Sendable, Equatable {
    case event(EventName)
    case situation(Situation)

    /// What `never` knows by one word.
    public enum Situation: String, Hashable, Sendable, CaseIterable {
        /// No trap at all.
        case trap
        /// The guest keeps nothing that it should have let go of.
        case leak
        /// The guest does not poll on and on without getting anywhere.
        case spin

        /// The oracles that know it when they see it.
        var oracles: [OracleName] {
            switch self {
            case .trap: []
            case .leak: [.noLeak]
            case .spin: [.progress]
            }
        }
    }
}

/// One entry of `eventually`: `io.done`, `{io.done: 50ms}`.
public struct EventualClaim: Sendable, Equatable {
    /// What must happen.
    public var event: EventName
    /// ns after the start by which it must have happened; `nil` is before the run ends.
    public var deadline: UInt64?
}

/// One entry of `sometimes`.
public struct SometimesClaim: Sendable, Equatable {
    /// What must hold.
    public enum Claim: Sendable, Equatable {
        case event(EventName)
        case relation(Relation)
    }
    /// What must hold.
    public var claim: Claim
    /// As it was written, for messages.
    public var text: String
}

/// One entry of `value`.
public struct ValueClaim: Sendable, Equatable {
    /// What a step gave.
    public enum Value: Sendable, Equatable {
        case text(String)
        case truth(Bool)
        /// Names, in any order of writing but compared as sets with repetitions.
        case names([String])
        /// What a read gave, or an output took.
        case bytes([UInt8])
        /// `ok`: a write or flush came to its end.
        case ok
        /// `closed`: the stream was over.
        case closed
        /// `{failed: connection-reset}`: the stream broke, with this text.
        case failed(String)
    }
    /// The name after `as`.
    public var name: String
    /// What it must be.
    public var value: Value
}
