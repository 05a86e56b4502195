// One task of a scenario, as the runtime's task sees it.

import WASIp2

/// One task of a scenario, to be run by one task of the runtime: it hands out what to wait for, one
/// after the other.
///
///     var outcome = StepOutcome.none
///     while let wait = task.next(after: outcome) { outcome = await wait() }
///
/// A guest lives on one thread, and so does this; it is `Sendable` for runtimes whose tasks must be.
public final class StepTask<Runtime: StepRuntime>: @unchecked Sendable {
    /// What the guest keeps; not a task that has ended.
    @exclusivity(unchecked) private var guest: StepGuest<Runtime>?
    /// What the step door calls it.
    package let number: UInt32

    /// The first task of a guest on this runtime, which spawns the others and joins them; the guest
    /// is done when it is.
    public convenience init(entryOf runtime: Runtime) {
        self.init(StepGuest(runtime), 0)
    }

    init(_ guest: StepGuest<Runtime>, _ number: UInt32) {
        self.guest = guest
        self.number = number
    }

    deinit { release() }

    /// Reports how the last wait ended, `none` at first, and goes on to the next; `nil` when the
    /// task is done.
    public func next(after outcome: StepOutcome) -> Runtime.Wait? {
        var outcome = outcome
        guard let guest else { return nil }
        // Whatever a step comes to may release this task.
        while self.guest != nil {
            let step = Steps.next(number, outcome)
            if case .done = step { break }
            do throws(Unsupported) {
                if let wait = try perform(step, in: guest) { return wait }
                outcome = .none
            } catch {
                outcome = .unsupported
            }
        }
        release()
        return nil
    }

    /// Drops what goes with the task, for a runtime that cancels a task by forgetting it. Again, or
    /// after the end, it does nothing.
    public func release() {
        guest?.release(ownedBy: number)
        guest = nil
    }

    /// Drops what goes with the task and reports that it was cancelled, for a runtime whose tasks run
    /// on until they notice.
    public func endCancelled() {
        if guest == nil { return }
        release()
        _ = Steps.next(number, .cancelled)
    }

    /// The runtime has nothing for a step.
    private struct Unsupported: Error {}

    /// Does a step, or says what to wait for until it is done.
    private func perform(
        _ step: Step, in guest: StepGuest<Runtime>
    ) throws(Unsupported) -> Runtime.Wait? {
        let runtime = guest.runtime
        switch step {
        case .done: break
        case .adopt(let slot, let handle, let isOwn):
            let source = runtime.adopt(Pollable(owning: handle))
            guest.keep(.source(source), in: slot, for: isOwn ? number : nil)
        case .adoptInput(let slot, let handle, let isOwn):
            if Runtime.Input.self == Never.self { throw Unsupported() }
            let input: Runtime.Input = runtime.adopt(InputStream(owning: handle))
            guest.keep(.input(input), in: slot, for: isOwn ? number : nil)
        case .adoptOutput(let slot, let handle, let isOwn):
            if Runtime.Output.self == Never.self { throw Unsupported() }
            let output: Runtime.Output = runtime.adopt(OutputStream(owning: handle))
            guest.keep(.output(output), in: slot, for: isOwn ? number : nil)
        case .release(let slot): guest.release(slot, by: number)
        case .waitAny(let slots): return runtime.any(of: slots.map(guest.source))
        case .waitAll(let slots): return runtime.all(of: slots.map(guest.source))
        case .read(let slot, let count):
            if let socket = guest.datagrams(slot) { return runtime.receive(on: socket) }
            if let response = guest.response(slot) { return response.read(upTo: count) }
            return runtime.read(guest.input(slot), upTo: count)
        case .write(let slot, let bytes):
            if let socket = guest.datagrams(slot) { return runtime.send(bytes, on: socket) }
            return runtime.write(bytes, to: guest.output(slot))
        case .flush(let slot): return runtime.flush(guest.output(slot))
        case .sleep(let duration): return runtime.sleep(for: duration)
        case .yield: return runtime.yield()
        case .spawn(let task): guest.keep(runtime.spawn(StepTask(guest, task)), of: task)
        case .join(let task):
            guard let job = guest.job(task) else { throw Unsupported() }
            return runtime.join(job)
        case .cancel(let task):
            guard let job = guest.job(task) else { throw Unsupported() }
            runtime.cancel(job)
        case .send(let id):
            if Runtime.Channel.self == Never.self { throw Unsupported() }
            runtime.send(on: guest.channel(id))
        case .receive(let id):
            if Runtime.Channel.self == Never.self { throw Unsupported() }
            return runtime.receive(from: guest.channel(id))
        case .connect(let slot, let address, let isOwn):
            if Runtime.Connection.self == Never.self { throw Unsupported() }
            let owner = isOwn ? number : nil
            return runtime.connect(to: address) {
                guest.keep(.connection($0), in: slot, for: owner)
            }
        case .listen(let slot, let address, let backlog, let isOwn):
            if Runtime.Listener.self == Never.self { throw Unsupported() }
            let owner = isOwn ? number : nil
            return runtime.listen(on: address, backlog: backlog) {
                guest.keep(.listener($0), in: slot, for: owner)
            }
        case .accept(let listener, let slot, let isOwn):
            if Runtime.Connection.self == Never.self { throw Unsupported() }
            let owner = isOwn ? number : nil
            return runtime.accept(from: guest.listener(listener)) {
                guest.keep(.connection($0), in: slot, for: owner)
            }
        case .shut(let slot, let type): return runtime.shut(guest.connection(slot), type)
        case .lookUp(let name):
            guard let wait = runtime.lookUp(name) else { throw Unsupported() }
            return wait
        case .connectDatagrams(let slot, let address, let isOwn):
            if Runtime.Datagrams.self == Never.self { throw Unsupported() }
            let owner = isOwn ? number : nil
            return runtime.connectDatagrams(to: address) {
                guest.keep(.datagrams($0), in: slot, for: owner)
            }
        case .fetch(let slot, let request, let isOwn):
            guard let client = runtime.client else { throw Unsupported() }
            let owner = isOwn ? number : nil
            return client.fetch(request) { guest.keep(.response($0), in: slot, for: owner) }
        case .trailers(let slot):
            guard let response = guest.response(slot) else { throw Unsupported() }
            return response.trailers()
        case .unknown: throw Unsupported()
        }
        return nil
    }
}
