// Times as people write them, and instants that cannot be counted.

import PolluxHost
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        (0, "0ms"), (1, "1ns"), (999, "999ns"), (1_000, "1us"), (1_001, "1.001us"),
        (1_500, "1.5us"), (200_000, "200us"), (1_000_000, "1ms"), (1_500_000, "1.5ms"),
        (1_234_567, "1234.567us"), (30_000_000, "30ms"), (1_000_000_000, "1s"),
        (1_050_000_000, "1.05s"), (1_000_000_001, "1000000.001us"), (3_600_000_000_000, "3600s"),
        (UInt64.max, "18446744073709551.615us"),
    ])
    func `a time is printed in the largest unit that is exact to three places`(
        nanoseconds: UInt64, text: String
    ) {
        #expect(TimeText.string(nanoseconds) == text)
    }

    @Test func `an instant that the clock cannot count is never`() {
        let late = MonotonicInstant(nanoseconds: .max - 1)
        #expect(late.advanced(by: 1) == MonotonicInstant(nanoseconds: .max))
        #expect(late.advanced(by: 2) == nil)
    }
}
