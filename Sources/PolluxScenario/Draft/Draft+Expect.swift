// What a draft expects of a run.

extension Draft {
    /// What must hold after a run, for the guests and on the hosts of one block.
    public struct Expectation: Sendable, Equatable {
        /// The guests and hosts that it is about.
        public var scope = Scope.everywhere
        public var outcome: Outcome?
        public var order: [Event] = []
        public var exact: [Event] = []
        public var relations: [Relation] = []
        public var counts: [Count] = []
        /// `nil` makes no claim.
        public var polls: [Poll]?
        public var never: [Never] = []
        public var eventually: [Eventual] = []
        public var sometimes: [Sometimes] = []
        public var values: [ValueClaim] = []
        public var invariants: InvariantClaim?

        /// A block that says nothing.
        public init() {}
    }

    /// An event: a task's, a resource's or the host's.
    public struct Event: Sendable, Hashable {
        /// The name of a task or a resource, or `host`.
        public var subject: String
        /// What happens to it.
        public var kind: EventName.Kind
        /// `#n`, from 1; `nil` is the first.
        public var ordinal: Int?

        /// An event.
        public init(_ subject: String, _ kind: EventName.Kind, ordinal: Int? = nil) {
            (self.subject, self.kind, self.ordinal) = (subject, kind, ordinal)
        }
    }

    /// How a run must end.
    public enum Outcome: Sendable, Equatable {
        case completed
        case livelocked
        case trap(String, in: String?)
        /// Who waits on what; empty makes no claim on that.
        case deadlock([Waiter], at: UInt64?)
        case exit(UInt8)
    }

    /// A task of an expected deadlock, and all that it waits on.
    public struct Waiter: Sendable, Equatable {
        public var task: String
        public var waitsOn: [String]

        /// A task that waits.
        public init(_ task: String, on waitsOn: [String]) {
            (self.task, self.waitsOn) = (task, waitsOn)
        }
    }

    /// How events must stand to each other.
    public enum Relation: Sendable, Equatable {
        /// Every event of a group before every one of the next.
        case before([[Event]])
        case within(Event, Bound, of: Event)
        case sameHandle(String, String)

        /// How far apart two events may be.
        public typealias Bound = PolluxScenario.Relation.Bound
    }

    /// How often an event may happen.
    public struct Count: Sendable, Equatable {
        public var event: Event
        public var range: ClosedRange<Int>

        /// A count.
        public init(_ event: Event, _ range: ClosedRange<Int>) {
            (self.event, self.range) = (event, range)
        }
    }

    /// One phrase of `polls`.
    public struct Poll: Sendable, Equatable {
        /// One pollable of a list.
        public enum Polled: Sendable, Equatable {
            case name(String)
            /// A timer of the guest's own, by its deadline in ns after the start.
            case timer(UInt64)
        }
        public var isCheck: Bool
        public var list: [Polled]
        public var reported: [Polled]

        /// A poll.
        public init(isCheck: Bool, list: [Polled], reported: [Polled]) {
            (self.isCheck, self.list, self.reported) = (isCheck, list, reported)
        }
    }

    /// One entry of `never`.
    public enum Never: Sendable, Equatable {
        case event(Event)
        case situation(NeverClaim.Situation)
    }

    /// One entry of `eventually`.
    public struct Eventual: Sendable, Equatable {
        public var event: Event
        /// ns after the start; `nil` is before the run ends.
        public var deadline: UInt64?

        /// An entry.
        public init(_ event: Event, by deadline: UInt64? = nil) {
            (self.event, self.deadline) = (event, deadline)
        }
    }

    /// One entry of `sometimes`.
    public enum Sometimes: Sendable, Equatable {
        case event(Event)
        case relation(Relation)
    }
}
