// Runs that keep to priorities: who is put off once stays put off.

import PolluxHost

/// Probabilistic concurrency testing (Burckhardt and others, 2010), as far as answers go.
///
/// A random walk puts one task off k times running with a chance that halves with each time. Here
/// everything that can be put off has a priority drawn at random, and the highest goes first, so that
/// a task that is put off k times is one run in about k. At a few places, also drawn, what would go
/// first is put last. Only answers are recorded, so a tape knows nothing of priorities.
///
/// What stands in a queue is known by where it stands: the guest's executor keeps the order of its
/// runnable tasks, so a task that is not picked is still at its place, and one that becomes runnable
/// comes behind it.
final class PriorityStrategy: Strategy, @unchecked Sendable {
    private let seed: UInt64
    private let changes: Int
    private let length: Int
    private let numbers: RunNumbers
    private var generator = SplitMix64(seed: 0)
    /// The run that has begun.
    private var number = 0
    /// The places at which a priority changes.
    private var changePoints: Set<Int> = []
    /// Below every priority drawn; each put last is below the one before.
    private var lowest: Int64 = 0
    /// The priorities of the runnable tasks, in the order of the guest's queue.
    private var queue: [Int64] = []
    /// The priorities of the ready pollables of a result, by age; and which of them are left.
    private var ranks: [Int64] = []
    private var ranksLeft: [Int] = []
    /// The priorities of pollables, by serial, and the one below which they are left out.
    private var subjects: [UInt64: Int64] = [:]
    private var bar: Int64 = 0
    /// Of the other kinds: how far up among the options, in 256ths.
    private var levels = [Int](repeating: 0, count: ChoiceSite.Kind.allCases.count)

    /// - Parameters:
    ///   - depth: one more than the places at which a priority changes.
    ///   - length: about how many choices a run has.
    init(seed: UInt64, depth: Int, length: Int, numbers: RunNumbers) {
        self.seed = seed
        changes = max(depth - 1, 0)
        self.length = max(length, 1)
        self.numbers = numbers
    }

    func begin() -> Int? {
        guard let number = numbers.take() else { return nil }
        self.number = number
        generator = .ofRun(number, seed: seed)
        changePoints.removeAll(keepingCapacity: true)
        for _ in 0..<changes { changePoints.insert(generator.next(below: length)) }
        lowest = 0
        queue.removeAll(keepingCapacity: true)
        ranks.removeAll(keepingCapacity: true)
        ranksLeft.removeAll(keepingCapacity: true)
        subjects.removeAll(keepingCapacity: true)
        bar = draw()
        for kind in levels.indices { levels[kind] = generator.next(below: 257) - 1 }
        return number
    }

    func answer(_ site: ChoiceSite, among count: Int, at place: Int) -> Int {
        let changes = changePoints.contains(place)
        switch site.kind {
        case .pick:
            if queue.count > count { queue.removeLast(queue.count - count) }
            while queue.count < count { queue.append(draw()) }
            if changes { queue[top(of: queue)] = putLast() }
            let answer = top(of: queue)
            queue.remove(at: answer)
            return answer
        case .pollOrder: return rank(among: count, changes)
        case .pollSubset where site.subject == 0:
            grow(&ranks, to: count)
            if changes { ranks[top(of: ranks[..<count])] = putLast() }
            return top(of: ranks[..<count])
        case .pollSubset, .pollDuplicates:
            if changes || subjects[site.subject] == nil {
                subjects[site.subject] = changes ? putLast() : draw()
            }
            return subjects[site.subject]! < bar ? 1 : 0
        case .readyLag, .handle, .readLength, .permit, .spurious, .timer, .stdin, .finish, .segment,
            .timeoutTie:
            if changes { levels[site.kind.number] = generator.next(below: 257) - 1 }
            return max(levels[site.kind.number], 0) * count / 256
        }
    }

    var answers: Answers {
        .priorities(seed: seed, depth: changes + 1, length: length, number: number)
    }

    func finish(_ tape: Tape) -> String? { nil }

    /// One position of an order: the choices of one result have ever fewer options, down to two.
    private func rank(among count: Int, _ changes: Bool) -> Int {
        if ranksLeft.count != count {
            grow(&ranks, to: count)
            ranksLeft = Array(0..<count)
        }
        var answer = 0
        for place in ranksLeft.indices where ranks[ranksLeft[place]] > ranks[ranksLeft[answer]] {
            answer = place
        }
        if changes { ranks[ranksLeft[answer]] = putLast() }
        ranksLeft.remove(at: answer)
        if ranksLeft.count == 1 { ranksLeft.removeAll(keepingCapacity: true) }
        return answer
    }

    private func grow(_ priorities: inout [Int64], to count: Int) {
        while priorities.count < count { priorities.append(draw()) }
    }

    private func draw() -> Int64 { Int64(generator.next() >> 2) }

    private func putLast() -> Int64 {
        lowest -= 1
        return lowest
    }

    private func top(of priorities: some RandomAccessCollection<Int64>) -> Int {
        var best = 0
        for (place, priority) in priorities.enumerated()
        where priority > priorities[priorities.index(priorities.startIndex, offsetBy: best)] {
            best = place
        }
        return best
    }
}
