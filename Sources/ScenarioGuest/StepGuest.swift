// What a guest keeps behind the numbers of the step door.

/// A guest's pollables, streams and sockets, by slot, and the tasks they go with; its tasks and channels.
final class StepGuest<Runtime: StepRuntime> {
    /// What is in a slot.
    enum Content {
        case source(Runtime.Source)
        case input(Runtime.Input)
        case output(Runtime.Output)
        case connection(Runtime.Connection)
        case listener(Runtime.Listener)
        case datagrams(Runtime.Datagrams)
    }

    let runtime: Runtime
    /// The tasks that have been spawned.
    @exclusivity(unchecked) var jobs: [UInt32: Runtime.Job] = [:]
    @exclusivity(unchecked) private var channels: [UInt32: Runtime.Channel] = [:]
    @exclusivity(unchecked) private var contents: [UInt32: Content] = [:]
    /// The slots that go with a task, oldest first.
    @exclusivity(unchecked) private var owned: [UInt32: [UInt32]] = [:]

    init(_ runtime: Runtime) { self.runtime = runtime }

    deinit {
        if contents.isEmpty { return }
        for slot in contents.keys.sorted(by: >) { release(slot) }
    }

    // MARK: Keeping

    func keep(_ content: Content, in slot: UInt32, for owner: UInt32?) {
        contents[slot] = content
        if let owner { owned[owner, default: []].append(slot) }
    }

    func source(_ slot: UInt32) -> Runtime.Source {
        guard case .source(let source)? = contents[slot] else { fatalError("no pollable here") }
        return source
    }

    /// The input, or the one of the connection.
    func input(_ slot: UInt32) -> Runtime.Input {
        switch contents[slot] {
        case .input(let input): return input
        case .connection(let connection): return runtime.input(of: connection)
        default: fatalError("no input here")
        }
    }

    /// The output, or the one of the connection.
    func output(_ slot: UInt32) -> Runtime.Output {
        switch contents[slot] {
        case .output(let output): return output
        case .connection(let connection): return runtime.output(of: connection)
        default: fatalError("no output here")
        }
    }

    func connection(_ slot: UInt32) -> Runtime.Connection {
        guard case .connection(let connection)? = contents[slot] else {
            fatalError("no connection here")
        }
        return connection
    }

    func listener(_ slot: UInt32) -> Runtime.Listener {
        guard case .listener(let listener)? = contents[slot] else { fatalError("no listener here") }
        return listener
    }

    /// The socket for datagrams, where it is one.
    func datagrams(_ slot: UInt32) -> Runtime.Datagrams? {
        if case .datagrams(let socket)? = contents[slot] { socket } else { nil }
    }

    /// The runtime's task; `nil` for one whose `spawn` has not returned: a runtime that lets a task
    /// run there cannot join or cancel it yet.
    func job(_ task: UInt32) -> Runtime.Job? { jobs[task] }

    /// The channel of this number, which comes into being when it is first named.
    func channel(_ id: UInt32) -> Runtime.Channel {
        if let channel = channels[id] { return channel }
        let channel = runtime.makeChannel()
        channels[id] = channel
        return channel
    }

    // MARK: Releasing

    /// Drops what is in a slot, which need not go with this task.
    func release(_ slot: UInt32, by task: UInt32) {
        owned[task]?.removeAll { $0 == slot }
        release(slot)
    }

    /// Drops what goes with a task, the youngest first: a pollable goes before its stream.
    func release(ownedBy task: UInt32) {
        for slot in (owned.removeValue(forKey: task) ?? []).reversed() { release(slot) }
    }

    private func release(_ slot: UInt32) {
        if case .source(let source)? = contents.removeValue(forKey: slot) { runtime.drop(source) }
    }
}
