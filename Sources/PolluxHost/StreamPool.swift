// The streams of one host: their states, what stands behind each, and who has a handle.

/// What stands behind a stream.
enum StreamEnd {
    case source(SourceID)
    case memory(MemoryPipe)
    /// The body of a response.
    case incoming(IncomingBody)
    /// The body of a request.
    case outgoing(OutgoingBody)

    /// The driver's source that says when to look again.
    var source: SourceID? {
        switch self {
        case .source(let source): source
        case .memory: nil
        case .incoming(let body): body.exchange.id.response
        case .outgoing(let body): body.exchange?.id.request
        }
    }

    /// The source that goes with the stream; a body's goes with its exchange.
    var ownSource: SourceID? {
        if case .source(let source) = self { source } else { nil }
    }

    /// When waiting for it ends by itself.
    var limit: MonotonicInstant? {
        if case .incoming(let body) = self { body.limit } else { nil }
    }

    static func == (a: StreamEnd, b: StreamEnd) -> Bool {
        switch (a, b) {
        case (.source(let a), .source(let b)): a == b
        case (.memory(let a), .memory(let b)): a === b
        case (.incoming(let a), .incoming(let b)): a === b
        case (.outgoing(let a), .outgoing(let b)): a === b
        default: false
        }
    }
}

/// One stream, which several handles may share (CLI-01, STREAM-41).
final class OpenStream<State> {
    let end: StreamEnd
    let kind: StreamKind
    // As the host's own: one thread at a time, and no access overlaps another.
    @safe @exclusivity(unchecked) var state: State
    /// How traces call it.
    var name: String
    @safe @exclusivity(unchecked) var handles = 0
    /// The place of the TCP socket that it belongs to; negative for none.
    let owner: Int

    init(state: State, end: StreamEnd, kind: StreamKind, name: String, owner: Int = -1) {
        self.owner = owner
        self.state = state
        self.end = end
        self.kind = kind
        self.name = name
    }
}

/// All streams of one direction. A stream keeps its place while a handle of it lives, and longer
/// where it is the process's own.
struct StreamPool<State> {
    private var places: [OpenStream<State>?] = []
    /// By place, ``OpenStream/end``: to look at a thousand of them touches few lines of memory.
    private var ends: [StreamEnd?] = []
    /// No place before this one is free.
    private var firstFree = 0

    /// The place of the stream over this end, if there is one.
    func place(of end: StreamEnd) -> Int? {
        places.firstIndex { $0.map { $0.end == end } ?? false }
    }

    mutating func insert(_ stream: OpenStream<State>) -> Int {
        while firstFree < places.count, places[firstFree] != nil { firstFree += 1 }
        if firstFree == places.count {
            places.append(nil)
            ends.append(nil)
        }
        places[firstFree] = stream
        ends[firstFree] = stream.end
        return firstFree
    }

    /// How many places there are.
    var count: Int { places.count }

    /// The stream at this place, if there is one.
    func stream(at place: Int) -> OpenStream<State>? { places[place] }

    mutating func remove(_ place: Int) {
        places[place] = nil
        ends[place] = nil
        firstFree = min(firstFree, place)
    }

    /// Frees all places.
    mutating func removeAll() {
        if !places.isEmpty { self = StreamPool() }
    }

    @inline(__always)
    subscript(place: Int) -> OpenStream<State> { places[place]! }

    /// What stands behind the stream at this place.
    @inline(__always)
    func end(_ place: Int) -> StreamEnd { ends[place]! }
}
