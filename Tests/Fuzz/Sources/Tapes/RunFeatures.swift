// What a run showed, beyond the code that it ran through.

import CFuzzer

@testable import PolluxHost
@testable import PolluxScenario

/// Features of a run, for libFuzzer's extra counters: without them it would drive hosts and guests
/// into new code only, and most orders of events run through the same code.
enum RunFeatures {
    /// Notes the run's: which kinds of events followed each other, which kinds of choices were other
    /// than friendly and how often, and how near it came to the bounds that oracles set.
    static func note(_ run: Run, _ place: UInt32) {
        var last: UInt32 = 0
        var deviations = [UInt32](repeating: 0, count: ChoiceSite.Kind.allCases.count)
        var readySince: [UInt64: Int] = [:]
        var longestReady = 0
        var pollsInARow = 0
        var mostPolls = 0
        var turns = 0
        for event in run.trace.events {
            let kind: UInt32
            switch event.what {
            case .choice(let site, let picked, _):
                if picked > 0 { deviations[site.kind.number] += 1 }
                kind = 16 + UInt32(site.kind.number) * 2 + (picked > 0 ? 1 : 0)
            case .poll(let list, let isCheck):
                pollsInARow += 1
                mostPolls = max(mostPolls, pollsInARow)
                for serial in list where readySince[serial] == nil { readySince[serial] = turns }
                kind = isCheck ? 1 : 2 + UInt32(min(list.count, 4))
            case .report(let list):
                for serial in list {
                    longestReady = max(longestReady, turns - (readySince[serial] ?? turns))
                    readySince[serial] = nil
                }
                kind = 8 + UInt32(min(list.count, 4))
            case .task(let task, let what):
                turns += 1
                pollsInARow = 0
                kind = 64 + UInt32(min(task, 7)) * 8 + UInt32(index(what))
            case .trap: kind = 13
            default: kind = 14
            }
            // The place's own numbers, so that what is common in one scenario counts as new in another.
            fuzz_note(hash(place, last &* 251 &+ kind))
            last = kind
        }
        for (kind, count) in deviations.enumerated() where count > 0 {
            fuzz_note(hash(place, 0x1_0000 + UInt32(kind) * 64 + bucket(Int(count))))
        }
        fuzz_note(hash(place, 0x2_0000 + bucket(longestReady)))
        fuzz_note(hash(place, 0x3_0000 + bucket(mostPolls)))
    }

    private static func index(_ event: TraceEvent.TaskEvent) -> Int {
        switch event {
        case .start: 0
        case .wait: 1
        case .wake: 2
        case .done: 3
        case .cancelled: 4
        case .say: 5
        case .fail: 6
        }
    }

    /// Small numbers by themselves, greater ones by their power of two.
    private static func bucket(_ count: Int) -> UInt32 {
        count < 8 ? UInt32(count) : 8 + UInt32(Int.bitWidth - count.leadingZeroBitCount)
    }

    private static func hash(_ place: UInt32, _ number: UInt32) -> UInt32 {
        let mixed = (place ^ number &* 0x9E37_79B9) &* 0x85EB_CA6B
        return mixed ^ mixed >> 15
    }
}
