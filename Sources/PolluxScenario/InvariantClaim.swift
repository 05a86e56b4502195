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

extension [Expectation] {
    /// The oracles that `invariants` lets judge, the usual ones as these blocks change them in turn.
    var invariantOracles: Set<OracleName> {
        reduce(into: Set(OracleName.usual)) { $1.invariants?.value.apply(to: &$0) }
    }

    /// The oracles that a `never` of these blocks asks for by name.
    var neverOracles: Set<OracleName> {
        reduce(into: []) { names, block in
            for case .situation(let situation) in block.never.lazy.map(\.value) {
                names.formUnion(situation.oracles)
            }
        }
    }
}
