// Which jobs belong to which loop, so that one that escapes is caught instead of run.

import CWASIAsyncRuntime
import Synchronization

/// The loops that run, by number. Looked at only where a job is enqueued by a thread that does not
/// run its loop.
enum Registry {
    @exclusivity(unchecked) nonisolated(unsafe) private static var loops: [UInt32: EventLoop] = [:]
    private static let lastID = Atomic<UInt32>(0)

    /// In place of a loop's number: no guest's.
    static let elsewhere: UInt32 = 0xff_ffff

    /// A number from 1 to 2^24 - 2, as a job's mark has room for; they come round after that.
    static func nextID() -> UInt32 {
        lastID.wrappingAdd(1, ordering: .relaxed).oldValue % (elsewhere - 1) + 1
    }

    static func enter(_ loop: EventLoop) {
        withLock { loops[loop.id] = loop }
    }

    static func leave(_ loop: EventLoop) {
        withLock { loops[loop.id] = nil }
    }

    /// Takes a job that was enqueued away from its loop. A loop that has ended runs nothing more.
    static func catchStray(_ job: UnownedJob, of id: UInt32) {
        withLock { loops[id] }?.handIn(.resumed(task: job.taskID))
    }

    /// Runs `body`, which calls nothing, while no other thread is in here.
    static func withLock<Result>(_ body: () -> Result) -> Result {
        wasi_async_lock()
        defer { wasi_async_unlock() }
        return body()
    }
}

/// What another thread did to a loop's tasks.
enum Stray: Sendable {
    /// It resumed a task.
    case resumed(task: UInt64)
    /// It cancelled one.
    case cancelled
}

/// What other threads did to a loop, until the loop's own thread finds it.
final class Strays: @unchecked Sendable {
    /// Under the registry's lock.
    private var strays: [Stray] = []
    private let hasAny = Atomic<Bool>(false)

    /// The one that came first; cheap enough to ask before every job.
    var first: Stray? {
        hasAny.load(ordering: .acquiring) ? Registry.withLock { strays.first } : nil
    }

    func add(_ stray: Stray) {
        Registry.withLock { strays.append(stray) }
        hasAny.store(true, ordering: .releasing)
    }
}

extension UnownedJob {
    /// The number of the task whose job this is, as debuggers show it.
    var taskID: UInt64 { jobTaskID(self) }
}

/// The runtime's own count of tasks.
@_silgen_name("swift_task_getJobTaskId")
private func jobTaskID(_ job: UnownedJob) -> UInt64
