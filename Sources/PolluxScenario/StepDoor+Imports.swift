// Steps that the door does on the imports themselves.

import PolluxHost

extension StepDoor {
    func doHere(_ step: Step, for task: TaskID) throws(HostTrap) {
        switch step {
        case .work(let duration):
            try driver.work(duration)
            host.progressed()
            host.rest()
        case .say(let text):
            log(task, .say(text), because: tasks[task].lastEvent.map { [$0] } ?? [])
        case .exit(let code): throw HostTrap(.exit(code), in: .stepsNext)
        case .poll(let names, let value):
            var list: [Int32] = []
            for name in names { list.append(try slot(name, task).handle) }
            let ready = try host.poll(list.span)
            if let value {
                values[value] = .names(ready.map { scenario.pollNames[names[Int($0)]] })
            }
        case .ready(let name, let value):
            let answer = try host.ready(slot(name, task).handle)
            if let value { values[value] = .truth(answer) }
        case .block(let name): try host.block(slot(name, task).handle)
        default: preconditionFailure("not a step of the host's own")
        }
    }

    func slot(_ name: PollNameID, _ task: TaskID) throws(HostTrap) -> Slot {
        guard let slot = named[name] else { throw unsubscribed(name, task) }
        return slot
    }
}
