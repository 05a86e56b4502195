// A scenario document as a plain value: made by programs, edited, and written down.

import PolluxHost

/// One document of a scenario file, without places: what it says and not where it says it.
///
/// A ``Scenario`` is what a file was found to say; a draft is what a file shall say. Everything in it
/// goes by name, so a task or a resource can be taken out without a second thought for the others.
/// ``text`` writes it down in the layout of people; whatever a draft says, only
/// ``scenario(path:)`` tells whether it makes sense: the parser judges it as it judges every file.
public struct Draft: Sendable, Equatable {
    /// The sentence it checks.
    public var name: String
    /// More about it than the name says.
    public var about: String?
    /// Words to select scenarios by.
    public var tags: [String] = []
    /// The width of a lane's column, in nanoseconds.
    public var tick: UInt64 = 1_000_000
    /// What hosts follow that do not say.
    public var rules = HostPolicy.Rules.wasmtime
    /// The resources that the host owns.
    public var world: [Resource] = []
    /// What is run.
    public var program: Program
    /// What the world does and when, by time, then by the order of writing.
    public var facts: [Fact] = []
    /// How the lanes are laid out, and what they claim of tasks; `nil` leaves the layout to ``text``.
    public var timeline: Timeline?
    /// The guests it must hold for; `nil` leaves that to who runs it.
    public var guests: [String]?
    /// The hosts it must hold on; empty is the friendly one.
    public var hosts: [Host] = []
    /// How to go through the choices of its hosts.
    public var explore: Explore?
    /// Where the run leaves the canonical one, in order.
    public var schedule: [Deviation] = []
    /// How it was come upon.
    public var found: Found?
    /// What must hold, in blocks that each may be narrowed; empty ones are left out.
    public var expect: [Expectation] = []
    /// The recorded runs; `nil` where the document has no `golden`.
    public var golden: [Record]?
    /// The recorded counts, behind the recorded runs.
    public var explored: [Explored] = []

    /// A document of a world without resources on the friendly host.
    public init(name: String, program: Program) {
        self.name = name
        self.program = program
    }
}

extension Draft {
    /// A resource of the world.
    public struct Resource: Sendable, Equatable {
        /// What stands behind a resource; see ``Scenario``'s kinds.
        public enum Door: Sendable, Equatable {
            case level
            case after(UInt64)
            case at(UInt64)
            case input(Stream)
            case stdin(Stream)
            case output(Stream)
            /// At this address; the bytes of chunks must be UTF-8.
            case tcp(SocketAddress, Stream)
            case listener(SocketAddress, backlog: Int?)
            /// Of the listener of this name.
            case client(of: String, Stream)
            case udp(SocketAddress, Stream)
            case name(NameScript)
            /// The bytes of chunks must be UTF-8, and the failure is an error code's name.
            case http(ExchangeScript, Stream)

            /// What it says of its stream, where it is one.
            public var stream: Stream? {
                switch self {
                case .level, .after, .at, .listener, .name: nil
                case .input(let stream), .stdin(let stream), .output(let stream),
                    .tcp(_, let stream), .client(of: _, let stream), .udp(_, let stream),
                    .http(_, let stream):
                    stream
                }
            }

            /// Whether the guest meets it on a socket, by a look-up or by a request.
            var isOfNetwork: Bool {
                switch self {
                case .tcp, .listener, .client, .udp, .name, .http: true
                case .level, .after, .at, .input, .stdin, .output: false
                }
            }

            /// The same door with another stream, where it has one.
            func with(_ stream: Stream) -> Door {
                switch self {
                case .level, .after, .at, .listener, .name: self
                case .input: .input(stream)
                case .stdin: .stdin(stream)
                case .output: .output(stream)
                case .tcp(let address, _): .tcp(address, stream)
                case .client(of: let listener, _): .client(of: listener, stream)
                case .udp(let address, _): .udp(address, stream)
                case .http(let exchange, _): .http(exchange, stream)
                }
            }
        }
        /// How the document calls it.
        public var name: String
        /// What stands behind it.
        public var door: Door
        /// Nobody need use it.
        public var isOptional: Bool

        /// A resource.
        public init(_ name: String, _ door: Door, isOptional: Bool = false) {
            (self.name, self.door, self.isOptional) = (name, door, isOptional)
        }
    }

    /// What a stream's door says of it.
    public struct Stream: Sendable, Equatable {
        /// Bytes that the stream sends at once; they must be UTF-8.
        public struct Chunk: Sendable, Equatable {
            /// The letter that stands for it.
            public var letter: String
            /// What arrives.
            public var bytes: [UInt8]

            /// A chunk.
            public init(_ letter: String, _ bytes: [UInt8]) {
                (self.letter, self.bytes) = (letter, bytes)
            }
        }
        /// An output has none.
        public var chunks: [Chunk]
        /// The text of its failure, where it can fail.
        public var failure: String?

        /// A stream.
        public init(chunks: [Chunk] = [], failure: String? = nil) {
            (self.chunks, self.failure) = (chunks, failure)
        }
    }

    /// One change of the world.
    public struct Fact: Sendable, Equatable {
        /// What can happen to a resource.
        public enum Change: Sendable, Equatable {
            /// A level's readiness.
            case ready(Bool)
            /// An input gets the chunk of this letter.
            case chunk(String)
            /// An input is ready once with nothing there.
            case empty
            /// An output takes up to so many bytes at a time from here on.
            case permit(Int)
            /// An output has pushed out what a flush asked for.
            case flushed
            /// A stream is over.
            case closed
            /// A stream breaks, with its door's text; a connection is reset.
            case failed
            /// What a peer does with connects or datagrams from here on.
            case answers(VirtualDriver.Answer)
            /// A client connects to the guest.
            case calls
            /// A server of HTTP sends the head of its response.
            case head
        }
        /// ns after the run's start.
        public var time: UInt64
        /// Where it happens.
        public var resource: String
        /// What happens.
        public var change: Change

        /// A fact.
        public init(at time: UInt64, _ resource: String, _ change: Change) {
            (self.time, self.resource, self.change) = (time, resource, change)
        }
    }

    /// A ruler with the rows under it.
    public struct Timeline: Sendable, Equatable {
        /// One task row.
        public struct TaskRow: Sendable, Equatable {
            /// Whose row it is.
            public var task: String
            /// Claims by column: any of `w . * 1…9 | x`.
            public var claims: [Int: Character]

            /// A row.
            public init(_ task: String, claims: [Int: Character]) {
                (self.task, self.claims) = (task, claims)
            }
        }
        /// The unit of the ruler, such as `ms`.
        public var unit: String
        /// The time of each column; `nil` inside a jump. The first and the last have one.
        public var columns: [UInt64?]
        /// The resources that have a lane, in order; the facts of the others are events.
        public var lanes: [String]
        /// The expectations.
        public var taskRows: [TaskRow]

        /// A timeline.
        public init(unit: String, columns: [UInt64?], lanes: [String], taskRows: [TaskRow]) {
            (self.unit, self.columns) = (unit, columns)
            (self.lanes, self.taskRows) = (lanes, taskRows)
        }
    }

    /// One host to run on.
    public struct Host: Sendable, Equatable {
        /// How reports call it; an empty one is made of its knobs.
        public var name: String
        /// Which freedoms it uses.
        public var policy: HostPolicy
        /// The guest's executor may pick any runnable task.
        public var picksAnyTask: Bool

        /// A host.
        public init(_ name: String, _ policy: HostPolicy, picksAnyTask: Bool = false) {
            (self.name, self.policy, self.picksAnyTask) = (name, policy, picksAnyTask)
        }

        /// The host of a document that names none.
        public static let friendly = Host("friendly", .friendly)
    }

    /// How the choices are gone through.
    public struct Explore: Sendable, Equatable {
        /// How to look.
        public var search: Search
        /// The most runs.
        public var budget: Int?

        /// A plan.
        public init(_ search: Search, budget: Int? = nil) {
            (self.search, self.budget) = (search, budget)
        }
    }

    /// One record of `golden`.
    public struct Record: Sendable, Equatable {
        /// Who ran so.
        public var guests: [String]
        /// How they ran.
        public var run: Golden.Record
    }

    /// One record of counts in `golden`.
    public struct Explored: Sendable, Equatable {
        /// Who ran.
        public var guests: [String]
        /// On which host.
        public var host: String
        /// What was counted.
        public var counts: Golden.Explored.Counts
    }
}
