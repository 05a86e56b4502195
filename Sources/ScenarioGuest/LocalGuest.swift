// The adapter of LocalExecutor to the step door.

import WASIReactor
import WASIp2

/// A guest whose tasks are a scenario's, run by ``LocalExecutor``.
public final class LocalGuest {
    fileprivate let executor = LocalExecutor(pick: Steps.pick)
    fileprivate var slots: [UInt32: EventKey] = [:]
    fileprivate var tasks: [UInt32: TaskHandle<Void>] = [:]
    private var channels: [UInt32: Channel<Void>] = [:]

    /// The guest's entry: runs task 0, which spawns the others, and returns when that is done.
    public static func main() {
        let guest = LocalGuest()
        guest.executor.blockOn(StepLoop(guest, task: 0))
    }

    fileprivate var reactor: Reactor { executor.reactor }

    fileprivate func channel(_ id: UInt32) -> Channel<Void> {
        if channels[id] == nil { channels[id] = Channel() }
        return channels[id]!
    }
}

/// One task of the scenario: asks for a step, does it with the runtime, reports, asks again.
private final class StepLoop: Future {
    private let guest: LocalGuest
    private let task: UInt32
    private var suspended: AnyFuture<StepOutcome>?
    private var ownSlots: [UInt32] = []

    init(_ guest: LocalGuest, task: UInt32) {
        (self.guest, self.task) = (guest, task)
    }

    deinit {
        suspended = nil
        ownSlots.forEach(release)
    }

    func poll(_ context: borrowing Context) -> Poll<Void> {
        var outcome = StepOutcome.none
        while true {
            if let suspended {
                guard case .ready(let end) = suspended.poll(context) else { return .pending }
                (outcome, self.suspended) = (end, nil)
            }
            let step = Steps.next(task, outcome)
            outcome = .none
            switch step {
            case .done: return .ready(())
            case .adopt(let slot, let handle, let isOwn):
                guest.slots[slot] = guest.reactor.insert(Pollable(owning: handle))
                if isOwn { ownSlots.append(slot) }
            case .waitAny(let list):
                suspended = .box(guest.reactor.waitAny(list.map { guest.slots[$0]! })) { .index($0) }
            case .waitAll(let list):
                suspended = .box(guest.reactor.waitAll(list.map { guest.slots[$0]! })) { .none }
            case .release(let slot): release(slot)
            case .sleep(let duration): suspended = .box(guest.reactor.sleep(for: duration)) { .none }
            case .yield: suspended = .box(Yield()) { .none }
            case .spawn(let id): guest.tasks[id] = guest.executor.spawn(StepLoop(guest, task: id))
            case .join(let task):
                suspended = .box(guest.tasks[task]!.join()) {
                    if case .cancelled = $0 { .cancelled } else { .none }
                }
            case .cancel(let task): guest.tasks[task]!.cancel()
            case .send(let id): guest.channel(id).send(())
            case .receive(let id): suspended = .box(guest.channel(id).receive()) { .none }
            case .unknown: outcome = .unsupported
            }
        }
    }

    private func release(_ slot: UInt32) {
        ownSlots.removeAll { $0 == slot }
        if let key = guest.slots.removeValue(forKey: slot) { guest.reactor.remove(key) }
    }
}
