// Makes scenarios that every sound reactor meets, whatever is drawn.

import PolluxHost

/// Generates one scenario from a ``Genome``.
///
/// The program is written along one possible run of it: a step is appended to a task only where, in
/// that run, it would end at once. Whatever a step waits for, the steps that bring it about stand
/// before it in the order of writing; so of all steps that have not happened the one written first
/// can always happen, in any run, and none comes to a deadlock. That needs that what a step waits
/// for cannot be taken away: a channel has one receiver, or no senders any more; a level is ready
/// in the end; a socket is one task's; and nobody leans on a task that may be cancelled. A cancel ends
/// what waits for ever, but no join: also of tasks that are cancelled none waits for one that waits for
/// it.
struct Generator {
    static let mostTasks = 8
    static let mostResources = 8

    /// What the guest's adapter can do.
    let abilities: Abilities
    var draws: Draws
    /// Which kinds of steps this scenario has.
    var kinds: [StepKind] = []
    /// From which times are drawn, in ns.
    var times: [UInt64] = []
    /// Which tasks there are, in file order.
    var tasks: [TaskPlan] = []
    var props: [Prop] = []
    var channels: [ChannelPlan] = []
    var names: [NamePlan] = []
    var valueClaims: [ValueClaim] = []
    var relations: [Draft.Relation] = []
    /// The program ends in a deadlock, as it is to.
    var endsInDeadlock = false
    var hasMain = false
    private var valueCount = 0

    /// What adapters may lack.
    struct Abilities: Hashable, Sendable {
        var channels = true
        var inputs = true
        var outputs = true
        /// Connections and datagrams.
        var sockets = true
        /// Looking names up.
        var lookups = true
        /// Requests of HTTP, and their trailers.
        var requests = true
    }

    /// What is known of a task while it is written.
    struct TaskPlan {
        var name: String
        var steps: [Draft.Step] = []
        /// It may be cancelled, so nobody leans on it.
        var isDoomed = false
        /// Nothing is appended any more: somebody has joined it, or it waits for ever.
        var isClosed = false
        var isCancelled = false
        /// It waits for something that never comes.
        var hangs = false
        /// Who spawns it; `nil` where it starts by itself.
        var spawner: Int?
        /// The tasks and subscribed names that are there whenever it runs.
        var knownTasks: [Int] = []
        var knownNames: [Int] = []
        /// The tasks that it has joined.
        var joined: Set<Int> = []
        /// How often it wakes; `nil` where that is for the host to say.
        var wakes: Int? = 0
    }

    /// A channel.
    struct ChannelPlan {
        var name: String
        var sent = 0
        var received = 0
        var receivers: Set<Int> = []
        /// It was sent to after somebody received: nobody else may take what is meant for them.
        var isSentToLater = false
        /// Nobody sends to it, ever.
        var isSilent = false
    }

    /// A subscribed name.
    struct NamePlan {
        var name: String
        var prop: Int
        var subscriber: Int
        var users: Set<Int> = []
        var isDropped = false
    }

    /// The scenario of a genome, for a guest of these abilities.
    /// - Parameter host: the one to run on; unless given, one that uses many freedoms.
    static func draft(
        _ genome: Genome, abilities: Abilities = Abilities(), on host: Draft.Host? = nil
    ) -> Draft {
        var generator = Generator(abilities: abilities, draws: genome.draws)
        generator.shape()
        generator.write()
        let drawn = generator.drawHost()
        return generator.draft(named: "generated \(genome)", on: host ?? drawn)
    }

    private init(abilities: Abilities, draws: Draws) {
        (self.abilities, self.draws) = (abilities, draws)
    }

    // MARK: Shape

    /// Draws what kind of scenario it is. Half of the kinds of steps are left out each time: what
    /// is rare among all of them is common among few.
    private mutating func shape() {
        times = Self.paces[draws.below(Self.paces.count, for: .shape)]
        let all = StepKind.allCases.filter { $0.isAble(abilities) }
        kinds = all.filter { _ in draws.happens(50, for: .shape) }
        if kinds.count < 3 { kinds = all }
        // Long runs are slow, and many of them show nothing that one does not.
        if draws.happens(70, for: .shape) { kinds.removeAll { $0 == .busy } }
        hasMain = draws.happens(15, for: .shape)
        endsInDeadlock = !hasMain && draws.happens(4, for: .shape)
        for index in 0..<draws.number(in: 1...5, for: .shape) { addProp(index) }
        for index in 0..<draws.number(in: 1...4, for: .shape) { addTask(spawnedBy: nil, index) }
        // The first task takes care of the others.
        tasks[0].isDoomed = false
        if hasMain { tasks[0].name = "main" }
    }

    /// Few different times each, so that things happen together; some finer than a millisecond.
    private static let paces: [[UInt64]] = [
        [1, 2, 3].map { $0 * 1_000_000 },
        [1, 2, 5, 10].map { $0 * 1_000_000 },
        [0, 1, 1, 2, 3, 5, 8].map { $0 * 1_000_000 },
        [100_000, 500_000, 1_200_000, 1_600_000, 2_000_000],
        [0, 1, 1_000_000, 10_000_000_000],
    ]

    private static let taskNames = ["A", "B", "C", "D", "E", "F", "G", "H"]

    @discardableResult
    mutating func addTask(spawnedBy spawner: Int?, _ index: Int) -> Int {
        let part = Genome.Part.task(index)
        var task = TaskPlan(name: Self.taskNames[index])
        task.isDoomed = kinds.contains(.cancel) && draws.happens(30, for: part)
        task.spawner = spawner
        if let spawner {
            task.knownTasks = tasks[spawner].knownTasks
            task.knownNames = tasks[spawner].knownNames
        }
        tasks.append(task)
        return index
    }

    // MARK: Writing

    private mutating func write() {
        let autostart = tasks.indices
        for task in autostart { tasks[task].knownTasks = Array(autostart) }
        for _ in 0..<draws.number(in: 3...16, for: .shape) {
            let open = tasks.indices.filter { !tasks[$0].isClosed }
            if open.isEmpty { break }
            appendStep(to: draws.pick(open, for: .turns))
        }
        finish()
    }

    /// What has to be done for the program to end, and to have tested what it has.
    private mutating func finish() {
        for task in tasks.indices where tasks[task].hangs && !tasks[task].isCancelled {
            let spawner = tasks[task].spawner ?? 0
            // Where somebody has joined the spawner, the one that it cancels may wait for it, too.
            cancel(task, by: spawner, thenJoin: !tasks[spawner].isClosed)
        }
        for task in tasks.indices where tasks[task].steps.isEmpty {
            tasks[task].steps.append(.yield)
            count(1, of: task)
        }
        if hasMain {
            // Its end is the run's.
            for task in tasks.indices.dropFirst() where !tasks[0].joined.contains(task) {
                join(task, by: 0)
            }
        }
        if endsInDeadlock { appendDeadlock() }
    }

    /// A step that never ends, in a task of its own.
    private mutating func appendDeadlock() {
        guard tasks.count < Self.mostTasks else {
            endsInDeadlock = false
            return
        }
        let task = addTask(spawnedBy: nil, tasks.count)
        tasks[task].isDoomed = false
        if draws.happens(50, for: .task(task)) { appendStep(.sleep, to: task) }
        let step = hangingStep(for: task)
        tasks[task].steps.append(step)
        tasks[task].hangs = true
    }

    // MARK: Names

    /// Another name for a result.
    mutating func nextValue() -> String {
        valueCount += 1
        return "v\(valueCount)"
    }

    /// The task wakes so many times more.
    mutating func count(_ wakes: Int?, of task: Int) {
        guard let before = tasks[task].wakes, let wakes else {
            tasks[task].wakes = nil
            return
        }
        tasks[task].wakes = before + wakes
    }
}
