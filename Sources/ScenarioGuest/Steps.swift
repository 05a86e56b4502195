// The step door in Swift: what it hands out, and what is reported to it.

import CPolluxHarness
import WASIp2

/// One step of one scenario task, for ``StepTask`` to do with a runtime; see `pollux_harness.h`.
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
    case adoptInput(slot: UInt32, handle: Int32, isOwnedByTask: Bool)
    case adoptOutput(slot: UInt32, handle: Int32, isOwnedByTask: Bool)
    case read(slot: UInt32, count: Int)
    case write(slot: UInt32, [UInt8])
    case flush(slot: UInt32)
    indirect case connect(slot: UInt32, SocketAddress, isOwnedByTask: Bool)
    /// As many connections may wait, or as many as the host says.
    indirect case listen(slot: UInt32, SocketAddress, backlog: UInt64?, isOwnedByTask: Bool)
    case accept(listener: UInt32, slot: UInt32, isOwnedByTask: Bool)
    case shut(slot: UInt32, ShutdownType)
    case lookUp([UInt8])
    indirect case connectDatagrams(slot: UInt32, SocketAddress, isOwnedByTask: Bool)
    indirect case fetch(slot: UInt32, StepRequest, isOwnedByTask: Bool)
    case trailers(slot: UInt32)
    /// A step that is younger than this library.
    case unknown
}

/// The step door, the one import of an adapter that is not WASI's; only a host under a scenario has it.
public enum Steps {
    /// Reports how the task's last step ended and takes its next one.
    static func next(_ task: UInt32, _ outcome: StepOutcome) -> Step {
        switch outcome {
        case .none: call(task, POLLUX_OUTCOME_NONE)
        case .index(let index): call(task, POLLUX_OUTCOME_INDEX, UInt(index))
        case .unsupported: call(task, POLLUX_OUTCOME_UNSUPPORTED)
        case .cancelled: call(task, POLLUX_OUTCOME_CANCELLED)
        case .bytes(let bytes): call(task, POLLUX_OUTCOME_BYTES, bytes)
        case .closed: call(task, POLLUX_OUTCOME_CLOSED)
        case .failed(let text): call(task, POLLUX_OUTCOME_FAILED, text)
        }
    }

    private static func call(_ task: UInt32, _ tag: Int, _ list: [UInt8]) -> Step {
        list.withUnsafeBufferPointer { list in
            call(task, tag, UInt(bitPattern: list.baseAddress), list.count)
        }
    }

    private static func call(
        _ task: UInt32, _ tag: Int, _ value: UInt = 0, _ length: Int = 0
    ) -> Step {
        var area = pollux_harness_step_t()
        __wasm_import_pollux_harness_steps_next(
            Int32(bitPattern: task), Int32(tag), value, length, &area)
        return Step(area)
    }

    /// Tells the state of the guest's runtime, between two turns; false once the host wants to hear no
    /// more of this run.
    ///
    /// For a runtime whose whole state can be told: a search through all runs then goes on from each
    /// state once.
    static func tell(state: UInt64) -> Bool {
        __wasm_import_pollux_harness_steps_state(Int64(bitPattern: state)) != 0
    }

    /// Which of `count` runnable tasks goes next, counted in the order in which they became runnable.
    ///
    /// For a runtime that lets somebody else decide: a scenario's host with `executor: any` then
    /// explores its schedules, and every other one answers 0, the first.
    public static func pick(among count: Int) -> Int {
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
            case POLLUX_STEP_WAIT_ANY: .waitAny(Self.slots(area))
            case POLLUX_STEP_WAIT_ALL: .waitAll(Self.slots(area))
            case POLLUX_STEP_RELEASE: .release(slot: id)
            case POLLUX_STEP_SLEEP: .sleep(Nanoseconds(area.value.duration))
            case POLLUX_STEP_YIELD: .yield
            case POLLUX_STEP_SPAWN: .spawn(task: id)
            case POLLUX_STEP_JOIN: .join(task: id)
            case POLLUX_STEP_CANCEL: .cancel(task: id)
            case POLLUX_STEP_SEND: .send(channel: id)
            case POLLUX_STEP_RECV: .receive(channel: id)
            case POLLUX_STEP_ADOPT_STREAM: Self.adoption(area)
            case POLLUX_STEP_READ:
                .read(slot: area.value.read.slot, count: Int(area.value.read.count))
            case POLLUX_STEP_WRITE:
                .write(
                    slot: area.value.write.slot,
                    Self.take(area.value.write.ptr, area.value.write.len))
            case POLLUX_STEP_FLUSH: .flush(slot: id)
            case POLLUX_STEP_CONNECT, POLLUX_STEP_CONNECT_DATAGRAMS, POLLUX_STEP_LISTEN:
                Self.endpoint(area)
            case POLLUX_STEP_ACCEPT:
                .accept(
                    listener: area.value.accept.listener, slot: area.value.accept.slot,
                    isOwnedByTask: Int(area.value.accept.owner) == POLLUX_OWNER_TASK)
            case POLLUX_STEP_SHUT:
                ShutdownType(rawValue: Int32(area.value.shut.direction)).map {
                    .shut(slot: area.value.shut.slot, $0)
                } ?? .unknown
            case POLLUX_STEP_LOOKUP:
                .lookUp(Self.take(area.value.name.ptr, area.value.name.len))
            case POLLUX_STEP_FETCH: Self.fetch(area)
            case POLLUX_STEP_TRAILERS: .trailers(slot: id)
            default: .unknown
            }
    }

    private static func adoption(_ area: pollux_harness_step_t) -> Step {
        let adoption = area.value.adopt_stream
        let isOwn = Int(adoption.owner) == POLLUX_OWNER_TASK
        return Int(adoption.direction) == POLLUX_STREAM_INPUT
            ? .adoptInput(slot: adoption.slot, handle: adoption.stream, isOwnedByTask: isOwn)
            : .adoptOutput(slot: adoption.slot, handle: adoption.stream, isOwnedByTask: isOwn)
    }

    private static func endpoint(_ area: pollux_harness_step_t) -> Step {
        let endpoint = area.value.endpoint
        let bytes = take(endpoint.ptr, endpoint.len)
        guard let address = SocketAddress(networkBytes: bytes) else { return .unknown }
        let isOwn = Int(endpoint.owner) == POLLUX_OWNER_TASK
        switch Int(area.tag) {
        case POLLUX_STEP_CONNECT:
            return .connect(slot: endpoint.slot, address, isOwnedByTask: isOwn)
        case POLLUX_STEP_CONNECT_DATAGRAMS:
            return .connectDatagrams(slot: endpoint.slot, address, isOwnedByTask: isOwn)
        default:
            let backlog = endpoint.backlog == 0 ? nil : UInt64(endpoint.backlog)
            return .listen(
                slot: endpoint.slot, address, backlog: backlog, isOwnedByTask: isOwn)
        }
    }

    private static func fetch(_ area: pollux_harness_step_t) -> Step {
        let fetch = area.value.fetch
        guard let request = StepRequest(lines: take(fetch.ptr, fetch.len)) else { return .unknown }
        return .fetch(
            slot: fetch.slot, request,
            isOwnedByTask: Int(fetch.owner) == POLLUX_OWNER_TASK)
    }

    private static func slots(_ area: pollux_harness_step_t) -> [UInt32] {
        take(area.value.slots.ptr, area.value.slots.len)
    }

    /// Copies a list and frees it, as it is the caller's.
    private static func take<Element: BitwiseCopyable>(
        _ start: UnsafeMutablePointer<Element>?, _ count: Int
    ) -> [Element] {
        defer { if count > 0 { start?.deallocate() } }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}

extension SocketAddress {
    /// The address whose machine's 4 or 16 bytes these are, then the port's two.
    fileprivate init?(networkBytes bytes: [UInt8]) {
        func word(_ place: Int) -> UInt16 { UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]) }
        switch bytes.count {
        case 6: self.init(.ipv4(bytes[0], bytes[1], bytes[2], bytes[3]), port: word(4))
        case 18:
            self.init(
                .ipv6(
                    word(0), word(2), word(4), word(6), word(8), word(10), word(12), word(14)),
                port: word(16))
        default: return nil
        }
    }
}
