// `explore`: how a scenario's choices are gone through.

/// How a scenario asks to be explored.
public struct ExplorePlan: Equatable, Sendable {
    /// How to look.
    public var search: Search
    /// The most runs, where the scenario says so.
    public var budget: Int?
    /// Where it says so.
    public var place: Place
}

extension ScenarioParser {
    /// Reads `once`, `exhaustive`, `random 10000`, `pct 3 x 10000` or `delays 2`.
    func explorePlan(_ node: YAMLNode) throws(Diagnostic) -> ExplorePlan {
        let word = Word(try scalar(node, as: "'explore'"))
        let parts = word.text.split(separator: " ").map(String.init)
        func plan(_ search: Search, _ budget: Int? = nil) -> ExplorePlan {
            ExplorePlan(search: search, budget: budget, place: word.place)
        }
        func number(_ place: Int, in range: ClosedRange<Int>) -> Int? {
            Int(parts[place]).flatMap { range.contains($0) ? $0 : nil }
        }
        let runs = 1...1_000_000_000
        switch (parts.first, parts.count) {
        case ("once", 1): return plan(.once)
        case ("exhaustive", 1): return plan(.exhaustive)
        case ("delays", 2):
            if let most = number(1, in: 0...1_000) { return plan(.delays(most)) }
        case ("random", 2):
            if let count = number(1, in: runs) { return plan(.random, count) }
        case ("pct", 4) where parts[2] == "x":
            if let depth = number(1, in: 1...1_000), let count = number(3, in: runs) {
                return plan(.pct(depth), count)
            }
        default: break
        }
        throw failure(
            "'explore' is once, exhaustive, random 10000, pct 3 x 10000 or delays 2, not "
                + Diagnostic.quoted(word.text),
            at: word.place)
    }
}
