// The native column: the guest in C, on Pollux's default host.
//
//   parity measure ROW SIZE SAMPLES    prints ps per iteration, one line for each sample
//   parity lateness ROUNDS             prints p50 and p99 in ns

import ParityGuest
import PolluxNative

@main
struct Parity {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap { UInt32($0) }
        switch (arguments.first, numbers.count) {
        case ("measure", 3):
            for _ in 0..<numbers[2] { print(parity_measure(numbers[0], numbers[1])) }
        case ("lateness", 1):
            parity_run_timers(numbers[0])
            print(parity_lateness(500))
            print(parity_lateness(990))
        default: fatalError("parity measure ROW SIZE SAMPLES | parity lateness ROUNDS")
        }
    }
}
