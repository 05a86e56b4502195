// What must hold of every call, whatever its arguments.

import FuzzInput
import PolluxHost

/// The guest's resources as a guest would count them, beside the host's own table.
struct CallModel {
    /// A resource; two of different types may have one number (RES-05).
    struct Key: Hashable {
        var kind: ResourceKind
        var handle: Int32
    }
    struct Resource {
        var parent: Key?
        /// A clock pollable's instant, where there is one.
        var instant: UInt64?
    }

    let policy: HostPolicy
    private(set) var live: [Key: Resource] = [:]
    /// Every handle that was ever given out, in that order.
    private(set) var handles: [Int32] = []

    init(_ policy: HostPolicy) { self.policy = policy }

    mutating func add(_ handle: Int32, _ kind: ResourceKind, _ resource: Resource = Resource()) {
        claim(handle != 0, "0 is no handle")
        let key = Key(kind: kind, handle: handle)
        let isTaken =
            policy.handles == .perType
            ? live[key] != nil : live.keys.contains { $0.handle == handle }
        claim(!isTaken, "handle \(handle) was given out while it was alive")
        live[key] = resource
        handles.append(handle)
    }

    // MARK: What a call may come to

    /// The call returned, between these instants.
    mutating func see(_ call: Call, _ answer: Answer, from began: UInt64, to now: UInt64) {
        for (handle, kind) in call.uses {
            claim(isLive(handle, kind), "\(call) on what is no live \(kind.name) returned")
        }
        if case .failure(.lastOperationFailed(let error)) = answer { add(error, .error) }
        switch (call, answer) {
        case (.poll(let list), .indices(let indices)): checkReport(indices, of: list, at: now)
        case (.ready(let handle), .number(1)): checkDue(handle, at: now)
        case (.block(let handle), _): checkDue(handle, at: now)
        case (.drop(let handle, let kind), _): remove(Key(kind: kind, handle: handle))
        case (.subscribeInput(let stream), .handle(let handle, let kind)):
            add(handle, kind, Resource(parent: Key(kind: .inputStream, handle: stream)))
        case (.subscribeOutput(let stream), .handle(let handle, let kind)):
            add(handle, kind, Resource(parent: Key(kind: .outputStream, handle: stream)))
        case (.subscribeInstant(let instant), .handle(let handle, let kind)):
            add(handle, kind, Resource(instant: instant))
        case (.subscribeDuration(let duration), .handle(let handle, let kind)):
            let (instant, overflow) = began.addingReportingOverflow(duration)
            add(handle, kind, Resource(instant: overflow ? .max : instant))
        case (_, .handle(let handle, let kind)): add(handle, kind)
        case (.read(_, let count), .bytes(let bytes)),
            (.blockingRead(_, let count), .bytes(let bytes)):
            claim(UInt64(bytes.count) <= count, "\(call) gave \(bytes.count) bytes")
        case (.randomBytes(let count), .bytes(let bytes)),
            (.insecureBytes(let count), .bytes(let bytes)):
            claim(UInt64(bytes.count) == count, "\(call) gave \(bytes.count) bytes")
        case (.skip(_, let count), .number(let moved)),
            (.blockingSkip(_, let count), .number(let moved)),
            (.splice(_, _, let count), .number(let moved)),
            (.blockingSplice(_, _, let count), .number(let moved)):
            claim(moved <= count, "\(call) moved \(moved) bytes")
        case (.resolution, .number(let resolution)):
            claim(resolution > 0, "a clock without resolution")
        case (.now, .number(let reading)):
            claim(began <= reading && reading <= now, "the clock read \(reading)")
        case (.wallNow, .numbers(let parts)), (.wallResolution, .numbers(let parts)):
            claim(parts[1] < 1_000_000_000, "a wall clock with \(parts[1]) ns")
        case (.exit, _), (.impossiblePoll, _), (.impossibleWrite, _),
            (.impossibleBlockingWrite, _):
            fault("\(call) returned")
        default: break
        }
    }

    /// The call trapped, which changes nothing.
    func see(_ call: Call, _ trap: HostTrap) {
        claim(!"\(trap)".isEmpty, "a trap without words")
        let dead = call.uses.contains { !isLive($0.0, $0.1) }
        switch trap.kind {
        case .unknownHandle, .wrongType:
            claim(dead, "\(call) trapped although all handles are alive: \(trap)")
        case .emptyPoll:
            guard case .poll(let list) = call, list.isEmpty else { fault("\(call): \(trap)") }
        case .childAlive:
            guard case .drop(let handle, let kind) = call, policy.parentDrop == .trap,
                hasChild(Key(kind: kind, handle: handle))
            else { fault("\(call): \(trap)") }
        case .exit(let code):
            guard case .exit(let status) = call, status == Int32(code) else {
                fault("\(call): \(trap)")
            }
        case .invalidDiscriminant:
            guard case .exit(let status) = call, status != 0, status != 1 else {
                fault("\(call): \(trap)")
            }
        case .listTooLong, .misaligned, .outOfBounds:
            switch call {
            case .impossiblePoll, .impossibleWrite, .impossibleBlockingWrite: break
            default: fault("\(call): \(trap)")
            }
        case .randomTooLong:
            switch call {
            case .randomBytes(let count), .insecureBytes(let count):
                claim(count > WASIHost.mostRandomBytes, "\(call): \(trap)")
            default: fault("\(call): \(trap)")
            }
        case .permitOverrun:
            switch call {
            case .write, .writeZeroes: break
            default: fault("\(call): \(trap)")
            }
        case .writeTooLong:
            switch call {
            case .blockingWriteAndFlush(_, let bytes):
                claim(bytes.count > 4_096, "\(call): \(trap)")
            case .blockingWriteZeroesAndFlush(_, let count):
                claim(count > 4_096, "\(call): \(trap)")
            default: fault("\(call): \(trap)")
            }
        case .deadlock: claim(call.mayWait && !dead, "\(call): \(trap)")
        default: fault("\(call) ended in a way that no guest can be blamed for: \(trap)")
        }
    }

    // MARK: Parts

    func isLive(_ handle: Int32, _ kind: ResourceKind) -> Bool {
        live[Key(kind: kind, handle: handle)] != nil
    }

    private func hasChild(_ key: Key) -> Bool { live.values.contains { $0.parent == key } }

    private mutating func remove(_ key: Key) {
        claim(
            policy.parentDrop == .allow || !hasChild(key),
            "\(key.kind.name) \(key.handle) went before its pollable")
        live[key] = nil
        for (child, resource) in live where resource.parent == key { live[child]!.parent = nil }
    }

    private func checkDue(_ handle: Int32, at now: UInt64) {
        guard let instant = live[Key(kind: .pollable, handle: handle)]?.instant else { return }
        // The clock's end is never.
        claim(instant <= now && instant != .max, "a timer for \(instant) was ready at \(now)")
    }

    private func checkReport(_ indices: [UInt32], of list: [Int32], at now: UInt64) {
        claim(!indices.isEmpty, "a poll reported nothing")
        claim(Set(indices).count == indices.count, "an index twice: \(indices)")
        for index in indices {
            claim(Int(index) < list.count, "index \(index) of \(list.count)")
            checkDue(list[Int(index)], at: now)
        }
        guard policy.subset == .all, policy.duplicates == .all, case .exact = policy.timers else {
            return
        }
        for (place, handle) in list.enumerated() {
            guard let instant = live[Key(kind: .pollable, handle: handle)]?.instant else {
                continue
            }
            claim(
                instant > now || instant == .max || indices.contains(UInt32(place)),
                "a poll left out a timer that was due")
        }
    }
}

extension Call {
    /// The handles that must be alive, with their types.
    var uses: [(Int32, ResourceKind)] {
        switch self {
        case .poll(let list): list.map { ($0, .pollable) }
        case .ready(let handle), .block(let handle): [(handle, .pollable)]
        case .drop(let handle, let kind): [(handle, kind)]
        case .debugString(let handle): [(handle, .error)]
        case .read(let handle, _), .blockingRead(let handle, _), .skip(let handle, _),
            .blockingSkip(let handle, _), .subscribeInput(let handle):
            [(handle, .inputStream)]
        case .checkWrite(let handle), .write(let handle, _), .blockingWriteAndFlush(let handle, _),
            .flush(let handle), .blockingFlush(let handle), .subscribeOutput(let handle),
            .writeZeroes(let handle, _), .blockingWriteZeroesAndFlush(let handle, _):
            [(handle, .outputStream)]
        case .splice(let handle, let source, _), .blockingSplice(let handle, let source, _):
            [(handle, .outputStream), (source, .inputStream)]
        default: []
        }
    }

    /// Whether it may wait, and so find that nothing will come.
    var mayWait: Bool {
        switch self {
        case .poll, .block, .blockingRead, .blockingSkip, .blockingWriteAndFlush, .blockingFlush,
            .blockingWriteZeroesAndFlush, .blockingSplice:
            true
        default: false
        }
    }
}
