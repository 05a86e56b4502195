// Sorts numbers by sleeping, with async/await: `swift run sleep-sort-async 30 10 20`.

import WASIAsyncRuntime
import WASIp2

@main
struct SleepSort {
    static func main() {
        let numbers = Environment.arguments().dropFirst().compactMap { Int($0) }
        blockOn {
            await withTaskGroup(of: Void.self) { group in
                for number in numbers {
                    group.addTask {
                        try? await sleep(for: .milliseconds(number))
                        print(number)
                    }
                }
            }
        }
    }
}
