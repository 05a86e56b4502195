// How late timers are: 200 at once, 0.3 to 5 ms, one round after the other.

import CUVTimers
import WASIp2

@main
struct Lateness {
    static let timers = 200
    static let rounds = 20

    static func main() {
        var generator = Delays(state: 1)
        var ours: [Int64] = []
        var theirs: [Int64] = []
        for _ in 0..<rounds {
            let delays = (0..<timers).map { _ in generator.next() }
            ours += pollables(delays)
            var late = [Int64](repeating: 0, count: timers)
            uv_timers_run(delays, &late, timers)
            theirs += late
        }
        print("\(timers) timers of 0.3 to 5 ms at once, \(rounds) rounds; how late, in us")
        print("                      earliest     p50     p90     p99     max")
        row("clock pollables", ours)
        row("uv_timer_t, rounded up", theirs)
    }

    /// One clock pollable for each delay, all in one poll until each was reported.
    static func pollables(_ delays: [UInt64]) -> [Int64] {
        let start = MonotonicClock.now()
        var waiting = delays.map { delay in
            let deadline = start.advanced(by: Nanoseconds(delay))
            return (deadline: deadline, handle: MonotonicClock.subscribe(at: deadline).release())
        }
        var late: [Int64] = []
        var buffer = PollBuffer()
        while !waiting.isEmpty {
            buffer.poll(waiting.map { Pollable.Borrow(handle: $0.handle) })
            let now = MonotonicClock.now()
            for place in (0..<buffer.count).map({ buffer[$0] }).sorted(by: >) {
                let timer = waiting.remove(at: place)
                late.append(Int64(now.nanoseconds) - Int64(timer.deadline.nanoseconds))
                _ = Pollable(owning: timer.handle)
            }
        }
        return late
    }

    static func row(_ name: String, _ late: [Int64]) {
        let sorted = late.sorted()
        func at(_ share: Double) -> Int64 {
            sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
        let cells = [sorted[0], at(0.5), at(0.9), at(0.99), sorted[sorted.count - 1]].map { cell in
            let text = String(cell / 1_000)
            return String(repeating: " ", count: max(0, 8 - text.count)) + text
        }
        let padded = name + String(repeating: " ", count: max(0, 22 - name.count))
        print(padded + cells.joined())
    }
}

/// Delays from 300 us to 5 ms, the same every time.
struct Delays {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return 300_000 + (state >> 33) % 4_700_000
    }
}
