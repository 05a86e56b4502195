// A whole program in place of steps: when it begins and ends, and what it says.

import PolluxHost
import PolluxNative

extension StepDoor {
    /// The program's one task begins. Each line that it writes to its standard output from here on
    /// is a `say` of that task, at the time at which the line ends.
    func beginProgram() {
        let begins = log(0, .start, because: [])
        tasks[0].status = .running
        tasks[0].lastEvent = begins
        let output = SourceID(index: Int32(scenario.resources.count))
        trace.name(output, "stdout")
        trace.name(SourceID(index: output.index + 1), "stderr")
        driver.onWrite = { [unowned self] source, bytes in
            if source == output { self.hear(bytes) }
        }
    }

    private func hear(_ bytes: [UInt8]) {
        lastTask = 0
        for byte in bytes {
            if byte != 0x0A {
                line.append(byte)
                continue
            }
            sayLine()
        }
    }

    private func sayLine() {
        log(0, .say(String(decoding: line, as: UTF8.self)), because: [])
        line.removeAll()
    }

    /// The program's one task is over, where the program returned or exited. A last line without an
    /// end counts, too.
    func endProgram(_ outcome: Outcome) {
        guard outcome != .timedOut, driver.onWrite != nil else { return }
        driver.onWrite = nil
        if !line.isEmpty { sayLine() }
        switch outcome {
        case .completed, .exited:
            tasks[0].status = .done
            log(0, .done, because: [])
        case .trapped, .aborted: lastTask = 0
        case .deadlocked, .livelocked, .timedOut: break
        }
    }

    /// Who waits on what, where a program stands still: its task, on the resources among these.
    func programWaits(on names: [String]) -> [DeadlockClaim] {
        let resources = scenario.resources.indices.filter {
            names.contains(scenario.resources[$0].name) || names.contains("stdin")
        }
        return [DeadlockClaim(task: 0, waitsOn: resources.map { .resource($0) })]
    }
}
