// Under every policy and whatever a seed chooses, a host's answers are legal ones.
//
// The tests keep a model of their own of what is ready and compare; they never ask the host. A
// failure names the seed that shows it.

import PolluxHost
import Testing

struct LegalityTests {
    /// A policy for each combination of order, subset and duplicates.
    static let policies: [HostPolicy] = HostPolicy.Order.allCases.flatMap { order in
        HostPolicy.Subset.allCases.flatMap { subset in
            HostPolicy.Duplicates.allCases.map { duplicates in
                HostPolicy(order: order, subset: subset, duplicates: duplicates)
            }
        }
    }

    @Test(arguments: policies)
    func `POLL-05, POLL-08, POLL-09, FZ-05: results are legal, and nobody is left out too often`(
        policy: HostPolicy
    ) throws {
        for seed in 0..<2_000 as Range<UInt64> {
            var policy = policy
            policy.fair = Int(seed % 4)
            let world = try RandomWorld(seed: seed, policy: policy)
            for _ in 0..<3 {
                let list = world.makeList()
                let result = try world.host.poll(list.map { world.pollables[$0].handle })
                let wrongs = world.wrongs(of: result, for: list)
                if !wrongs.isEmpty {
                    Issue.record("\(wrongs): seed \(seed), list \(list), result \(result)")
                }
                world.changeLevels()
            }
        }
    }

    @Test(arguments: [0, 1, 3, 8])
    func `POLL-15, POLL-16, FZ-06: a lag of ready is bounded, and a yes stays a yes`(
        lag: Int
    ) throws {
        for seed in 0..<2_000 as Range<UInt64> {
            let world = try RandomWorld(seed: seed, policy: HostPolicy(readyLag: lag))
            // For each pollable: how often ready has said no though the condition held, and whether
            // the guest knows that it holds.
            var noes = [0, 0, 0, 0, 0, 0]
            var isShown = Array(repeating: false, count: 6)
            for _ in 0..<60 {
                switch Int.random(in: 0..<10, using: &world.random) {
                case 0:
                    world.changeLevels()
                    for place in world.pollables.indices where !world.isReady(place) {
                        // What the host has said holds only as long as the condition does; asking
                        // now lets it know that the condition ended.
                        #expect(try !world.host.ready(world.pollables[place].handle))
                        isShown[place] = false
                        noes[place] = 0
                    }
                case 1:
                    let list = world.makeList()
                    for position in try world.host.poll(list.map { world.pollables[$0].handle }) {
                        isShown[list[Int(position)]] = true
                    }
                default:
                    let place = Int.random(in: 0..<6, using: &world.random)
                    let answer = try world.host.ready(world.pollables[place].handle)
                    guard world.isReady(place) else {
                        #expect(!answer, "seed \(seed): ready although nothing is")
                        continue
                    }
                    if !answer { noes[place] += 1 }
                    #expect(answer || !isShown[place], "seed \(seed): a yes was taken back")
                    #expect(noes[place] <= lag, "seed \(seed): no, too often")
                    isShown[place] = isShown[place] || answer
                }
            }
        }
    }

    @Test(arguments: HostPolicy.Handles.allCases)
    func `RES-04, RES-05, FZ-39: no policy of numbering hands out a live number`(
        handles: HostPolicy.Handles
    ) throws {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let host = WASIHost(
                driver: HandDriver(), policy: HostPolicy(handles: handles),
                choices: SeededChoices(seed: seed))
            var live: [Int32] = []
            var freed: [Int32] = []
            var used: Set<Int32> = [0]
            for _ in 0..<60 {
                if let old = live.randomElement(using: &random), Bool.random(using: &random) {
                    try host.drop(old, as: .pollable, in: .pollableDrop)
                    live.removeAll { $0 == old }
                    freed.append(old)
                    continue
                }
                let new = try host.subscribe(duration: 0)
                #expect(!live.contains(new), "seed \(seed): \(new) is alive")
                let expected: Int32? =
                    switch handles {
                    case .lifo, .perType: freed.last
                    case .fifo: freed.first
                    case .fresh, .sparse, .any: nil
                    }
                #expect(expected == nil || expected == new, "seed \(seed)")
                if handles == .fresh || handles == .sparse {
                    #expect(!used.contains(new), "seed \(seed): used before")
                }
                freed.removeAll { $0 == new }
                used.insert(new)
                live.append(new)
            }
            #expect(host.liveResources == live.count)
        }
    }

    @Test func `POLL-08: the same seed gives the same results`() throws {
        let policy = HostPolicy(order: .any, subset: .any, duplicates: .any, handles: .any)
        func results(_ seed: UInt64) throws -> [[UInt32]] {
            let world = try RandomWorld(seed: seed, policy: policy)
            return try (0..<20).map { _ in
                try world.host.poll(world.makeList().map { world.pollables[$0].handle })
            }
        }
        for seed in 0..<50 as Range<UInt64> {
            #expect(try results(seed) == results(seed), "seed \(seed)")
        }
    }
}
