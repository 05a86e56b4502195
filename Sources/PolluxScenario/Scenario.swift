// What a scenario file says, after reading: names are resolved, times are nanoseconds.

import PolluxHost

/// One document of a scenario file.
public struct Scenario: Sendable {
    /// The file it stands in.
    public var file: SourceFile
    /// Where the document begins.
    public var place: Place
    /// The sentence it checks.
    public var name: String
    /// More about it than the name says.
    public var about: String?
    /// Words to select scenarios by.
    public var tags: [String]
    /// The width of a lane's column, in nanoseconds.
    public var tick: UInt64
    /// The resources that the host owns, in file order.
    public var resources: [Resource]
    /// Names that `subscribe … as` gives, each standing for one pollable handle; `PollName` indexes it.
    public var pollNames: [String]
    /// The channels that `send` and `recv` name.
    public var channels: [String]
    /// The tasks, in file order; `TaskID` indexes it.
    public var tasks: [TaskScript]
    /// The whole program that is run in place of steps; ``tasks`` then has one task of its name.
    public var entry: EntryScript?
    /// What the world does and when, by time, then by the order of writing.
    public var facts: [Fact]
    /// The rows of `timeline`, for pictures and for the claims of task rows.
    public var timeline: Timeline?
    /// The guests it must hold for; `nil` where the file leaves that to who runs it.
    public var guests: [Located<String>]?
    /// The guests that the project names for files that leave it open.
    public var defaultGuests: [String]?
    /// The hosts it must hold on; never empty.
    public var hosts: [HostEntry]
    /// How to go through the choices of its hosts, where the file says so.
    public var explore: ExplorePlan?
    /// Where the run leaves the canonical one, on hosts that have choices; empty for a document that is
    /// about all runs.
    public var schedule: [Located<Deviation>] = []
    /// How it was come upon.
    public var found: Found?
    /// What must hold after a run, in blocks that each may be narrowed; never empty.
    public var expectations: [Expectation]
    /// The recorded runs; `nil` where the document has no `golden`.
    public var golden: Golden?
}

/// A resource of the world.
public struct Resource: Sendable, Equatable {
    /// What stands behind a resource.
    public enum Kind: Sendable, Equatable {
        /// Readiness as the timeline or the events say.
        case level
        /// A timer that fires this many ns after it is subscribed.
        case after(UInt64)
        /// A timer that fires this many ns after the run's start.
        case at(UInt64)
        /// A stream to read from, whose bytes the timeline or the events send.
        case input(StreamScript)
        /// The process's standard input, sent likewise.
        case stdin(StreamScript)
        /// A stream to write to, whose permits the timeline or the events give.
        case output(StreamScript)
        /// A server that the guest may connect to, and what it sends on the connection.
        case tcp(SocketAddress, StreamScript)
        /// An address on which the guest may listen, and how many connections may wait there; `nil`
        /// leaves that to the host.
        case listener(SocketAddress, backlog: Int?)
        /// A client of the listener, and what it sends on the connection.
        case client(of: ResourceID, StreamScript)
        /// Somebody who sends and receives datagrams at an address.
        case udp(SocketAddress, StreamScript)
        /// A name, and what the resolver says of it.
        case name(NameScript)
        /// A server of HTTP, and the body of its response.
        case http(ExchangeScript, StreamScript)
    }
    /// How the file calls it.
    public var name: String
    /// What stands behind it.
    public var kind: Kind
    /// Nobody need use it.
    public var isOptional: Bool
    /// Where it is declared.
    public var place: Place
}

/// What a stream's door says of it; the timeline or the events say when.
public struct StreamScript: Sendable, Equatable {
    /// Bytes that the stream sends at once, by the letter that stands for them in a lane.
    public struct Chunk: Sendable, Equatable {
        /// The letter of its lane.
        public var name: String
        /// What arrives.
        public var bytes: [UInt8]
        /// Where it is declared.
        public var place: Place
    }
    /// In the order of writing; an output has none.
    public var chunks: [Chunk] = []
    /// The text of its failure, where it can fail, with the place of its `!`.
    public var failure: Located<String>?
}

/// What a resolver says of a name.
public struct NameScript: Sendable, Equatable {
    /// The name, in lower case.
    public var name: String
    /// When the answer comes.
    public var time: VirtualDriver.NameAnswer.Time
    /// What it says.
    public var answer: VirtualDriver.NameAnswer.Answer

    /// An answer.
    public init(
        _ name: String, _ time: VirtualDriver.NameAnswer.Time,
        _ answer: VirtualDriver.NameAnswer.Answer
    ) {
        (self.name, self.time, self.answer) = (name, time, answer)
    }
}

/// What a server of HTTP has to say of one kind of request.
public struct ExchangeScript: Sendable, Equatable {
    /// The request's method.
    public var method: HTTPMethod
    /// `https` rather than `http`.
    public var isSecure: Bool
    /// Where the request goes.
    public var authority: HTTPAuthority
    /// Its path and query.
    public var path: String
    /// The response's status.
    public var status: UInt16 = 200
    /// The response's header fields.
    public var fields: [HTTPField] = []
    /// What comes behind the response's body.
    public var trailers: [HTTPField] = []
    /// It answers once it has the whole request, rather than once it has the head of it.
    public var isAfterBody = false
    /// ns until it answers, from there; `nil` for never. Counts only where the world's facts say nothing of it.
    public var delay: UInt64? = 0

    /// A server that answers with 200 and nothing else, at once.
    public init(
        _ method: HTTPMethod, isSecure: Bool, authority: HTTPAuthority, path: String
    ) {
        (self.method, self.isSecure) = (method, isSecure)
        (self.authority, self.path) = (authority, path)
    }

    /// Method and URL, as the door has them.
    public var request: String {
        "\(method.name) \(isSecure ? "https" : "http")://\(authority.text)\(path)"
    }
}

extension Resource {
    /// The names under which what the guest sent is a value: its own and, where it is a server of HTTP,
    /// those of the requests' fields and trailers.
    var valueNames: [String] {
        guard takesBytes else { return [] }
        return exchange == nil ? [name] : [name] + Self.requestValues.map { "\(name).\($0)" }
    }

    /// What of a request is a value beside its body.
    static let requestValues = ["fields", "trailers"]

    /// Its script, where it is a stream, or sends something on a socket.
    public var script: StreamScript? {
        switch kind {
        case .level, .after, .at, .listener, .name: nil
        case .input(let script), .stdin(let script), .output(let script), .tcp(_, let script),
            .client(of: _, let script), .udp(_, let script), .http(_, let script):
            script
        }
    }

    /// Whether it is a stream to read from, and no more.
    public var isInput: Bool {
        switch kind {
        case .input, .stdin: true
        default: false
        }
    }

    /// Whether it is a stream to write to, and no more.
    public var isOutput: Bool { if case .output = kind { true } else { false } }

    /// Whether it is somebody at the other end of a connection.
    public var isConnection: Bool {
        switch kind {
        case .tcp, .client: true
        default: false
        }
    }

    /// Whether it is somebody who sends and is sent to: on a connection, or datagrams.
    public var isPeer: Bool {
        switch kind {
        case .tcp, .client, .udp: true
        default: false
        }
    }

    /// What it says of requests, where it is a server of HTTP.
    public var exchange: ExchangeScript? {
        if case .http(let exchange, _) = kind { exchange } else { nil }
    }

    /// Whether the guest meets it on a socket, by a look-up or by a request.
    public var isOfNetwork: Bool {
        switch kind {
        case .tcp, .client, .udp, .listener, .name, .http: true
        default: false
        }
    }

    /// Whether the guest has to open it before its tasks can use it: a stream, a socket.
    var isOpened: Bool { script != nil || isOfNetwork }

    /// Whether tasks can read from it.
    public var isReadable: Bool { isInput || isPeer || exchange != nil }

    /// Whether tasks can write to it.
    public var isWritable: Bool { isOutput || isPeer }

    /// Whether it takes bytes, which then are the value of its name.
    public var takesBytes: Bool { isWritable || exchange != nil }
}

/// Index of a task in ``Scenario/tasks``.
public typealias TaskID = Int
/// Index of a resource in ``Scenario/resources``.
public typealias ResourceID = Int
/// Index of a subscribed name in ``Scenario/pollNames``.
public typealias PollNameID = Int

/// One task: a name and its steps.
public struct TaskScript: Sendable, Equatable {
    /// How the file calls it.
    public var name: String
    /// What it does, in order.
    public var steps: [Located<Step>]
    /// Some step spawns it, so it does not start by itself.
    public var isSpawned: Bool
    /// Where it is declared.
    public var place: Place
}

/// A whole program by its name, and what it is told of its process.
public struct EntryScript: Sendable, Equatable {
    /// Under which name it is registered.
    public var name: Located<String>
    /// What follows the name among its arguments.
    public var arguments: [String]
    /// Its environment variables, in file order.
    public var variables: [Variable]

    /// One environment variable.
    public struct Variable: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String
    }
}

/// What a task waits on or polls: a resource (subscribed for this step alone) or a subscribed name.
public enum Target: Sendable, Hashable {
    case resource(ResourceID)
    case pollable(PollNameID)
}

/// One step of a task.
public indirect enum Step: Sendable, Equatable {
    /// `sleep 30ms`
    case sleep(UInt64)
    /// `wait a`, `wait a | b as who`
    case waitAny([Target], as: String?)
    /// `wait a & b`
    case waitAll([Target])
    /// `subscribe door as d`
    case subscribe(ResourceID, as: PollNameID)
    /// `drop d`
    case drop(PollNameID)
    /// `drop sock`
    case dropStream(ResourceID)
    /// `read sock as x`, `read sock 4 as x`: waits, then one read of at most so many bytes
    case read(ResourceID, upTo: Int, as: String?)
    /// `read sock until closed as body`
    case readUntilClosed(ResourceID, as: String?)
    /// `write out hello`, `write out "hello" as result`
    case write(ResourceID, [UInt8], as: String?)
    /// `flush out`, `flush out as result`
    case flush(ResourceID, as: String?)
    /// `connect server`, `connect server as result`
    case connect(ResourceID, as: String?)
    /// `listen web`, `listen web as result`
    case listen(ResourceID, as: String?)
    /// `accept web as who`
    case accept(ResourceID, as: String?)
    /// `shut server`, `shut server receive as result`
    case shut(ResourceID, ShutdownKind, as: String?)
    /// `lookup name as addresses`
    case lookup(ResourceID, as: String?)
    /// `fetch api`, `fetch api first-byte 5ms with x-one=1 sending hel lo trailing sum=7 as head`
    case fetch(ResourceID, FetchScript, as: String?)
    /// `trailers api as t`
    case trailers(ResourceID, as: String?)
    /// `join A B`
    case join([TaskID])
    /// `spawn T`
    case spawn(TaskID)
    /// `cancel W`, `cancel W and join`
    case cancel(TaskID, thenJoin: Bool)
    /// `work 1ms`
    case work(UInt64)
    /// `yield`
    case yield
    /// `repeat 50 times work 1ms and yield`
    case `repeat`(Int, [Located<Step>])
    /// `say hello`
    case say(String)
    /// `send c`; the number indexes ``Scenario/channels``
    case send(Int)
    /// `recv c`
    case recv(Int)
    /// `exit`, `exit 3`
    case exit(UInt8)
    /// `poll nothing`, `poll a b as r`
    case poll([PollNameID], as: String?)
    /// `ready p as r`
    case ready(PollNameID, as: String?)
    /// `block p`
    case block(PollNameID)
    /// `stream peer as r`, `stream peer while binding as r`: what the host says of a socket that was never
    /// bound, or has not been told yet that it is
    case stream(ResourceID, isBinding: Bool, as: String?)
}

/// How a task sends a request.
public struct FetchScript: Sendable, Hashable {
    /// ns until there is a connection; `nil` is the host's own idea, as for the others.
    public var connect: UInt64?
    /// ns from there until the response's head.
    public var firstByte: UInt64?
    /// ns from one part of the response's body to the next.
    public var betweenBytes: UInt64?
    /// The request's header fields, as the guest sets them.
    public var fields: [HTTPField] = []
    /// The request's body as it is written, one write for each; empty where the request has no body.
    public var parts: [[UInt8]] = []
    /// What comes behind the body.
    public var trailers: [HTTPField] = []

    /// A request without fields and a body, and with these timeouts.
    public init(connect: UInt64? = nil, firstByte: UInt64? = nil, betweenBytes: UInt64? = nil) {
        (self.connect, self.firstByte, self.betweenBytes) = (connect, firstByte, betweenBytes)
    }
}

/// One change of the world.
public struct Fact: Sendable, Equatable {
    /// ns after the run's start.
    public var time: UInt64
    /// Where it happens.
    public var resource: ResourceID
    /// What happens.
    public var change: Change
    /// Where the script says so.
    public var place: Place

    /// What can happen to a resource.
    public enum Change: Sendable, Equatable {
        /// A level's readiness.
        case ready(Bool)
        /// An input gets a chunk: its letter and its bytes.
        case chunk(String, [UInt8])
        /// An input is ready once with nothing there.
        case empty
        /// An output takes up to so many bytes at a time from here on.
        case permit(Int)
        /// An output has pushed out what a flush asked for.
        case flushed
        /// A stream is over.
        case closed
        /// A stream or a connection breaks, with this text.
        case failed(String)
        /// What a peer does with connects or datagrams from here on.
        case answers(VirtualDriver.Answer)
        /// A client connects to the guest, now or as soon as the guest listens.
        case calls
        /// A server of HTTP sends the head of its response.
        case head

        /// Whether a stream is over with it.
        var isEnd: Bool {
            switch self {
            case .closed, .failed: true
            case .ready, .chunk, .empty, .permit, .flushed, .answers, .calls, .head: false
            }
        }
    }
}

/// The rows of a `timeline` block.
public struct Timeline: Sendable, Equatable {
    /// One column of the ruler.
    public struct Column: Sendable, Equatable {
        /// Where the column stands in the raw text, 1-based.
        public var column: Int
        /// ns after the start; `nil` inside a `~` jump.
        public var time: UInt64?
    }
    /// One task row.
    public struct TaskRow: Sendable, Equatable {
        /// Whose row it is.
        public var task: TaskID
        /// The line it stands on.
        public var line: Int
        /// Claims by column index; nothing stands for a blank or `?`.
        public var claims: [Claim]
    }
    /// One character of a task row that claims something.
    public struct Claim: Sendable, Equatable {
        /// Index in ``Timeline/columns``.
        public var column: Int
        /// One of `w . * 1…9 | x`.
        public var character: Character
    }
    /// The unit word of the ruler, as written (`ms`).
    public var unit: String
    /// The line of the ruler.
    public var rulerLine: Int
    /// The ruler's columns.
    public var columns: [Column]
    /// The rows of resources, by line, for pictures.
    public var resourceRows: [(resource: ResourceID, line: Int)]
    /// The rows of tasks, by line.
    public var taskRows: [TaskRow]

    /// Whether both say the same on the same lines.
    public static func == (a: Timeline, b: Timeline) -> Bool {
        a.unit == b.unit && a.rulerLine == b.rulerLine && a.columns == b.columns
            && a.taskRows == b.taskRows
            && a.resourceRows.elementsEqual(b.resourceRows) { $0 == $1 }
    }
}

/// One host to run on.
public struct HostEntry: Sendable, Equatable {
    /// How reports call it.
    public var name: String
    /// Which freedoms it uses.
    public var policy: HostPolicy
    /// `executor: any`: the guest's executor may pick any runnable task, not only the first.
    public var picksAnyTask: Bool
    /// Where it is listed.
    public var place: Place
}
