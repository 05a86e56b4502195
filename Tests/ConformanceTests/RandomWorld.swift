// A small world by a seed, and a model of which poll results are legal in it.

import PolluxHost

/// Six pollables, of sources and of the clock, whose levels change at random; it knows for itself
/// what is ready.
final class RandomWorld {
    struct Pollable {
        var handle: Int32
        var condition: Condition
        /// In how many polls it was listed and ready and not reported, since it was reported last.
        var omissions = 0
    }

    enum Condition {
        case source(SourceID)
        case instant(MonotonicInstant)
        case never
    }

    let host: WASIHost
    let driver: HandDriver
    private(set) var pollables: [Pollable] = []
    var random: SplitMix64
    private static let sourceCount = 3

    init(seed: UInt64, policy: HostPolicy) throws {
        random = SplitMix64(seed: seed)
        driver = HandDriver(sources: Self.sourceCount)
        host = WASIHost(driver: driver, policy: policy, choices: SeededChoices(seed: seed))
        var wait = SplitMix64(seed: ~seed)
        driver.onWait = { driver, deadline, sources in
            // One of the two ends of a wait, or none of them.
            switch (
                deadline, sources.randomElement(using: &wait), Int.random(in: 0..<3, using: &wait)
            )
            {
            case (let deadline?, nil, 0...1), (let deadline?, _, 0): driver.move(to: deadline)
            case (_, let source?, 1): driver.set(source, true)
            case (nil, nil, _): return .never
            default: break
            }
            return .again
        }
        for _ in 0..<6 { try addPollable() }
        changeLevels()
    }

    private func addPollable() throws {
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1, 2:
            let source = SourceID(index: .random(in: 0..<Int32(Self.sourceCount), using: &random))
            pollables.append(
                Pollable(handle: try host.subscribe(source), condition: .source(source)))
        case 3:
            let duration = UInt64.random(in: 0...20, using: &random)
            let instant = driver.now.advanced(by: duration)!
            let handle = try host.subscribe(duration: duration)
            pollables.append(Pollable(handle: handle, condition: .instant(instant)))
        default:
            let handle = try host.subscribe(duration: .max)
            pollables.append(Pollable(handle: handle, condition: .never))
        }
    }

    /// Sets every level anew, and lets a little time pass.
    func changeLevels() {
        for index in 0..<Int32(Self.sourceCount) {
            driver.set(SourceID(index: index), .random(using: &random))
        }
        driver.move(to: driver.now.advanced(by: .random(in: 0...3, using: &random))!)
    }

    /// A list of places in ``pollables``, with repetitions, at least one of which can become ready.
    func makeList() -> [Int] {
        while true {
            let count = Int.random(in: 1...8, using: &random)
            let list = (0..<count).map { _ in Int.random(in: 0..<6, using: &random) }
            for place in list {
                if case .never = pollables[place].condition { continue }
                return list
            }
            // All of them may be of the sort that never is.
            if pollables.allSatisfy({ if case .never = $0.condition { true } else { false } }) {
                try! addReadyPollable()
            }
        }
    }

    private func addReadyPollable() throws {
        let now = driver.now
        pollables[0] = Pollable(
            handle: try host.subscribe(instant: now.nanoseconds), condition: .instant(now))
    }

    /// Whether the pollable at this place is ready now.
    func isReady(_ place: Int) -> Bool {
        switch pollables[place].condition {
        case .source(let source): driver.levels[Int(source.index)]
        case .instant(let instant): instant <= driver.now
        case .never: false
        }
    }

    // MARK: The model

    /// What is illegal about a result; nothing, as it should be. Counts who was left out.
    func wrongs(of result: [UInt32], for list: [Int]) -> [String] {
        let policy = host.policy
        guard !result.isEmpty else { return ["empty"] }
        guard result.allSatisfy({ $0 < UInt32(list.count) }) else { return ["out of range"] }
        var wrongs: [String] = []
        if Set(result).count != result.count { wrongs.append("a position twice") }

        let reported = Set(result.map { list[Int($0)] })
        if !reported.allSatisfy(isReady) { wrongs.append("one that is not ready") }

        var overdue = 0
        for place in Set(list) where isReady(place) {
            if reported.contains(place) {
                if pollables[place].omissions >= policy.fair { overdue += 1 }
                pollables[place].omissions = 0
            } else {
                pollables[place].omissions += 1
                if pollables[place].omissions > policy.fair { wrongs.append("unfair to \(place)") }
            }
        }

        let readyCount = Set(list.filter(isReady)).count
        switch policy.subset {
        case .all where reported.count != readyCount: wrongs.append("not all")
        case .one where reported.count > max(1, overdue): wrongs.append("more than one")
        default: break
        }
        for place in reported {
            let all = list.indices.filter { list[$0] == place }.map { UInt32($0) }
            let copies = result.filter { list[Int($0)] == place }.sorted()
            switch policy.duplicates {
            case .all where copies != all: wrongs.append("not all copies of \(place)")
            case .first where copies != [all[0]]: wrongs.append("not the first of \(place)")
            default: break
            }
        }
        if !isInOrder(result, list) { wrongs.append("not \(policy.order.rawValue)") }
        return wrongs
    }

    /// What a poll goes by that walks the host's own table: the source's place there, then position.
    private func number(of position: UInt32, _ list: [Int]) -> (Int, UInt32) {
        (tableNumbers[list[Int(position)]], position)
    }

    /// By place, the number of what the pollable watches: a number for each pollable, and one before
    /// it for its source where that has none yet.
    private var tableNumbers: [Int] {
        var next = 0
        var levels: [SourceID: Int] = [:]
        return pollables.map { pollable in
            guard case .source(let source) = pollable.condition, let level = levels[source] else {
                defer { next += 2 }
                if case .source(let source) = pollable.condition { levels[source] = next }
                return next
            }
            next += 1
            return level
        }
    }

    private func isInOrder(_ result: [UInt32], _ list: [Int]) -> Bool {
        switch host.policy.order {
        case .any: true
        case .winnerFirst: Array(result.dropFirst()) == result.dropFirst().sorted()
        case .byResource: result == result.sorted { number(of: $0, list) < number(of: $1, list) }
        case .ascending: result == result.sorted()
        case .descending: result == result.sorted(by: >)
        case .byAge:
            result
                == result.sorted {
                    // Places were given in the order of subscribing.
                    (list[Int($0)], $0) < (list[Int($1)], $1)
                }
        }
    }
}
