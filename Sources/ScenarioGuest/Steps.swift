// The step door in Swift: what it hands out, and what an adapter reports.

import CPolluxHarness
import WASIp2

/// One step of one scenario task, for an adapter to do with its runtime; see `pollux_harness.h`.
enum Step {
    case done
    case adopt(slot: UInt32, handle: Int32, isOwnedByTask: Bool)
    case waitAny([UInt32])
    case waitAll([UInt32])
    case release(slot: UInt32)
    case sleep(Nanoseconds)
    case yield
    case spawn(task: UInt32)
    case join(task: UInt32)
    case cancel(task: UInt32)
    case send(channel: UInt32)
    case receive(channel: UInt32)
    /// A step that is younger than this adapter.
    case unknown
}

/// How a step ended.
enum StepOutcome {
    case none
    case index(Int)
    case unsupported
    case cancelled
}

/// The step door.
enum Steps {
    /// Reports how the task's last step ended and takes its next one.
    static func next(_ task: UInt32, _ outcome: StepOutcome) -> Step {
        var area = pollux_harness_step_t()
        let (tag, value) =
            switch outcome {
            case .none: (POLLUX_OUTCOME_NONE, 0)
            case .index(let index): (POLLUX_OUTCOME_INDEX, index)
            case .unsupported: (POLLUX_OUTCOME_UNSUPPORTED, 0)
            case .cancelled: (POLLUX_OUTCOME_CANCELLED, 0)
            }
        __wasm_import_pollux_harness_steps_next(
            Int32(bitPattern: task), Int32(tag), Int32(value), &area)
        return Step(area)
    }

    /// Which of `count` runnable tasks goes next.
    static func pick(among count: Int) -> Int {
        Int(__wasm_import_pollux_harness_steps_choose(Int32(POLLUX_SITE_RUNNABLE), Int32(count)))
    }
}

extension Step {
    fileprivate init(_ area: pollux_harness_step_t) {
        let id = area.value.id
        self =
            switch Int(area.tag) {
            case POLLUX_STEP_DONE: .done
            case POLLUX_STEP_ADOPT:
                .adopt(
                    slot: area.value.adopt.slot, handle: area.value.adopt.pollable,
                    isOwnedByTask: Int(area.value.adopt.owner) == POLLUX_OWNER_TASK)
            case POLLUX_STEP_WAIT_ANY: .waitAny(Self.take(area))
            case POLLUX_STEP_WAIT_ALL: .waitAll(Self.take(area))
            case POLLUX_STEP_RELEASE: .release(slot: id)
            case POLLUX_STEP_SLEEP: .sleep(Nanoseconds(area.value.duration))
            case POLLUX_STEP_YIELD: .yield
            case POLLUX_STEP_SPAWN: .spawn(task: id)
            case POLLUX_STEP_JOIN: .join(task: id)
            case POLLUX_STEP_CANCEL: .cancel(task: id)
            case POLLUX_STEP_SEND: .send(channel: id)
            case POLLUX_STEP_RECV: .receive(channel: id)
            default: .unknown
            }
    }

    /// Copies the slots of a wait and frees the list, which is the caller's.
    private static func take(_ area: pollux_harness_step_t) -> [UInt32] {
        let list = UnsafeMutableBufferPointer(
            start: area.value.slots.ptr, count: area.value.slots.len)
        defer { list.deallocate() }
        return Array(list)
    }
}
