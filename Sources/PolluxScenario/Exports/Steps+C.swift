// The step door as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CPolluxHarness
import CWASIp2
import PolluxHost
import PolluxNative

@c @implementation
public func __wasm_import_pollux_harness_steps_next(
    _ task: Int32, _ outcome_tag: Int32, _ outcome_value: UInt, _ outcome_len: Int,
    _ ret: UnsafeMutablePointer<pollux_harness_step_t>
) {
    CurrentHost.with(.stepsNext) { host throws(HostTrap) in
        let report = try StepReport(lifting: outcome_tag, outcome_value, outcome_len)
        let step = try withDoor(of: host, in: .stepsNext) { door throws(HostTrap) in
            try door.next(Int(UInt32(bitPattern: task)), report)
        }
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
        return try withDoor(of: host, in: .stepsChoose) { door throws(HostTrap) in
            Int32(try door.choose(Int(UInt32(bitPattern: count))))
        }
    }
}

@c @implementation
public func __wasm_import_pollux_harness_steps_state(_ hash: Int64) -> Int32 {
    CurrentHost.with(.stepsNext) { host throws(HostTrap) in
        try withDoor(of: host, in: .stepsNext) { door throws(HostTrap) in
            door.tell(state: UInt64(bitPattern: hash)) ? 1 : 0
        }
    }
}

/// The host's step door, which the host keeps alive meanwhile.
@inline(__always)
private func withDoor<Value>(
    of host: WASIHost, in call: HostCall, _ body: (StepDoor) throws(HostTrap) -> Value
) throws(HostTrap) -> Value {
    guard let door = unsafe host.unretainedDoor else { throw noSteps(in: call) }
    let result: Result<Value, HostTrap> = unsafe door._withUnsafeGuaranteedRef { door in
        guard door is StepDoor else { return .failure(noSteps(in: call)) }
        // A cast that says whether it succeeds would own what it gives.
        return Result { () throws(HostTrap) in
            try body(unsafe unsafeDowncast(door, to: StepDoor.self))
        }
    }
    return try result.get()
}

private func noSteps(in call: HostCall) -> HostTrap {
    HostTrap(.step("this host runs no scenario, so it has no steps to hand out"), in: call)
}

extension StepReport {
    init(lifting tag: Int32, _ value: UInt, _ length: Int) throws(HostTrap) {
        switch Int(tag) {
        case POLLUX_OUTCOME_NONE: self = .none
        case POLLUX_OUTCOME_INDEX: self = .index(Int(UInt32(truncatingIfNeeded: value)))
        case POLLUX_OUTCOME_UNSUPPORTED: self = .unsupported
        case POLLUX_OUTCOME_CANCELLED: self = .cancelled
        case POLLUX_OUTCOME_BYTES: self = .bytes(try Self.list(value, length))
        case POLLUX_OUTCOME_CLOSED: self = .closed
        case POLLUX_OUTCOME_FAILED:
            guard let text = String(validating: try Self.list(value, length), as: UTF8.self) else {
                throw HostTrap(.invalidUTF8, in: .stepsNext)
            }
            self = .failed(text)
        default:
            throw HostTrap(
                .invalidDiscriminant(type: "outcome", value: Int64(tag)), in: .stepsNext)
        }
    }

    /// Copies a list of bytes of the guest's.
    private static func list(_ address: UInt, _ length: Int) throws(HostTrap) -> [UInt8] {
        try Lifting.check(address, count: length, stride: 1, in: .stepsNext)
        let start = unsafe UnsafePointer<UInt8>(bitPattern: address)
        return unsafe Array(UnsafeBufferPointer(start: start, count: length))
    }
}

private func lower(_ step: HandOut, for host: WASIHost) -> pollux_harness_step_t {
    var area = unsafe pollux_harness_step_t()
    func set(_ tag: Int, id: Int = 0) {
        unsafe area.tag = UInt8(tag)
        unsafe area.value.id = UInt32(id)
    }
    func set(_ tag: Int, slots: [StepDoor.Slot]) {
        unsafe area.tag = UInt8(tag)
        let (start, count) = unsafe Lowering.list(slots, for: host) { $0.number }
        unsafe area.value.slots.ptr = start
        unsafe area.value.slots.len = count
    }
    func owner(_ isTask: Bool) -> UInt8 {
        UInt8(isTask ? POLLUX_OWNER_TASK : POLLUX_OWNER_GUEST)
    }
    func set(_ tag: Int, slot: UInt32, _ address: SocketAddress, _ isOwnedByTask: Bool) {
        set(tag)
        unsafe area.value.endpoint.slot = slot
        unsafe area.value.endpoint.owner = owner(isOwnedByTask)
        unsafe area.value.endpoint.backlog = 0
        let (start, count) = unsafe Lowering.list(address.networkBytes, for: host)
        unsafe area.value.endpoint.ptr = start
        unsafe area.value.endpoint.len = count
    }
    switch step {
    case .done: set(POLLUX_STEP_DONE)
    case .adopt(let slot, let handle, let isOwnedByTask):
        set(POLLUX_STEP_ADOPT)
        unsafe area.value.adopt.slot = slot
        unsafe area.value.adopt.pollable = handle
        unsafe area.value.adopt.owner = owner(isOwnedByTask)
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
    case .adoptStream(let slot, let handle, let isInput, let isOwnedByTask):
        set(POLLUX_STEP_ADOPT_STREAM)
        unsafe area.value.adopt_stream.slot = slot
        unsafe area.value.adopt_stream.direction =
            UInt8(isInput ? POLLUX_STREAM_INPUT : POLLUX_STREAM_OUTPUT)
        unsafe area.value.adopt_stream.stream = handle
        unsafe area.value.adopt_stream.owner = owner(isOwnedByTask)
    case .read(let slot, let count):
        set(POLLUX_STEP_READ)
        unsafe area.value.read.slot = slot
        unsafe area.value.read.count = UInt32(count)
    case .write(let slot, let bytes):
        set(POLLUX_STEP_WRITE)
        let (start, count) = unsafe Lowering.list(bytes, for: host)
        unsafe area.value.write.slot = slot
        unsafe area.value.write.ptr = start
        unsafe area.value.write.len = count
    case .flush(let slot): set(POLLUX_STEP_FLUSH, id: Int(slot))
    case .connect(let slot, let address, let isOwnedByTask):
        set(POLLUX_STEP_CONNECT, slot: slot, address, isOwnedByTask)
    case .connectDatagrams(let slot, let address, let isOwnedByTask):
        set(POLLUX_STEP_CONNECT_DATAGRAMS, slot: slot, address, isOwnedByTask)
    case .listen(let slot, let address, let backlog, let isOwnedByTask):
        set(POLLUX_STEP_LISTEN, slot: slot, address, isOwnedByTask)
        unsafe area.value.endpoint.backlog = UInt16(backlog ?? 0)
    case .accept(let listener, let slot, let isOwnedByTask):
        set(POLLUX_STEP_ACCEPT)
        unsafe area.value.accept.listener = listener
        unsafe area.value.accept.slot = slot
        unsafe area.value.accept.owner = owner(isOwnedByTask)
    case .shut(let slot, let kind):
        set(POLLUX_STEP_SHUT)
        unsafe area.value.shut.slot = slot
        unsafe area.value.shut.direction = kind.rawValue
    case .lookUp(let name):
        set(POLLUX_STEP_LOOKUP)
        let (start, count) = unsafe Lowering.list(name, for: host)
        unsafe area.value.name.ptr = start
        unsafe area.value.name.len = count
    case .fetch(let slot, let request, let isOwnedByTask):
        set(POLLUX_STEP_FETCH)
        unsafe area.value.fetch.slot = slot
        unsafe area.value.fetch.owner = owner(isOwnedByTask)
        let (start, count) = unsafe Lowering.list(request, for: host)
        unsafe area.value.fetch.ptr = start
        unsafe area.value.fetch.len = count
    case .trailers(let slot): set(POLLUX_STEP_TRAILERS, id: Int(slot))
    }
    return unsafe area
}

extension SocketAddress {
    /// The bytes of the machine's address, then those of the port, in network order.
    fileprivate var networkBytes: [UInt8] {
        let machine: [UInt8] =
            switch ip {
            case .ipv4(let bits): [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
            case .ipv6: ip.words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
            }
        return machine + [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
    }
}
