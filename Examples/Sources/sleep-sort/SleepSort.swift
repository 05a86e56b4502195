// Sorts numbers by sleeping: `swift run sleep-sort 30 10 20` prints 10, 20, 30 after 30 ms.

import WASIReactor
import WASIp2

@main
struct SleepSort {
    static func main() {
        let executor = LocalExecutor()
        for number in Environment.arguments().dropFirst().compactMap({ UInt64($0) }) {
            executor.spawn(Sleeper(number, executor.reactor.sleep(for: .milliseconds(number))))
        }
        executor.run()
    }
}

/// Sleeps as many milliseconds as its number says, then prints it.
struct Sleeper: ~Copyable, Future {
    private let number: UInt64
    private var sleep: Sleep

    init(_ number: UInt64, _ sleep: consuming Sleep) {
        self.number = number
        self.sleep = sleep
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        guard case .ready = sleep.poll(context) else { return .pending }
        print(number)
        return .ready(())
    }
}
