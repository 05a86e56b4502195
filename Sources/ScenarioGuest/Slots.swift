// What a guest keeps behind the slot numbers of the step door.

import WASIReactor
import WASIp2

/// The pollables and streams that a guest was given, by slot, and the tasks they go with.
final class Slots {
    private enum Content {
        case pollable(EventKey)
        case reader(StreamReader)
        case writer(StreamWriter)
    }

    private let reactor: Reactor
    private var contents: [UInt32: Content] = [:]
    /// The slots that go with a task, oldest first.
    private var owned: [UInt32: [UInt32]] = [:]

    init(_ reactor: Reactor) { self.reactor = reactor }

    deinit {
        for slot in contents.keys.sorted(by: >) { release(slot) }
    }

    // MARK: Adopting

    func adopt(_ pollable: consuming Pollable, in slot: UInt32, for owner: UInt32?) {
        keep(.pollable(reactor.insert(pollable)), in: slot, for: owner)
    }

    func adopt(_ stream: consuming InputStream, in slot: UInt32, for owner: UInt32?) {
        keep(.reader(StreamReader(stream, on: reactor)), in: slot, for: owner)
    }

    func adopt(_ stream: consuming OutputStream, in slot: UInt32, for owner: UInt32?) {
        keep(.writer(StreamWriter(stream, on: reactor)), in: slot, for: owner)
    }

    private func keep(_ content: Content, in slot: UInt32, for owner: UInt32?) {
        contents[slot] = content
        if let owner { owned[owner, default: []].append(slot) }
    }

    // MARK: Looking up

    func key(_ slot: UInt32) -> EventKey {
        guard case .pollable(let key)? = contents[slot] else { fatalError("no pollable here") }
        return key
    }

    func reader(_ slot: UInt32) -> StreamReader {
        guard case .reader(let reader)? = contents[slot] else { fatalError("no input here") }
        return reader
    }

    func writer(_ slot: UInt32) -> StreamWriter {
        guard case .writer(let writer)? = contents[slot] else { fatalError("no output here") }
        return writer
    }

    // MARK: Releasing

    /// Drops what is in the slot.
    func release(_ slot: UInt32) {
        if case .pollable(let key)? = contents.removeValue(forKey: slot) { reactor.remove(key) }
    }

    /// Drops what is in the slot of a task, which need not be the task's own.
    func release(_ slot: UInt32, by task: UInt32) {
        owned[task]?.removeAll { $0 == slot }
        release(slot)
    }

    /// Drops what goes with a task, the youngest first: a pollable goes before its stream.
    func release(ownedBy task: UInt32) {
        for slot in (owned.removeValue(forKey: task) ?? []).reversed() { release(slot) }
    }
}

extension StepOutcome {
    /// How a joined task ended.
    init(_ end: TaskEnd<Void>) {
        if case .cancelled = end { self = .cancelled } else { self = .none }
    }
}
