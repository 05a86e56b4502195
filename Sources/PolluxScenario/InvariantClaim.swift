// `invariants`: which oracles judge.

/// One `invariants` of a block: it changes which oracles judge the runs of the block.
public enum InvariantClaim: Sendable, Equatable {
    /// `all`: the usual ones.
    case usual
    /// `[no-leak, progress]`: these alone.
    case only([OracleName])
    /// `{except: [progress], and: [fifo-service]}`: without some and with some.
    case change(except: [OracleName], and: [OracleName])

    /// Changes a set of oracles as the claim says.
    func apply(to names: inout Set<OracleName>) {
        switch self {
        case .usual: names = Set(OracleName.usual)
        case .only(let few): names = Set(few)
        case .change(let less, let more): names = names.subtracting(less).union(more)
        }
    }
}
