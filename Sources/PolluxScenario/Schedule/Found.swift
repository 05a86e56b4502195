// `found`: how a document was come upon.

/// What a search writes of itself into what it found. It tells people, and changes no run.
public struct Found: Hashable, Sendable {
    /// Which search.
    public var by: String?
    /// Its seed.
    public var seed: UInt64?
    /// The number of the run that failed.
    public var runs: UInt64?
    /// What found fault with it: an oracle, or a kind of expectation.
    public var oracle: String?
    /// What was made smaller.
    public var shrunk: String?
    /// Which version of the guest.
    public var commit: String?

    /// How something was found.
    public init(
        by: String? = nil, seed: UInt64? = nil, runs: UInt64? = nil, oracle: String? = nil,
        shrunk: String? = nil, commit: String? = nil
    ) {
        (self.by, self.seed, self.runs) = (by, seed, runs)
        (self.oracle, self.shrunk, self.commit) = (oracle, shrunk, commit)
    }

    var text: String {
        func entry(_ key: String, _ value: String?) -> [String] {
            value.map { ["\(key): \(Flow.text($0))"] } ?? []
        }
        return Flow.map(
            entry("by", by) + entry("seed", seed.map(String.init))
                + entry("runs", runs.map(String.init)) + entry("oracle", oracle)
                + entry("shrunk", shrunk) + entry("commit", commit))
    }
}
