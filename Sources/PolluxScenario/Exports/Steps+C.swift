// The step door as C symbols.

import CPolluxHarness
import CWASIp2
import PolluxHost
import PolluxNative

@c @implementation
public func __wasm_import_pollux_harness_steps_next(
    _ task: Int32, _ outcome_tag: Int32, _ outcome_value: Int32,
    _ ret: UnsafeMutablePointer<pollux_harness_step_t>
) {
    CurrentHost.with(.stepsNext) { host throws(HostTrap) in
        let door = try door(of: host, in: .stepsNext)
        let report = try StepReport(lifting: outcome_tag, outcome_value)
        let step = try door.next(Int(UInt32(bitPattern: task)), report)
        unsafe ret.pointee = lower(step, for: host)
    }
}

@c @implementation
public func __wasm_import_pollux_harness_steps_choose(_ site: Int32, _ count: Int32) -> Int32 {
    CurrentHost.with(.stepsChoose) { host throws(HostTrap) in
        guard site == Int32(POLLUX_SITE_RUNNABLE) else {
            throw HostTrap(
                .invalidDiscriminant(type: "site", value: Int64(site)), in: .stepsChoose)
        }
        return Int32(try door(of: host, in: .stepsChoose).choose(Int(UInt32(bitPattern: count))))
    }
}

private func door(of host: Host, in call: HostCall) throws(HostTrap) -> StepDoor {
    guard let door = host.door as? StepDoor else {
        throw HostTrap(
            .step("this host runs no scenario, so it has no steps to hand out"), in: call)
    }
    return door
}

extension StepReport {
    init(lifting tag: Int32, _ value: Int32) throws(HostTrap) {
        switch Int(tag) {
        case POLLUX_OUTCOME_NONE: self = .none
        case POLLUX_OUTCOME_INDEX: self = .index(Int(UInt32(bitPattern: value)))
        case POLLUX_OUTCOME_UNSUPPORTED: self = .unsupported
        case POLLUX_OUTCOME_CANCELLED: self = .cancelled
        default:
            throw HostTrap(
                .invalidDiscriminant(type: "outcome", value: Int64(tag)), in: .stepsNext)
        }
    }
}

private func lower(_ step: HandOut, for host: Host) -> pollux_harness_step_t {
    var area = unsafe pollux_harness_step_t()
    func set(_ tag: Int, id: Int = 0) {
        unsafe area.tag = UInt8(tag)
        unsafe area.value.id = UInt32(id)
    }
    func set(_ tag: Int, slots: [UInt32]) {
        unsafe area.tag = UInt8(tag)
        let stride = MemoryLayout<UInt32>.stride
        let memory = unsafe host.whileAllocating {
            unsafe cabi_realloc(nil, 0, stride, slots.count * stride)
        }
        let list = unsafe memory.bindMemory(to: UInt32.self, capacity: slots.count)
        for place in slots.indices { unsafe list[place] = slots[place] }
        unsafe area.value.slots.ptr = list
        unsafe area.value.slots.len = slots.count
    }
    switch step {
    case .done: set(POLLUX_STEP_DONE)
    case .adopt(let slot, let handle, let isOwnedByTask):
        set(POLLUX_STEP_ADOPT)
        unsafe area.value.adopt.slot = slot
        unsafe area.value.adopt.pollable = handle
        unsafe area.value.adopt.owner =
            UInt8(isOwnedByTask ? POLLUX_OWNER_TASK : POLLUX_OWNER_GUEST)
    case .waitAny(let slots): set(POLLUX_STEP_WAIT_ANY, slots: slots)
    case .waitAll(let slots): set(POLLUX_STEP_WAIT_ALL, slots: slots)
    case .release(let slot): set(POLLUX_STEP_RELEASE, id: Int(slot))
    case .sleep(let duration):
        set(POLLUX_STEP_SLEEP)
        unsafe area.value.duration = duration
    case .yield: set(POLLUX_STEP_YIELD)
    case .spawn(let task): set(POLLUX_STEP_SPAWN, id: task)
    case .join(let task): set(POLLUX_STEP_JOIN, id: task)
    case .cancel(let task): set(POLLUX_STEP_CANCEL, id: task)
    case .send(let channel): set(POLLUX_STEP_SEND, id: channel)
    case .receive(let channel): set(POLLUX_STEP_RECV, id: channel)
    }
    return unsafe area
}
