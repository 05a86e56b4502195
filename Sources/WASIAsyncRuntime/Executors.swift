// The executors of the process: each job goes to the loop of the thread that enqueues it.
//
// Needs the custom-executor SPI of the toolchain's _Concurrency; Executors+Preference.swift is what
// other toolchains get.

#if compiler(>=6.3) && compiler(<6.4) && !WASI_EXECUTOR_PREFERENCE

import CWASIp2
import Synchronization
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency

/// Swift Concurrency's executors, as far as threads with an ``EventLoop`` are concerned; on all other
/// threads everything stays as the platform has it.
enum Executors {
    /// Replaces the process's executors, once. Jobs that run already are not affected.
    static func install() { _ = installed }

    private static let installed: Void = _createExecutors(factory: Factory.self)

    /// Starts the root task of a loop, on the main actor.
    static func start(_ body: @escaping RootBody<Void, Never>, on loop: EventLoop) {
        Task { @MainActor in
            await body()
            loop.finish()
        }
    }

    /// Runs a job on the executor it was enqueued for.
    static func run(_ job: UnownedJob, on target: EventLoop.Target, of loop: EventLoop) {
        switch target {
        case .anywhere: job.runSynchronously(on: generic)
        case .mainActor: job.runSynchronously(on: Factory.main.asUnownedSerialExecutor())
        }
    }

    /// No executor in particular, as the platform's own pool runs its jobs: both words of the
    /// reference are zero.
    private static let generic = unsafeBitCast(
        (UInt(0), UInt(0)), to: UnownedSerialExecutor.self)

    private struct Factory: ExecutorFactory {
        static let main = Router(.mainActor, platform: PlatformExecutorFactory.mainExecutor)
        static let pool = Router(.anywhere, platform: PlatformExecutorFactory.defaultExecutor)
        static var mainExecutor: any MainExecutor { main }
        static var defaultExecutor: any TaskExecutor { pool }
    }

    /// Hands a job to the calling thread's loop. False where the job is no guest's: the thread has no
    /// loop, or a guest has woken a task that is none of its own.
    fileprivate static func route(
        _ job: borrowing ExecutorJob, _ unowned: UnownedJob, on target: EventLoop.Target
    ) -> Bool {
        let owner = JobTag.loop(of: job, unowned)
        let isTaken =
            EventLoop.withCurrent { loop in
                if let owner, owner != loop.id { return false }
                if owner == nil {
                    if JobTag.isTask(job) {
                        let root = loop.rootTask ?? unowned.taskID
                        loop.rootTask = root
                        if unowned.taskID < root { return false }
                    }
                    JobTag.mark(job, unowned, for: loop.id)
                }
                loop.enqueue(unowned, on: target)
                return true
            } ?? false
        if isTaken { return true }
        guard let owner else {
            JobTag.mark(job, unowned, for: Registry.elsewhere)
            return false
        }
        if owner == Registry.elsewhere { return false }
        Registry.catchStray(unowned, of: owner)
        return true
    }
}

/// An executor of the process: the platform's, but for threads with a loop. Each of those is a main
/// thread to its guest, so the main actor's jobs run there, too.
private final class Router: TaskExecutor, MainExecutor, SchedulingExecutor, @unchecked Sendable {
    private let target: EventLoop.Target
    /// Where jobs of other threads go.
    private let platform: any Executor
    /// What another thread looks at first, for the runtime hands it this executor without a fence.
    private let isMade = Atomic(false)

    init(_ target: EventLoop.Target, platform: any Executor) {
        self.target = target
        self.platform = platform
        isMade.store(true, ordering: .releasing)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        _ = isMade.load(ordering: .acquiring)
        let unowned = UnownedJob(job)
        let job = ExecutorJob(unowned)
        if !Executors.route(job, unowned, on: target) { platform.enqueue(job) }
    }

    // MARK: Task.sleep

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, at instant: C.Instant, tolerance: C.Duration?, clock: C
    ) {
        enqueue(job, after: clock.now.duration(to: instant), tolerance: tolerance, clock: clock)
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
    ) {
        let unowned = UnownedJob(job)
        let isTaken: Void? = EventLoop.withCurrent { loop in
            guard let delay = delay as? Duration else {
                wasip2_unreachable(
                    "a sleep on a clock whose durations are not Swift.Duration: use WASIClock")
            }
            loop.enqueue(unowned, after: delay)
        }
        if isTaken != nil { return }
        guard let platform = platform as? any SchedulingExecutor else {
            preconditionFailure("the platform's executor cannot wait")
        }
        platform.enqueue(ExecutorJob(unowned), after: delay, tolerance: tolerance, clock: clock)
    }

    // MARK: The main executor

    func run() throws { try (platform as? any MainExecutor)?.run() }
    func stop() { (platform as? any MainExecutor)?.stop() }

    func checkIsolated() {
        if EventLoop.withCurrent({ _ in }) != nil { return }
        (platform as? any MainExecutor)?.checkIsolated()
    }
}

/// A mark on a task's job that says which loop it belongs to. The two words that the runtime leaves to
/// executors are of no use: it clears them whenever it enqueues. Behind them, after the job's flags,
/// number and voucher, is a word that it reserves and never uses. The task's number is part of the
/// mark, so that one left in reused memory is no mark, and stands before it in the job, which tells
/// whether the layout is the one that this was written for.
enum JobTag {
    private static let magic: UInt64 = 0x9e37_79b9_0000_0000 ^ 0x85eb_ca6b
    private static let idBits: UInt64 = 40
    /// Offsets from the executors' words: past these, and the flags; past the voucher, too.
    private static let offsetOfNumber = 2 * MemoryLayout<UInt>.size + 4
    private static let offsetOfMark = 4 * MemoryLayout<UInt>.size

    /// Whether a job is a task's; an actor's own are not.
    static func isTask(_ job: borrowing ExecutorJob) -> Bool {
        job.kind.rawValue == ExecutorJob.Kind.task.rawValue
    }

    static func mark(_ job: borrowing ExecutorJob, _ unowned: UnownedJob, for loop: UInt32) {
        let task = unowned.taskID
        place(of: job, task)?.storeBytes(of: mark(task, loop), as: UInt64.self)
    }

    /// The loop that a job is marked for.
    static func loop(of job: borrowing ExecutorJob, _ unowned: UnownedJob) -> UInt32? {
        let task = unowned.taskID
        guard let place = place(of: job, task) else { return nil }
        let stored = place.load(as: UInt64.self)
        let loop = UInt32(truncatingIfNeeded: (stored ^ magic) >> idBits)
        return loop != 0 && stored == mark(task, loop) ? loop : nil
    }

    /// The place of a task's mark, which is there as long as its job; `nil` where there is no room for one.
    @inline(__always)
    private static func place(
        of job: borrowing ExecutorJob, _ task: UInt64
    ) -> UnsafeMutableRawPointer? {
        #if _pointerBitWidth(_64)
        guard isTask(job), let words = job.withUnsafeExecutorPrivateData(body: { $0.baseAddress }),
            words.load(fromByteOffset: offsetOfNumber, as: UInt32.self)
                == UInt32(truncatingIfNeeded: task)
        else { return nil }
        return words + offsetOfMark
        #else
        // A component has one thread and so one loop.
        return nil
        #endif
    }

    private static func mark(_ task: UInt64, _ loop: UInt32) -> UInt64 {
        (UInt64(loop) << idBits | task & (1 << idBits - 1)) ^ magic
    }
}

#endif
