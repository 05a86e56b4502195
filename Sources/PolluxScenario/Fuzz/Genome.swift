// What a generated scenario is made from: a seed, and what was drawn anew since.

import PolluxHost

/// Everything that a generated scenario depends on.
///
/// Each part of a scenario draws from a stream of its own, so a part can be drawn anew and the others
/// stay as they are, as far as they do not lean on it. Whatever is drawn, the scenario is sound.
struct Genome: Hashable, Sendable {
    /// A part of a scenario with random numbers of its own.
    enum Part: Hashable, Sendable {
        /// How many tasks and resources, and which kinds of steps.
        case shape
        /// Which task goes on.
        case turns
        /// On which host.
        case host
        /// What one task does.
        case task(Int)
        /// What one resource is, and when it is ready.
        case resource(Int)

        /// Its place among all parts.
        fileprivate var number: Int {
            switch self {
            case .shape: 0
            case .turns: 1
            case .host: 2
            case .task(let index): 3 + index
            case .resource(let index): 3 + Generator.mostTasks + index
            }
        }

        /// All parts that a scenario may have.
        static let all: [Part] =
            [.shape, .turns, .host] + (0..<Generator.mostTasks).map(Part.task)
            + (0..<Generator.mostResources).map(Part.resource)
    }

    /// What all of it is drawn from.
    let seed: UInt64
    /// What the parts that were drawn anew are drawn from instead, by their numbers.
    private var edits: [Int: UInt64] = [:]

    /// A scenario that nothing of was drawn anew.
    init(seed: UInt64) { self.seed = seed }

    /// The same with a part drawn anew.
    func redrawing(_ part: Part, from seed: UInt64) -> Genome {
        var genome = self
        genome.edits[part.number] = seed
        return genome
    }

    /// The random numbers of a part.
    func numbers(of part: Part) -> SplitMix64 {
        .ofRun(part.number, seed: edits[part.number] ?? seed)
    }

    /// Random numbers for all parts.
    var draws: Draws { Draws(self) }
}

extension Genome: CustomStringConvertible {
    /// The seed, and behind it the parts that were drawn anew: `2f0c-5.9a1`.
    var description: String {
        let edits = edits.sorted { $0.key < $1.key }.map { number, seed in
            "-\(number).\(String(seed, radix: 16))"
        }
        return String(seed, radix: 16) + edits.joined()
    }
}

/// The random numbers of a scenario's parts, as they are drawn.
struct Draws {
    private var parts: [SplitMix64]

    fileprivate init(_ genome: Genome) {
        parts = Genome.Part.all.map(genome.numbers)
    }

    /// A number from 0 up to this one.
    mutating func below(_ bound: Int, for part: Genome.Part) -> Int {
        parts[part.number].next(below: bound)
    }

    /// A number of a range.
    mutating func number(in range: ClosedRange<Int>, for part: Genome.Part) -> Int {
        range.lowerBound + below(range.count, for: part)
    }

    /// Whether something holds that holds so many times in a hundred.
    mutating func happens(_ percent: Int, for part: Genome.Part) -> Bool {
        below(100, for: part) < percent
    }

    /// One of several.
    mutating func pick<Element>(_ elements: [Element], for part: Genome.Part) -> Element {
        elements[below(elements.count, for: part)]
    }
}
