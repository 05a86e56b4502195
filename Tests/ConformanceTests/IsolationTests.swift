// One guest's end is nobody else's: guests side by side, and threads that are no guest's.

import CWASIp2
import Dispatch
import Glibc
import PolluxHost
import PolluxNative
import Testing

struct IsolationTests {
    @Test func `RES-16: of 200 guests side by side half trap, and each ends as its own code says`()
        async
    {
        let count = 200
        let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
            for number in 0..<count {
                group.addTask {
                    let ending: Guest.Ending = number % 4 == 1 ? .park : .exitThread
                    let outcome = await Guest.run(on: .simulated(), ending: ending) {
                        for round in 1...10 {
                            let timer = Import.subscribe(after: UInt64(round) * .millisecond)
                            Import.block(timer)
                            Import.drop(pollable: timer)
                            if number % 2 == 1, round == 5 { Import.drop(pollable: timer) }
                        }
                    }
                    return (number, outcome)
                }
            }
            var outcomes: [Int: Outcome] = [:]
            for await (number, outcome) in group { outcomes[number] = outcome }
            return outcomes
        }
        #expect(outcomes.count == count)
        for (number, outcome) in outcomes {
            if case .trapped(let trap) = outcome {
                #expect(number % 2 == 1 && trap.rule == "RES-08", "guest \(number): \(trap)")
            } else {
                #expect(number % 2 == 0 && outcome == .completed, "guest \(number): \(outcome)")
            }
        }
    }

    @Test func `RES-16: a trap says rule, call and handle on one line`() throws {
        let outcome = Guest.run(on: WASIHost(driver: VirtualDriver(), firstHandle: 7)) {
            let timer = Import.subscribe(after: 0)
            Import.drop(pollable: timer)
            Import.drop(pollable: timer)
        }
        #expect(
            outcome.description
                == "trap unknown-handle (RES-08) in wasi:io/poll.[resource-drop]pollable: "
                + "unknown handle 7: pollable #1, made by monotonic-clock.subscribe-duration "
                + "(call 1), dropped by pollable.drop (call 2)")
    }

    @Test func `a guest's other thread has no host, and the process says so as it aborts`()
        async throws
    {
        let result = await #expect(
            processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
        ) {
            _ = Guest.run(on: .simulated()) {
                let done = DispatchSemaphore(value: 0)
                DispatchQueue.global().async {
                    _ = Import.now()
                    done.signal()
                }
                done.wait()
            }
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("trap no-host in wasi:clocks/monotonic-clock.now"), "\(text)")
        #expect(text.contains("A guest lives on the thread that Guest.run gave it"), "\(text)")
        #expect(text.contains("a Dispatch queue"), "\(text)")
    }
}
