// The kinds of steps that generated programs have.

/// What a step does; a scenario has some of these.
enum StepKind: CaseIterable {
    case sleep, yield, work, wait, race, all, named, repetition, busy, spawn, join, cancel
    case send, receive, read, write, flush, streamWait, say, ready
    case connect, listen, datagram, shut, lookup, fetch, trailers

    /// Whether an adapter of these abilities does it.
    func isAble(_ abilities: Generator.Abilities) -> Bool {
        switch self {
        case .send, .receive: abilities.channels
        case .read: abilities.inputs || abilities.sockets || abilities.requests
        case .write, .flush: abilities.outputs || abilities.sockets
        case .streamWait: abilities.inputs || abilities.outputs
        case .connect, .listen, .datagram, .shut: abilities.sockets
        case .lookup: abilities.lookups
        case .fetch, .trailers: abilities.requests
        default: true
        }
    }
}
