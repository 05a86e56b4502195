// What a draft expects of a run.

extension Draft {
    /// What must hold after a run, for the guests and on the hosts of one block.
    public struct Expectation: Sendable, Equatable {
        /// The guests and hosts that it is about.
        public var scope = Scope.everywhere
        /// How the run must end; `nil` is `completed`.
        public var outcome: Outcome?
        /// Events that happen in this order, others between them.
        public var order: [Event] = []
        /// All events of the subjects named, in this order.
        public var exact: [Event] = []
        /// How events stand to each other.
        public var relations: [Relation] = []
        /// How often events happen.
        public var counts: [Count] = []
        /// Every poll of the run; `nil` makes no claim.
        public var polls: [Poll]?
        /// What happens in no run.
        public var never: [Never] = []
        /// What happens in every run.
        public var eventually: [Eventual] = []
        /// What happens in one run at least.
        public var sometimes: [Sometimes] = []
        /// What steps give under their names.
        public var values: [ValueClaim] = []
        /// Which oracles judge; `nil` is the usual ones.
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
        /// The guest returns, and every task has ended.
        case completed
        /// The guest calls the host for ever without getting on.
        case livelocked
        /// A trap of this name, in this task if it is named.
        case trap(String, in: String?)
        /// Who waits on what; empty makes no claim on that.
        case deadlock([Waiter], at: UInt64?)
        /// `exit` with this code.
        case exit(UInt8)
        /// With words of what the guest said last; `nil` is any.
        case abort(String?)
    }

    /// A task of an expected deadlock, and all that it waits on.
    public struct Waiter: Sendable, Equatable {
        /// The task's name.
        public var task: String
        /// The names of what it waits on, in no order.
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
        /// The first event lies no further from the second than the bound.
        case within(Event, Bound, of: Event)
        /// Two pollables had the same handle one after the other.
        case sameHandle(String, String)

        /// How far apart two events may be.
        public typealias Bound = PolluxScenario.Relation.Bound
    }

    /// How often an event may happen.
    public struct Count: Sendable, Equatable {
        /// Which event, without an ordinal.
        public var event: Event
        /// How often, from 0.
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
            /// A resource or a subscribed name.
            case name(String)
            /// A timer of the guest's own, by its deadline in ns after the start.
            case timer(UInt64)
        }
        /// Whether it cannot wait.
        public var isCheck: Bool
        /// What the guest lists, in no order.
        public var list: [Polled]
        /// What the host reports, in its order.
        public var reported: [Polled]

        /// A poll.
        public init(isCheck: Bool, list: [Polled], reported: [Polled]) {
            (self.isCheck, self.list, self.reported) = (isCheck, list, reported)
        }
    }

    /// One entry of `never`.
    public enum Never: Sendable, Equatable {
        /// This event.
        case event(Event)
        /// What an oracle looks for, such as a spin or a leak.
        case situation(NeverClaim.Situation)
    }

    /// One entry of `eventually`.
    public struct Eventual: Sendable, Equatable {
        /// Which event.
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
        /// This event.
        case event(Event)
        /// Events that stand so to each other.
        case relation(Relation)
    }
}
