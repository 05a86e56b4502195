// A second runtime behind the step door, as unlike the shipped one as can be, straight on the
// imports: no wakers, no queue, no shared timer; it asks every task in rounds.

import CPolluxHarness
import CWASIp2
import PolluxScenario

/// A runtime and its adapter in one: each round resumes every task that can go on, in the order of
/// spawning, then polls whatever anybody waits for, shared pollables once for each waiter.
final class NaiveGuest {
    private struct Task {
        var state = State.runnable
        /// What the last poll, or several, said of this wait; by place in its list.
        var fired: Set<Int> = []
        var own: [UInt32] = []
    }

    private enum State {
        case runnable
        case waitingAny
        case waitingAll(Int)
        /// The timer's handle.
        case sleeping(Int32)
        case joining(UInt32)
        case receiving(UInt32)
        /// A step on a stream, with the pollable that it waits for.
        case streaming(NaiveStream.Job, pollable: Int32)
        /// It is over, and its task has not heard.
        case finished(Outcome)
        case done
        case cancelled
    }

    /// One entry of the poll list: whose wait it is, and the place in that wait.
    private struct Entry {
        var handle: Int32
        var task: UInt32
        var place: Int
    }

    struct Outcome {
        var tag: Int
        var value = 0
        var bytes: [UInt8] = []
    }

    private var tasks: [UInt32: Task] = [:]
    private var order: [UInt32] = []
    private var slots: [UInt32: Int32] = [:]
    private var streams: [UInt32: NaiveStream] = [:]
    private var entries: [Entry] = []
    private var messages: [UInt32: Int] = [:]
    private var receivers: [UInt32: [UInt32]] = [:]
    private var always: Int32?

    private init() {}

    /// A guest of this runtime.
    static let program = GuestProgram(name: "naive") { NaiveGuest().run() }

    // MARK: Rounds

    private func run() {
        start(0)
        while true {
            var index = 0
            while index < order.count {
                let id = order[index]
                index += 1
                guard let outcome = outcome(of: id) else { continue }
                resume(id, outcome)
                if case .done = tasks[0]!.state {
                    return Set(slots.keys).union(streams.keys).sorted(by: >).forEach(release)
                }
            }
            look()
        }
    }

    private func start(_ id: UInt32) {
        tasks[id] = Task()
        order.append(id)
    }

    /// How the wait of a task ended; `nil` while it has not.
    private func outcome(of id: UInt32) -> Outcome? {
        let task = tasks[id]!
        switch task.state {
        case .runnable: return Outcome(tag: POLLUX_OUTCOME_NONE)
        case .waitingAny:
            return task.fired.min().map { Outcome(tag: POLLUX_OUTCOME_INDEX, value: $0) }
        case .waitingAll(let count):
            return task.fired.count == count ? Outcome(tag: POLLUX_OUTCOME_NONE) : nil
        case .sleeping: return task.fired.isEmpty ? nil : Outcome(tag: POLLUX_OUTCOME_NONE)
        case .joining(let other):
            switch tasks[other]!.state {
            case .done: return Outcome(tag: POLLUX_OUTCOME_NONE)
            case .cancelled: return Outcome(tag: POLLUX_OUTCOME_CANCELLED)
            default: return nil
            }
        case .receiving(let channel):
            let isNext = receivers[channel]?.first == id && messages[channel, default: 0] > 0
            return isNext ? Outcome(tag: POLLUX_OUTCOME_NONE) : nil
        case .finished(let outcome): return outcome
        case .streaming, .done, .cancelled: return nil
        }
    }

    /// Polls everything that is waited for; with tasks that can go on, without waiting.
    private func look() {
        let isBusy = order.contains { outcome(of: $0) != nil }
        if entries.isEmpty {
            if !isBusy { wasip2_unreachable("nobody can go on") }
            return
        }
        var list = entries.map(\.handle)
        if isBusy {
            if always == nil {
                always = __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(0)
            }
            list.append(always!)
        }
        let due = places(in: list).filter { $0 < entries.count }
        for place in due { tasks[entries[place].task]!.fired.insert(entries[place].place) }
        let woken = due.map { entries[$0].task }
        for place in Set(due).sorted(by: >) { entries.remove(at: place) }
        for id in woken {
            guard case .streaming(let job, let pollable) = tasks[id]!.state else { continue }
            tasks[id]!.fired = []
            __wasm_import_wasi_io_poll_pollable_drop(pollable)
            go(on: job, id)
        }
    }

    /// Goes on with a step on a stream, as far as it goes without waiting.
    private func go(on job: NaiveStream.Job, _ id: UInt32) {
        var job = job
        if let outcome = job.advance() {
            tasks[id]!.state = .finished(outcome)
            return
        }
        let pollable = job.stream.subscribe()
        entries.removeAll { $0.task == id }
        enter(Entry(handle: pollable, task: id, place: 0))
        tasks[id]!.state = .streaming(job, pollable: pollable)
    }

    private func places(in list: [Int32]) -> [Int] {
        var area = wasi_io_poll_list_u32_t()
        __wasm_import_wasi_io_poll_poll(list, list.count, &area)
        defer { cwasip2_free(area.ptr) }
        return UnsafeBufferPointer(start: area.ptr, count: area.len).map(Int.init)
    }

    // MARK: Steps

    private func resume(_ id: UInt32, _ outcome: Outcome) {
        if case .sleeping(let timer) = tasks[id]!.state {
            __wasm_import_wasi_io_poll_pollable_drop(timer)
        }
        if case .receiving(let channel) = tasks[id]!.state {
            receivers[channel]!.removeFirst()
            messages[channel]! -= 1
        }
        entries.removeAll { $0.task == id }
        tasks[id]!.fired = []
        tasks[id]!.state = .runnable
        var outcome = outcome
        repeat {
            var step = pollux_harness_step_t()
            outcome.bytes.withUnsafeBufferPointer { bytes in
                let address = UInt(bitPattern: bytes.baseAddress)
                __wasm_import_pollux_harness_steps_next(
                    Int32(id), Int32(outcome.tag), bytes.isEmpty ? UInt(outcome.value) : address,
                    bytes.count, &step)
            }
            outcome = Outcome(tag: POLLUX_OUTCOME_NONE)
            if perform(step, for: id) { return }
        } while true
    }

    /// Does a step; true where the task cannot go on in this round.
    private func perform(_ step: pollux_harness_step_t, for id: UInt32) -> Bool {
        let number = step.value.id
        switch Int(step.tag) {
        case POLLUX_STEP_DONE:
            tasks[id]!.state = .done
            tasks[id]!.own.reversed().forEach(release)
        case POLLUX_STEP_ADOPT:
            slots[step.value.adopt.slot] = step.value.adopt.pollable
            if Int(step.value.adopt.owner) == POLLUX_OWNER_TASK {
                tasks[id]!.own.append(step.value.adopt.slot)
            }
            return false
        case POLLUX_STEP_WAIT_ANY:
            _ = wait(for: step, id)
            tasks[id]!.state = .waitingAny
        case POLLUX_STEP_WAIT_ALL: tasks[id]!.state = .waitingAll(wait(for: step, id))
        case POLLUX_STEP_RELEASE:
            release(number)
            tasks[id]!.own.removeAll { $0 == number }
            return false
        case POLLUX_STEP_SLEEP:
            let duration = Int64(bitPattern: step.value.duration)
            let timer = __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(duration)
            enter(Entry(handle: timer, task: id, place: 0))
            tasks[id]!.state = .sleeping(timer)
        case POLLUX_STEP_YIELD: tasks[id]!.state = .runnable
        case POLLUX_STEP_SPAWN:
            start(number)
            return false
        case POLLUX_STEP_JOIN: tasks[id]!.state = .joining(number)
        case POLLUX_STEP_CANCEL:
            cancel(number)
            return false
        case POLLUX_STEP_SEND:
            messages[number, default: 0] += 1
            return false
        case POLLUX_STEP_RECV:
            receivers[number, default: []].append(id)
            tasks[id]!.state = .receiving(number)
        case POLLUX_STEP_ADOPT_STREAM:
            let adoption = step.value.adopt_stream
            streams[adoption.slot] = NaiveStream(
                handle: adoption.stream, isInput: Int(adoption.direction) == POLLUX_STREAM_INPUT)
            if Int(adoption.owner) == POLLUX_OWNER_TASK { tasks[id]!.own.append(adoption.slot) }
            return false
        case POLLUX_STEP_READ:
            let count = Int64(step.value.read.count)
            go(on: .init(stream: streams[step.value.read.slot]!, work: .read(count)), id)
        case POLLUX_STEP_WRITE:
            let list = UnsafeMutableBufferPointer(
                start: step.value.write.ptr, count: step.value.write.len)
            let bytes = Array(list)
            if !list.isEmpty { list.deallocate() }
            go(
                on: .init(
                    stream: streams[step.value.write.slot]!, work: .write(bytes[...])), id
            )
        case POLLUX_STEP_FLUSH:
            go(on: .init(stream: streams[number]!, work: .flush(isAsked: false)), id)
        default: refuse(id)
        }
        return true
    }

    /// Ends the run: this guest has no sockets.
    private func refuse(_ id: UInt32) -> Never {
        var step = pollux_harness_step_t()
        __wasm_import_pollux_harness_steps_next(
            Int32(id), Int32(POLLUX_OUTCOME_UNSUPPORTED), 0, 0, &step)
        wasip2_unreachable("a guest went on behind a step that it cannot do")
    }

    private func wait(for step: pollux_harness_step_t, _ id: UInt32) -> Int {
        let list = UnsafeMutableBufferPointer(
            start: step.value.slots.ptr, count: step.value.slots.len)
        defer { list.deallocate() }
        for (place, slot) in list.enumerated() {
            enter(Entry(handle: slots[slot]!, task: id, place: place))
        }
        return list.count
    }

    private func enter(_ entry: Entry) {
        entries.append(entry)
    }

    private func release(_ slot: UInt32) {
        if let stream = streams.removeValue(forKey: slot) { return stream.drop() }
        guard let handle = slots.removeValue(forKey: slot) else { return }
        entries.removeAll { $0.handle == handle }
        __wasm_import_wasi_io_poll_pollable_drop(handle)
    }

    private func cancel(_ id: UInt32) {
        let task = tasks[id]!
        switch task.state {
        case .done, .cancelled: return
        default: tasks[id]!.state = .cancelled
        }
        entries.removeAll { $0.task == id }
        if case .streaming(_, let pollable) = task.state {
            __wasm_import_wasi_io_poll_pollable_drop(pollable)
        }
        task.own.reversed().forEach(release)
        if case .sleeping(let timer) = task.state {
            __wasm_import_wasi_io_poll_pollable_drop(timer)
        }
        if case .receiving(let channel) = task.state { receivers[channel]!.removeAll { $0 == id } }
    }
}
