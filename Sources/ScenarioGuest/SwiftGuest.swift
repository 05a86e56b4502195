// The adapter of Swift Concurrency, on WASIAsyncRuntime, to the step door.

import WASIAsyncRuntime
import WASIReactor
import WASIp2

/// A guest whose tasks are a scenario's, run by Swift Concurrency in ``blockOn(pick:_:)``.
public final class SwiftGuest: @unchecked Sendable {
    private let slots = AsyncSlots()
    private var tasks: [UInt32: Task<Void, any Error>] = [:]
    private var channels: [UInt32: Channel<Void>] = [:]

    /// The guest's entry: runs task 0, which spawns the others, and returns when that is done.
    public static func main() {
        blockOn(pick: Steps.pick) {
            let guest = SwiftGuest()
            try? await guest.run(task: 0)
        }
    }

    private func channel(_ id: UInt32) -> Channel<Void> {
        if channels[id] == nil { channels[id] = Channel() }
        return channels[id]!
    }

    /// One task of the scenario: asks for a step, does it with the runtime, reports, asks again. A
    /// cancelled task says so and ends, as far as its awaits throw.
    private func run(task: UInt32) async throws {
        defer { slots.release(ownedBy: task) }
        var outcome = StepOutcome.none
        while true {
            let step = Steps.next(task, outcome)
            if case .done = step { return }
            do {
                outcome = try await perform(step, for: task)
            } catch let error as CancellationError {
                slots.release(ownedBy: task)
                _ = Steps.next(task, .cancelled)
                throw error
            } catch let error as StreamError {
                outcome = StepOutcome(error)
            }
        }
    }

    private func perform(_ step: Step, for task: UInt32) async throws -> StepOutcome {
        switch step {
        case .done: break
        case .adopt(let slot, let handle, let isOwn):
            slots.keep(
                AsyncPollable(Pollable(owning: handle)), in: slot, for: isOwn ? task : nil)
        case .adoptInput(let slot, let handle, let isOwn):
            slots.keep(
                AsyncInputStream(InputStream(owning: handle)), in: slot, for: isOwn ? task : nil)
        case .adoptOutput(let slot, let handle, let isOwn):
            slots.keep(
                AsyncOutputStream(OutputStream(owning: handle)), in: slot, for: isOwn ? task : nil)
        case .waitAny(let list) where list.count == 1:
            try await slots.pollable(list[0]).wait()
            return .index(0)
        case .waitAny(let list):
            return .index(try await AsyncPollable.first(of: list.map(slots.pollable)))
        case .waitAll(let list): try await AsyncPollable.all(of: list.map(slots.pollable))
        case .release(let slot): slots.release(slot, by: task)
        case .read(let slot, let count):
            return try await slots.input(slot).read(upTo: count).map { .bytes($0) } ?? .closed
        case .write(let slot, let bytes): try await slots.output(slot).write(bytes)
        case .flush(let slot): try await slots.output(slot).flush()
        case .sleep(let duration): try await value(of: Reactor.current.sleep(for: duration))
        case .yield:
            await Task.yield()
            try Task.checkCancellation()
        case .spawn(let id): tasks[id] = Task { try await self.run(task: id) }
        case .join(let id):
            // No cancellation ends this await: a task waits for another one to its end.
            let end = await tasks[id]!.result
            try Task.checkCancellation()
            if case .failure = end { return .cancelled }
        case .cancel(let id): tasks[id]!.cancel()
        case .send(let id): channel(id).send(())
        case .receive(let id): try await value(of: channel(id).receive())
        case .unknown: return .unsupported
        }
        return .none
    }
}

/// The pollables and streams that a guest was given, by slot, and the tasks they go with.
private final class AsyncSlots {
    private var contents: [UInt32: AnyObject] = [:]
    /// The slots that go with a task, oldest first.
    private var owned: [UInt32: [UInt32]] = [:]

    deinit {
        for slot in contents.keys.sorted(by: >) { contents[slot] = nil }
    }

    func keep(_ content: AnyObject, in slot: UInt32, for owner: UInt32?) {
        contents[slot] = content
        if let owner { owned[owner, default: []].append(slot) }
    }

    func pollable(_ slot: UInt32) -> AsyncPollable { content(slot) }
    func input(_ slot: UInt32) -> AsyncInputStream { content(slot) }
    func output(_ slot: UInt32) -> AsyncOutputStream { content(slot) }

    private func content<Content: AnyObject>(_ slot: UInt32) -> Content {
        guard let content = contents[slot] as? Content else {
            fatalError("slot \(slot) has no \(Content.self)")
        }
        return content
    }

    /// Drops what is in the slot of a task, which need not be the task's own.
    func release(_ slot: UInt32, by task: UInt32) {
        owned[task]?.removeAll { $0 == slot }
        contents[slot] = nil
    }

    /// Drops what goes with a task, the youngest first: a pollable goes before its stream.
    func release(ownedBy task: UInt32) {
        for slot in (owned.removeValue(forKey: task) ?? []).reversed() { contents[slot] = nil }
    }
}
