// The adapter of LocalExecutor to the step door.

import WASIReactor
import WASIp2

/// A guest whose tasks are a scenario's, run by ``LocalExecutor``.
public final class LocalGuest {
    fileprivate let executor = LocalExecutor(pick: Steps.pick)
    fileprivate lazy var slots = Slots(executor.reactor)
    fileprivate var tasks: [UInt32: TaskHandle<Void>] = [:]
    private var channels: [UInt32: Channel<Void>] = [:]

    /// The guest's entry: runs task 0, which spawns the others, and returns when that is done.
    public static func main() {
        let guest = LocalGuest()
        guest.executor.blockOn(StepLoop(guest, task: 0))
    }

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

    init(_ guest: LocalGuest, task: UInt32) { (self.guest, self.task) = (guest, task) }

    deinit {
        suspended = nil
        guest.slots.release(ownedBy: task)
    }

    func poll(_ context: borrowing Context) -> Poll<Void> {
        let (slots, reactor) = (guest.slots, guest.executor.reactor)
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
                slots.adopt(Pollable(owning: handle), in: slot, for: isOwn ? task : nil)
            case .adoptInput(let slot, let handle, let isOwn):
                slots.adopt(InputStream(owning: handle), in: slot, for: isOwn ? task : nil)
            case .adoptOutput(let slot, let handle, let isOwn):
                slots.adopt(OutputStream(owning: handle), in: slot, for: isOwn ? task : nil)
            case .waitAny(let list):
                suspended = .box(reactor.waitAny(list.map(slots.key))) { .index($0) }
            case .waitAll(let list):
                suspended = .box(reactor.waitAll(list.map(slots.key))) { .none }
            case .release(let slot): slots.release(slot, by: task)
            case .read(let slot, let count):
                suspended = .box(slots.reader(slot).read(count), StepOutcome.init)
            case .write(let slot, let bytes):
                suspended = .box(slots.writer(slot).write(bytes), StepOutcome.init)
            case .flush(let slot): suspended = .box(slots.writer(slot).flush(), StepOutcome.init)
            case .sleep(let duration): suspended = .box(reactor.sleep(for: duration)) { .none }
            case .yield: suspended = .box(Yield()) { .none }
            case .spawn(let id): guest.tasks[id] = guest.executor.spawn(StepLoop(guest, task: id))
            case .join(let task): suspended = .box(guest.tasks[task]!.join(), StepOutcome.init)
            case .cancel(let task): guest.tasks[task]!.cancel()
            case .send(let id): guest.channel(id).send(())
            case .receive(let id): suspended = .box(guest.channel(id).receive()) { .none }
            case .unknown: outcome = .unsupported
            }
        }
    }
}
