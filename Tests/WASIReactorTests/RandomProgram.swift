// Random guests: what their tasks do, drawn from a seed, and the futures that tell the model.

import PolluxHost
import SimulatedWorld
import WASIReactor
import WASIp2

/// One thing that a task of a random program does.
enum Step {
    case sleep(microseconds: UInt64)
    /// A wait on a pollable that all tasks share.
    case wait(place: Int)
    /// A wait on a pollable of the task's own.
    case waitFor(source: String)
    case waitAny([Int])
    case waitAll([Int])
    case yield
    /// Ends with the task of that number, which is a smaller one than its own.
    case join(task: Int)
    case cancel(task: Int)
}

/// Tasks that all end, on a world in which every source is ready sooner or later.
struct RandomProgram {
    static let sources = ["a", "b", "c", "d"]
    /// How many pollables the tasks share; some watch the same source.
    static let shared = 6
    let tasks: [[Step]]
    let rising: [UInt64]

    init(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        rising = Self.sources.map { _ in UInt64.random(in: 0...6, using: &generator) }
        let count = Int.random(in: 2...12, using: &generator)
        tasks = (0..<count).map { task in
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Self.step(of: task, among: count, &generator)
            }
        }
    }

    private static func step(of task: Int, among count: Int, _ random: inout SplitMix64) -> Step {
        func places(_ random: inout SplitMix64) -> [Int] {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Int.random(in: 0..<shared, using: &random)
            }
        }
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1, 2: return .sleep(microseconds: UInt64.random(in: 0...40, using: &random) * 100)
        case 3, 4, 5: return .wait(place: Int.random(in: 0..<shared, using: &random))
        case 6: return .waitFor(source: sources.randomElement(using: &random)!)
        case 7: return .waitAny(places(&random))
        case 8: return .waitAll(places(&random))
        case 9: return .yield
        case 10 where task > 0: return .join(task: Int.random(in: 0..<task, using: &random))
        default: return .cancel(task: Int.random(in: 0..<count, using: &random))
        }
    }

    /// The program as tasks of an executor; the result is what the root waits for.
    func spawn(
        on executor: LocalExecutor, in world: World, _ model: ReactorModel
    ) -> [TaskHandle<Void>] {
        let reactor = executor.reactor
        let keys = (0..<Self.shared).map { place in
            let pollable = world.pollable(Self.sources[place % Self.sources.count])
            model.shared.append(world.host.serial(ofPollable: pollable.handle)!)
            return reactor.insert(pollable)
        }
        var handles: [TaskHandle<Void>] = []
        for steps in tasks {
            handles.append(
                executor.spawn(
                    Steps(
                        steps.map { step in
                            { Self.future(step, reactor, keys, world, model, { handles[$0] }) }
                        })))
        }
        return handles
    }

    private static func future(
        _ step: Step, _ reactor: Reactor, _ keys: [EventKey], _ world: World,
        _ model: ReactorModel, _ task: (Int) -> TaskHandle<Void>
    ) -> AnyFuture<Void> {
        switch step {
        case .sleep(let time):
            let deadline = MonotonicClock.now().advanced(by: .microseconds(time))
            return Watched(
                reactor.sleep(until: deadline), .sleep(until: deadline.nanoseconds), model
            ).then {}
        case .wait(let place):
            return Watched(reactor.wait(keys[place]), .any([model.shared[place]]), model)
                .then { end in model.check(end == .ready, "a wait ended as \(end)") }
        case .waitFor(let source):
            let pollable = world.pollable(source)
            let serial = world.host.serial(ofPollable: pollable.handle)!
            return Watched(reactor.waitFor(pollable), .any([serial]), model).then {}
        case .waitAny(let places):
            let serials = places.map { model.shared[$0] }
            return Watched(reactor.waitAny(places.map { keys[$0] }), .any(serials), model)
                .then { place in
                    model.check(places.indices.contains(place), "a winner that did not run")
                    model.checkReported(serials[place])
                }
        case .waitAll(let places):
            let serials = places.map { model.shared[$0] }
            return Watched(reactor.waitAll(places.map { keys[$0] }), .all(serials), model).then {}
        case .yield: return Yield().then {}
        case .join(let other):
            let other = task(other)
            return other.join().then { _ in model.check(other.isEnded, "a join of a live task") }
        case .cancel(let other):
            let other = task(other)
            return now(other.cancel)
        }
    }
}

/// A wait that tells the model when it begins, ends and is dropped.
struct Watched<F: Future & ~Copyable>: ~Copyable, Future {
    private var future: F
    private let wish: ReactorModel.Wish
    private let model: ReactorModel
    private var id: Int?
    private var isOver = false

    init(_ future: consuming F, _ wish: ReactorModel.Wish, _ model: ReactorModel) {
        self.future = future
        self.wish = wish
        self.model = model
    }

    deinit {
        if let id, !isOver { model.drop(id) }
    }

    mutating func poll(_ context: borrowing Context) -> Poll<F.Output> {
        let result = future.poll(context)
        if let id {
            model.turn(id, isOver: result.isReady)
        } else {
            model.check(!result.isReady, "a wait that did not suspend")
            id = model.begin(wish)
        }
        if result.isReady { isOver = true }
        return result
    }
}
