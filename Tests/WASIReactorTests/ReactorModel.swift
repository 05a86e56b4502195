// What a reactor must do, as a few arrays that look at the trace while it is written.

import PolluxHost

/// Follows a run of a reactor: who waits, what each poll's list must be, and who must wake next.
///
/// It knows what a wait waits for and what the host reported; how the reactor keeps its waiters it
/// does not know.
final class ReactorModel: @unchecked Sendable {
    enum Wish {
        case sleep(until: UInt64)
        case any([UInt64])
        case all([UInt64])
    }

    private struct Wait {
        let id: Int
        var wish: Wish
        /// Was woken and has not been polled since.
        var isWoken = false
    }

    /// The serials of the pollables that the tasks share.
    var shared: [UInt64] = []
    /// What was wrong, in words.
    private(set) var faults: [String] = []
    /// How many waits ended.
    private(set) var ended = 0

    private let trace: Trace
    private let isFIFO: Bool
    private var waits: [Wait] = []
    private var nextID = 0
    /// The pollables with waiters, in the order in which the first of each came.
    private var list: [UInt64] = []
    /// Who waits for which pollable, in order of registration.
    private var waiters: [(serial: UInt64, id: Int)] = []
    /// Those that were woken and have had no turn since, in the order of waking.
    private var woken: [Int] = []
    /// The clock pollables at the end of the last poll's list, and the one of the sleepers.
    private var clocks: ArraySlice<UInt64> = []
    private var timer: UInt64?
    /// What was in a report so far.
    private var reported: Set<UInt64> = []
    /// The time of the last event.
    private var time: UInt64 = 0

    /// - Parameter isFIFO: whether tasks run in the order in which they wake.
    init(_ trace: Trace, isFIFO: Bool) {
        self.trace = trace
        self.isFIFO = isFIFO
        trace.onRecord = { [unowned self] in follow($0) }
    }

    func check(_ condition: Bool, _ fault: @autoclosure () -> String) {
        if !condition { faults.append(fault()) }
    }

    // MARK: The guest's side

    func begin(_ wish: Wish) -> Int {
        nextID += 1
        waits.append(Wait(id: nextID, wish: wish))
        switch wish {
        case .sleep: break
        case .any(let serials), .all(let serials):
            for serial in serials {
                waiters.append((serial, nextID))
                if !list.contains(serial) { list.append(serial) }
            }
        }
        return nextID
    }

    /// A wait was polled again.
    func turn(_ id: Int, isOver: Bool) {
        guard let place = waits.firstIndex(where: { $0.id == id }) else { return }
        check(waits[place].isWoken, "wait \(id) had a turn that nothing called for")
        if isFIFO { check(woken.first == id, "wait \(id) had a turn before \(woken)") }
        waits[place].isWoken = false
        woken.removeAll { $0 == id }
        switch waits[place].wish {
        case .sleep(let deadline):
            check(isOver, "a sleep was woken before its time")
            check(time >= deadline, "a sleep ended before its deadline")
        case .any: check(isOver, "a wait was woken and did not end")
        case .all:
            let isDone = !waiters.contains { $0.id == id }
            check(isOver == isDone, "a wait for all ended: \(isOver), should: \(isDone)")
        }
        if isOver {
            ended += 1
            forget(id)
        }
    }

    func drop(_ id: Int) { forget(id) }

    /// That the wait which just ended was ended by a report of this one.
    func checkReported(_ serial: UInt64) {
        check(reported.contains(serial), "the winner of a race was in no report")
    }

    private func forget(_ id: Int) {
        waits.removeAll { $0.id == id }
        woken.removeAll { $0 == id }
        waiters.removeAll { $0.id == id }
        list.removeAll { serial in !waiters.contains { $0.serial == serial } }
    }

    // MARK: The host's side

    private func follow(_ event: TraceEvent) {
        time = event.time.nanoseconds
        switch event.what {
        case .poll(let polled, let isCheck): begins(polled, isCheck)
        case .report(let result):
            reported.formUnion(result)
            for serial in result { fires(serial) }
        case .unsubscribe(let serial):
            check(!list.contains(serial), "a pollable was dropped while somebody waits for it")
        default: break
        }
    }

    private func begins(_ polled: [UInt64], _ isCheck: Bool) {
        check(Set(polled).count == polled.count, "a list with duplicates: \(polled)")
        check(
            polled.starts(with: list) && polled.count <= list.count + 2,
            "the list was \(polled), should begin with \(list)")
        let sleepers = waits.contains { if case .sleep = $0.wish { !$0.isWoken } else { false } }
        let hasTimer = polled.count - list.count - (isCheck ? 1 : 0)
        clocks = polled.dropFirst(list.count)
        timer = sleepers ? clocks.first : nil
        if !isCheck { check(woken.isEmpty, "a poll that may wait while \(woken) are runnable") }
        check(!sleepers || polled.count > list.count, "nobody watches the clock for the sleepers")
        check(sleepers || hasTimer <= 0, "a timer without sleepers")
    }

    private func fires(_ serial: UInt64) {
        if list.contains(serial) {
            for waiter in waiters where waiter.serial == serial { wake(waiter.id) }
            waiters.removeAll { $0.serial == serial }
            list.removeAll { $0 == serial }
        } else if serial == timer {
            let due = waits.compactMap { wait -> (deadline: UInt64, id: Int)? in
                guard case .sleep(let deadline) = wait.wish, deadline <= time else { return nil }
                return (deadline, wait.id)
            }
            for sleeper in due.sorted(by: { $0 < $1 }) { wake(sleeper.id) }
        } else if !clocks.contains(serial) {
            check(false, "a report of \(trace.name(ofPollable: serial)), for which nobody waits")
        }
    }

    private func wake(_ id: Int) {
        guard let place = waits.firstIndex(where: { $0.id == id }) else { return }
        if !waits[place].isWoken { woken.append(id) }
        waits[place].isWoken = true
    }
}
