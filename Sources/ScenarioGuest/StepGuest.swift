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
        case response(any StepResponse<Runtime.Wait>)
    }

    let runtime: Runtime
    /// The tasks that have been spawned, by number.
    @exclusivity(unchecked) private(set) var jobs: [Runtime.Job?] = []
    @exclusivity(unchecked) private var channels: [UInt32: Runtime.Channel] = [:]
    /// What is in slots, by slot in ascending order: the youngest are the ones that are asked for.
    @exclusivity(unchecked) private var contents: [(slot: UInt32, content: Content)] = [] {
        didSet { hasContents = !contents.isEmpty }
    }
    /// For `deinit`, which would look the runtime's types up to ask the list.
    @exclusivity(unchecked) private var hasContents = false
    /// The slots that go with a task, by its number, oldest first.
    @exclusivity(unchecked) private var owned: [[UInt32]] = []

    init(_ runtime: Runtime) {
        self.runtime = runtime
        jobs.reserveCapacity(4)
        contents.reserveCapacity(4)
    }

    deinit {
        if hasContents { releaseAll() }
    }

    private func releaseAll() {
        while let slot = contents.last?.slot { release(slot) }
    }

    // MARK: Keeping

    func keep(_ content: Content, in slot: UInt32, for owner: UInt32?) {
        contents.append((slot, content))
        // A socket's slot is older than its content.
        var place = contents.count - 1
        while place > 0, contents[place - 1].slot > slot {
            contents.swapAt(place - 1, place)
            place -= 1
        }
        guard let owner = owner.map(Int.init) else { return }
        while owned.count <= owner { owned.append([]) }
        owned[owner].append(slot)
    }

    func keep(_ job: Runtime.Job, of task: UInt32) {
        while jobs.count <= Int(task) { jobs.append(nil) }
        jobs[Int(task)] = job
    }

    private func place(of slot: UInt32) -> Int? { contents.lastIndex { $0.slot == slot } }

    private func content(_ slot: UInt32) -> Content? {
        place(of: slot).map { contents[$0].content }
    }

    func source(_ slot: UInt32) -> Runtime.Source {
        guard case .source(let source)? = content(slot) else { fatalError("no pollable here") }
        return source
    }

    /// The input, or the one of the connection.
    func input(_ slot: UInt32) -> Runtime.Input {
        switch content(slot) {
        case .input(let input): return input
        case .connection(let connection): return runtime.input(of: connection)
        default: fatalError("no input here")
        }
    }

    /// The output, or the one of the connection.
    func output(_ slot: UInt32) -> Runtime.Output {
        switch content(slot) {
        case .output(let output): return output
        case .connection(let connection): return runtime.output(of: connection)
        default: fatalError("no output here")
        }
    }

    func connection(_ slot: UInt32) -> Runtime.Connection {
        guard case .connection(let connection)? = content(slot) else {
            fatalError("no connection here")
        }
        return connection
    }

    func listener(_ slot: UInt32) -> Runtime.Listener {
        guard case .listener(let listener)? = content(slot) else { fatalError("no listener here") }
        return listener
    }

    /// The socket for datagrams, where it is one.
    func datagrams(_ slot: UInt32) -> Runtime.Datagrams? {
        if case .datagrams(let socket)? = content(slot) { socket } else { nil }
    }

    /// The response of a request, where it is one.
    func response(_ slot: UInt32) -> (any StepResponse<Runtime.Wait>)? {
        if case .response(let response)? = content(slot) { response } else { nil }
    }

    /// The runtime's task; `nil` for one whose `spawn` has not returned: a runtime that lets a task
    /// run there cannot join or cancel it yet.
    func job(_ task: UInt32) -> Runtime.Job? {
        task < jobs.count ? jobs[Int(task)] : nil
    }

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
        if task < owned.count { owned[Int(task)].removeAll { $0 == slot } }
        release(slot)
    }

    /// Drops what goes with a task, the youngest first: a pollable goes before its stream.
    func release(ownedBy task: UInt32) {
        guard task < owned.count else { return }
        while let slot = owned[Int(task)].popLast() { release(slot) }
    }

    private func release(_ slot: UInt32) {
        guard let place = place(of: slot) else { return }
        if case .source(let source) = contents.remove(at: place).content { runtime.drop(source) }
    }
}
