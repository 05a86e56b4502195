// Who answers a host's choices: generators with known values, sources that repeat themselves.

import PolluxHost
import Testing

@Suite struct ChoiceTests {
    @Test func `there is room for a number for each kind`() {
        #expect(ChoiceSite.Kind.allCases.count <= ChoiceSite.Numbers(repeating: 0).count)
    }

    @Test func `SplitMix64 gives the published numbers`() {
        var generator = SplitMix64(seed: 0)
        #expect(generator.next() == 0xE220_A839_7B1D_CDAF)
        #expect(generator.next() == 0x6E78_9E6A_A1B9_65F4)
        #expect(generator.next() == 0x06C4_5D18_8009_454F)
    }

    @Test func `the same seed gives the same answers, another seed others`() {
        func answers(_ seed: UInt64) -> [Int] {
            let choices = SeededChoices(seed: seed)
            return (1...100).map { ordinal in
                choices.choose(
                    ChoiceSite(kind: .pollOrder, subject: 0, ordinal: ordinal), among: 10)
            }
        }
        #expect(answers(1) == answers(1))
        #expect(answers(1) != answers(2))
        #expect(Set(answers(1)) == Set(0..<10))
    }

    @Test func `the friendly source always takes the first option`() {
        let site = ChoiceSite(kind: .handle, subject: 0, ordinal: 1)
        #expect(FriendlyChoices().choose(site, among: 5) == 0)
    }

    @Test func `bytes answer one choice each, modulo its options, and behind them all is friendly`()
    {
        let choices = ByteChoices([0, 5, 200, 1])
        let answers = [2, 3, 7, 2, 9].map { count in
            choices.choose(ChoiceSite(kind: .pollOrder, subject: 0, ordinal: 1), among: count)
        }
        #expect(answers == [0, 2, 4, 1, 0])
    }

    @Test func `nobody is asked where one option is left`() {
        let asked = Asked()
        let host = WASIHost(driver: VirtualDriver(), choices: asked)
        #expect(host.choose(.pick, among: 1) == 0)
        #expect(host.choose(.pick, about: 3, among: 2) == 1)
        #expect(host.choose(.pick, among: 4) == 3)
        #expect(host.choose(.handle, among: 2) == 1)
        #expect(
            asked.sites == [
                ChoiceSite(kind: .pick, subject: 3, ordinal: 1),
                ChoiceSite(kind: .pick, subject: 0, ordinal: 2),
                ChoiceSite(kind: .handle, subject: 0, ordinal: 1),
            ])
    }

    @Test func `a friendly host asks nobody`() throws {
        let asked = Asked()
        let host = WASIHost(driver: VirtualDriver(), choices: asked)
        let list = try (0..<4).map { _ in try host.subscribe(duration: 0) }
        #expect(try host.poll((list + list).span) == [0, 4, 1, 5, 2, 6, 3, 7])
        #expect(asked.sites.isEmpty)
    }

    @Test func `a choice stands in the trace`() {
        let trace = Trace()
        let host = WASIHost(driver: VirtualDriver(), choices: Asked(), trace: trace)
        _ = host.choose(.readyLag, among: 3)
        let site = ChoiceSite(kind: .readyLag, subject: 0, ordinal: 1)
        #expect(trace.events.map(\.what) == [.choice(site, picked: 2, of: 3)])
    }
}

/// Takes the last option and remembers what it was asked.
private final class Asked: ChoiceSource {
    private(set) var sites: [ChoiceSite] = []

    func choose(_ site: ChoiceSite, among count: Int) -> Int {
        sites.append(site)
        return count - 1
    }
}
