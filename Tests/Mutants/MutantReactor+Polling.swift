// Who waits for what, what is polled, and whom a report makes runnable.

import ScenarioGuest
import WASIp2

/// One task's wait for one pollable.
final class Waiter {
    enum Why {
        /// It ends the wait, whose place in the list this is.
        case race(place: Int, of: Int)
        /// It is one of several that must all come.
        case all
        /// The task goes on with its stream.
        case stream
    }
    let job: Job
    let source: Source
    let why: Why
    /// It was cancelled, and a mistake has left it where it is.
    var isStale = false

    init(_ job: Job, _ source: Source, _ why: Why) {
        self.job = job
        self.source = source
        self.why = why
    }
}

/// One sleeping task.
struct Timer {
    var deadline: MonotonicClock.Instant
    var number: Int
    var job: Job
}

extension MutantReactor {
    // MARK: Waiting

    func register(_ waiter: Waiter) {
        let source = waiter.source
        if case .stream = waiter.why {
        } else if fault == .neverClearsReadiness, source.isReady {
            return deliver(waiter)
        }
        switch fault {
        case .lastWaiterWins: waiters.removeAll { $0.source.handle == source.handle }
        case .neverRearms where source.wasArmed: return
        case .reusesWithoutGeneration:
            if waiters.contains(where: { $0.isStale && $0.source.handle == source.handle }) {
                return
            }
        case .parksNewWaiters:
            parked.append(waiter)
            return
        default: break
        }
        source.wasArmed = true
        if source.firstWaiter == nil { source.firstWaiter = waiter.job }
        waiters.append(waiter)
    }

    func sleep(_ job: Job, _ duration: Nanoseconds) {
        if fault == .zeroSleepHangs, duration == 0 { return }
        if fault == .asksZeroTimersOnce, duration == 0 {
            if MonotonicClock.subscribe(after: 0).isReady { enqueue(job, .outcome(.none)) }
            return
        }
        var now = MonotonicClock.now()
        if let believed, believed.clock == now { now = believed.instant }
        var deadline = now.advanced(by: duration)
        let rest = deadline.nanoseconds % 1_000_000
        if fault == .roundsDown { deadline.nanoseconds -= rest }
        if fault == .roundsUp, rest > 0 {
            deadline = deadline.advanced(by: .init(1_000_000 - rest))
        }
        timersMade += 1
        let timer = Timer(deadline: deadline, number: timersMade, job: job)
        let later = timers.firstIndex { $0.deadline > deadline }
        timers.insert(timer, at: later ?? timers.count)
    }

    /// Waits with its stream until that may be ready.
    func wait(_ job: Job, for work: StreamWork) {
        let own = work.source
        if firstStreamSource == nil { firstStreamSource = own }
        let isElsewhere = fault == .flushesOnAnother && work.isFlush
        register(Waiter(job, isElsewhere ? firstStreamSource ?? own : own, .stream))
    }

    // MARK: Polling

    /// Nobody can run: waits for whatever is waited for.
    func idle() {
        waiters += parked
        parked = []
        waiters.removeAll(where: \.isStale)
        if waiters.isEmpty, timers.isEmpty, fault != .pollsNothing {
            crash("no task can go on, and none waits for a pollable")
        }
        look(mayWait: fault != .neverBlocks)
    }

    /// Somebody can run: looks, without waiting.
    func check() {
        waiters.removeAll(where: \.isStale)
        if waiters.isEmpty, timers.isEmpty { return }
        look(mayWait: fault == .blocksWhileRunnable)
    }

    private func look(mayWait: Bool) {
        let sources = sources(mayWait)
        var list = sources
        let alarm = setAlarm()
        if let alarm { list.append(alarm) }
        if !mayWait {
            // It stands last, where nobody need count it; or first, which one can forget.
            list.insert(makeAlways(), at: fault == .forgetsItsTimer ? 0 : list.count)
        }
        let isEarly =
            alarm != nil && mayWait && fault == .setsItsClockByTimers
            && MonotonicClock.now() < timers[0].deadline
        let report = poll(list.map { Pollable.Borrow(handle: $0.handle) })
        if isEarly, report.contains(sources.count) {
            believed = (timers[0].deadline, clock: MonotonicClock.now())
        }
        if fault == .trustsItsCheck, !mayWait, !report.contains(list.count - 1) { return }
        if fault == .removesByPosition { return removeByPosition(report, sources.count) }
        for position in read(report, of: list) {
            if position < sources.count {
                fire(sources[position])
            } else if position == sources.count, alarm != nil {
                if fault == .looksForItsTimerLast, mayWait, report.last != position { continue }
                fireTimers()
            } else if fault == .forgetsItsTimer {
                crash("index out of range")
            }
        }
        for job in racers { leaveRace(job) }
        racers = []
        if fault == .clearsAllWaiters { waiters = [] }
    }

    /// What is waited for, but for the timers.
    private func sources(_ mayWait: Bool) -> [Source] {
        if fault == .noTimerMeansForEver, mayWait, timers.isEmpty {
            let never = Source(MonotonicClock.subscribe(at: .init(nanoseconds: .max)))
            leaked.append(never)
            return [never]
        }
        if listsCopies { return waiters.map(\.source) }
        var sources: [Source] = []
        for waiter in waiters where !sources.contains(where: { $0 === waiter.source }) {
            sources.append(waiter.source)
        }
        if fault == .takesHandlesForPlaces, let first = firstHandle ?? sources.first?.handle {
            firstHandle = first
            sources.removeAll { $0.handle - first >= 64 }
        }
        return sources
    }

    /// The report as a mistake reads it.
    private func read(_ report: [Int], of list: [Source]) -> [Int] {
        switch fault {
        case .firstIndexOnly: return [report[0]]
        case .assumesAscending:
            var left = report[...]
            return list.indices.filter { place in
                guard left.first == place else { return false }
                left.removeFirst()
                return true
            }
        case .wakesEverybody: return Array(list.indices)
        case .wakesInReverse: return report.reversed()
        case .wantsEveryCopy:
            return report.filter { place in
                let copies = list.indices.filter { list[$0] === list[place] }
                return copies.allSatisfy(report.contains)
            }
        default: return report
        }
    }

    private func setAlarm() -> Source? {
        guard let first = timers.first else {
            alarm?.source.drop()
            alarm = nil
            return nil
        }
        if alarm?.deadline != first.deadline {
            if fault == .dropsTimersTwice, let old = alarm?.source {
                _ = Pollable(owning: old.handle)
            }
            alarm?.source.drop()
            alarm = (first.deadline, Source(MonotonicClock.subscribe(at: first.deadline)))
        }
        return alarm?.source
    }

    private func makeAlways() -> Source {
        if let always, fault != .leaksZeroTimers { return always }
        let fresh = Source(MonotonicClock.subscribe(after: 0))
        if fault == .leaksZeroTimers { leaked.append(fresh) } else { always = fresh }
        return fresh
    }

    // MARK: Reports

    private func removeByPosition(_ report: [Int], _ count: Int) {
        for position in report where position < count {
            if position >= waiters.count { crash("index out of range") }
            deliver(waiters.remove(at: position))
        }
        if report.contains(where: { $0 >= count }) { fireTimers() }
    }

    /// Ends the waits for a source, in the order in which they began.
    private func fire(_ source: Source) {
        source.isReady = true
        for waiter in waiters where waiter.source === source {
            // One that came before may have ended it.
            guard let place = waiters.firstIndex(where: { $0 === waiter }) else { continue }
            waiters.remove(at: place)
            // By the first one's waker the other never hears of it.
            let first = source.firstWaiter
            if fault == .keepsFirstWaker, first !== waiter.job { continue }
            deliver(waiter)
        }
    }

    private func fireTimers() {
        let now = MonotonicClock.now()
        while let first = timers.first, first.deadline <= now || fault == .wakesEverybody {
            timers.removeFirst()
            enqueue(first.job, .outcome(.none))
        }
    }

    private func deliver(_ waiter: Waiter) {
        let job = waiter.job
        switch waiter.why {
        case .race(let place, let count):
            switch fault {
            case .keepsLosers: break
            case .queuesTwice: racers.append(job)
            default: leaveRace(job)
            }
            if fault == .dropsWinnerTwice, count > 1 {
                _ = Pollable(owning: waiter.source.handle)
            }
            enqueue(job, .outcome(.index(fault == .firstOfRaceWins ? 0 : place)))
        case .all:
            job.missing -= 1
            if job.missing == 0 { enqueue(job, .outcome(.none)) }
        case .stream: enqueue(job, .stream)
        }
    }

    /// A race is over: its losers wait no more.
    private func leaveRace(_ job: Job) { waiters.removeAll { $0.job === job } }
}
