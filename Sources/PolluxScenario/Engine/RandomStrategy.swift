// Runs drawn at random, each from a mixture of its own.

import PolluxHost

/// Random answers. Every run first draws which kinds of choices deviate at all, and how often: a
/// fixed mixture of all of them would hardly ever leave the world alone for long, and many faults
/// show only where one freedom is used and the others are not.
final class RandomStrategy: Strategy, @unchecked Sendable {
    private let seed: UInt64
    private let numbers: RunNumbers
    // One worker at a time asks.
    @safe @exclusivity(unchecked) private var generator = SplitMix64(seed: 0)
    /// The run that has begun.
    private var number = 0
    /// By kind: -1 never deviates, 0 any answer, n deviates once in 2^n.
    @safe @exclusivity(unchecked) private var rates = ChoiceSite.Numbers(repeating: -1)

    private static let kinds = ChoiceSite.Kind.allCases.count

    init(seed: UInt64, numbers: RunNumbers) {
        self.seed = seed
        self.numbers = numbers
    }

    func begin() -> Int? {
        guard let number = numbers.take() else { return nil }
        self.number = number
        generator = .ofRun(number, seed: seed)
        let isUniform = generator.next(below: 8) == 0
        for kind in 0..<Self.kinds {
            let isOn = generator.next(below: 2) == 1
            let rate = generator.next(below: 5)
            rates[kind] = isUniform ? 0 : isOn ? rate : -1
        }
        return number
    }

    func answer(_ site: ChoiceSite, among count: Int, at place: Int) -> Int {
        let rate = rates[site.kind.number]
        if rate == 0 { return generator.next(below: count) }
        if rate < 0 || generator.next(below: 1 << rate) > 0 { return 0 }
        return 1 + generator.next(below: count - 1)
    }

    var answers: Answers { .random(seed: seed, number: number) }

    func finish(_ tape: Tape) -> String? { nil }
}

extension SplitMix64 {
    /// The numbers of one run; other runs of the seed have others.
    static func ofRun(_ number: Int, seed: UInt64) -> SplitMix64 {
        var seeds = SplitMix64(seed: seed)
        var mixed = SplitMix64(seed: seeds.next() ^ UInt64(truncatingIfNeeded: number))
        return SplitMix64(seed: mixed.next())
    }

    /// A number from 0 up to this one.
    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
