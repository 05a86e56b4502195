// served-before-block: what was reported is used before the guest polls again.

import PolluxHost

/// Whatever a poll reported has led its waiters on before the guest's next blocking poll.
///
/// A host reports again what is still ready, so a reactor that drops half of each result finishes
/// all the same, only later: nothing but this tells it from a sound one. Where a handle stands in
/// the list once for each waiter, a host may report fewer copies, and as many waiters are enough.
/// Of a guest without tasks nothing is seen but its calls: then nothing that was reported may stand
/// in the next list untouched.
struct ServedBeforeBlock: Oracle {
    static let name = OracleName.servedBeforeBlock
    var violations: [Violation] = []

    /// One pollable of one report, and who waited for it.
    private struct Debt {
        var serial: UInt64
        var report: Int
        var time: UInt64
        /// How often the handle stood in the list, and in the result.
        var listed: Int
        var reported: Int
        /// Whose wait it ends, with the event of the wait.
        var waiters: [(task: TaskID, wait: Int)] = []
        /// Who waits for others besides.
        var halfWaiters: [(task: TaskID, wait: Int)] = []
        var readers: [(task: TaskID, wait: Int)] = []
        var isOwn = false
    }

    private var debts: [Debt] = []
    /// The last event at which the guest did something with a pollable, with the stream or socket that
    /// it was subscribed of, or with what is behind it.
    private var touched: DenseMap<UInt64, Int> = [:]
    private var touchedResources: DenseMap<ResourceID, Int> = [:]

    static let sees: EventKinds = [
        .report, .poll, .asked, .subscribe, .unsubscribe, .stream, .socket,
    ]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .report(let list):
            guard let poll = scene.poll, !poll.isOwnCall else { return }
            owe(list, of: poll, event, scene)
        case .poll(let list, let isCheck):
            guard !isCheck, scene.poll?.isOwnCall == false else { return }
            if !debts.isEmpty { settle(list, event, scene) }
            debts.removeAll(keepingCapacity: true)
        case .asked(let serial, _): touch(serial, event, scene)
        case .subscribe(let serial), .unsubscribe(let serial): touch(serial, event, scene)
        case .stream(let call):
            touch(stream: call.stream, event, scene)
            if let origin = call.origin { touch(stream: origin, event, scene) }
        case .socket(let call): touched[call.socket] = event.id
        default: break
        }
    }

    private mutating func touch(_ serial: UInt64, _ event: TraceEvent, _ scene: Scene) {
        touched[serial] = event.id
        if let resource = scene.pollables[serial]?.resource {
            touchedResources[resource] = event.id
        }
    }

    private mutating func touch(stream serial: UInt64, _ event: TraceEvent, _ scene: Scene) {
        touched[serial] = event.id
        if let resource = scene.run.resourceOf[serial] { touchedResources[resource] = event.id }
    }

    private mutating func owe(
        _ report: [UInt64], of poll: Scene.Poll, _ event: TraceEvent, _ scene: Scene
    ) {
        let listed = Copies(poll.list)
        let copies = Copies(report)
        let first = debts.count
        for serial in report {
            let count = copies[serial]
            if count > 1, debts[first...].contains(where: { $0.serial == serial }) { continue }
            var debt = Debt(
                serial: serial, report: event.id, time: scene.elapsed,
                listed: max(listed[serial], 1), reported: count)
            debt.isOwn = scene.pollables[serial]?.owner == .guest
            for task in scene.waiters[serial] ?? [] where !scene.isCancelling(task) {
                guard let wait = scene.tasks[task].wait,
                    case .slots(let slots, let isAll, _) = wait.what
                else { continue }
                if isAll, slots.count > 1 {
                    debt.halfWaiters.append((task, wait.event))
                } else if !debt.waiters.contains(where: { $0.task == task }) {
                    debt.waiters.append((task, wait.event))
                }
            }
            if debt.isOwn, let resource = scene.pollables[serial]?.resource {
                for task in scene.streamWaiters[resource] ?? [] where !scene.isCancelling(task) {
                    if let wait = scene.tasks[task].wait { debt.readers.append((task, wait.event)) }
                }
            }
            debts.append(debt)
        }
    }

    private mutating func settle(_ list: [UInt64], _ event: TraceEvent, _ scene: Scene) {
        let listed = Copies(list)
        for debt in debts {
            let again = listed[debt.serial]
            if !scene.run.hasTasks {
                if again > 0, !isTouched(debt, scene) { complain(debt, [], list, event, scene) }
                continue
            }
            let left = debt.waiters.filter { isStill($0, scene) }
            // The copies that were reported may be those of who waits for others besides.
            let spare = debt.listed - debt.waiters.count
            let needed =
                spare < 0
                ? debt.waiters.count
                : min(debt.waiters.count, debt.reported - min(spare, debt.halfWaiters.count))
            if debt.waiters.count - left.count < needed {
                complain(debt, left.map(\.task), list, event, scene)
                continue
            }
            guard again > 0 else { continue }
            let halves = debt.halfWaiters.filter { isStill($0, scene) }
            if debt.waiters.isEmpty, !halves.isEmpty, halves.count == debt.halfWaiters.count,
                again >= debt.listed,
                scene.waiters[debt.serial]?.count == debt.halfWaiters.count
            {
                complain(debt, halves.map(\.task), list, event, scene)
            } else if debt.isOwn, scene.pollables[debt.serial]?.resource == nil {
                // A timer of the guest's own is over once it was reported, but for who has begun
                // since to sleep up to its instant. A socket that never came to its name has been
                // asked again.
                let isTimer = scene.instant(ofPollable: debt.serial) != nil
                if isTimer ? !isSleptFor(debt, scene) : !isTouched(debt, scene) {
                    complain(debt, [], list, event, scene)
                }
            } else if !debt.readers.isEmpty, !isTouched(debt, scene) {
                let readers = debt.readers.filter { isStill($0, scene) }
                if readers.count == debt.readers.count {
                    complain(debt, readers.map(\.task), list, event, scene)
                }
            }
        }
    }

    private func isStill(_ waiter: (task: TaskID, wait: Int), _ scene: Scene) -> Bool {
        scene.isWaiting(waiter.task, since: waiter.wait) && !scene.isCancelling(waiter.task)
    }

    private func isSleptFor(_ debt: Debt, _ scene: Scene) -> Bool {
        scene.pollWaits.contains { _, wait in isSleep(wait, toWhat: debt, scene) }
    }

    /// Whether the wait began behind the debt, and is a sleep up to its timer's instant or before.
    private func isSleep(_ wait: Scene.Wait, toWhat debt: Debt, _ scene: Scene) -> Bool {
        guard wait.event > debt.report, let instant = scene.instant(ofPollable: debt.serial) else {
            return false
        }
        return scene.deadline(of: wait).map { $0 <= instant } ?? false
    }

    private func isTouched(_ debt: Debt, _ scene: Scene) -> Bool {
        if touched[debt.serial, default: -1] > debt.report { return true }
        if let parent = scene.trace.parent(ofPollable: debt.serial),
            touched[parent, default: -1] > debt.report
        {
            return true
        }
        guard let resource = scene.pollables[debt.serial]?.resource else { return false }
        return touchedResources[resource, default: -1] > debt.report
    }

    private mutating func complain(
        _ debt: Debt, _ tasks: [TaskID], _ list: [UInt64], _ event: TraceEvent, _ scene: Scene
    ) {
        let what = scene.name(ofPollable: debt.serial)
        let when = scene.text(debt.time)
        let next = "the guest polled \(scene.names(ofPollables: list))"
        let message =
            tasks.isEmpty
            ? "\(what) was reported at \(when), and \(next) with nothing done about it"
            : "\(what) was reported at \(when), but \(scene.names(tasks)), waiting for it, "
                + "had not gone on when \(next)"
        object(message, task: tasks.first, because: [debt.report, event.id], in: scene)
    }

    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {
        hash.add(debts.count)
        for debt in debts {
            hash.add(ages[debt.serial])
            hash.add(debt.listed)
            hash.add(debt.reported)
            hash.add(debt.isOwn)
            hash.add(isTouched(debt, scene))
            for (task, wait) in scene.pollWaits where isSleep(wait, toWhat: debt, scene) {
                hash.add(task)
            }
            hash.add(-3)
            for waiters in [debt.waiters, debt.halfWaiters, debt.readers] {
                hash.add(waiters.count)
                for waiter in waiters {
                    hash.add(waiter.task)
                    hash.add(isStill(waiter, scene))
                }
            }
        }
    }
}
