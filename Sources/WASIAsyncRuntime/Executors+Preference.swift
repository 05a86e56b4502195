// What toolchains without the custom-executor SPI get: tasks that prefer the loop.
//
// A task and its children run on the loop, and so do default actors. What prefers nothing escapes to
// the platform's pool: `Task {}` in nonisolated code, detached tasks, the main actor, `Task.sleep`.
// Out there the first call of an import traps, for the thread has no host; a task of the loop that
// awaits one of them ends the guest, for nothing can wake it.

#if !(compiler(>=6.3) && compiler(<6.4)) || WASI_EXECUTOR_PREFERENCE

/// Swift Concurrency's executors, as far as a task can choose them.
enum Executors {
    /// Nothing needs to be replaced.
    static func install() {}

    /// Starts the root task of a loop.
    static func start(_ body: @escaping RootBody<Void, Never>, on loop: EventLoop) {
        let body = UncheckedBody(body)
        Task(executorPreference: loop) {
            await body.call()
            loop.finish()
        }
    }

    /// Runs a job on the executor it was enqueued for.
    static func run(_ job: UnownedJob, on target: EventLoop.Target, of loop: EventLoop) {
        job.runSynchronously(on: loop.asUnownedTaskExecutor())
    }

    private struct UncheckedBody: @unchecked Sendable {
        let call: RootBody<Void, Never>
        init(_ call: @escaping RootBody<Void, Never>) { self.call = call }
    }
}

extension EventLoop: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { enqueue(job, on: .anywhere) } else { handIn(.resumed(task: job.taskID)) }
    }
}

/// The root of a loop. It runs on the loop, but is not isolated to the main actor.
@usableFromInline
typealias RootBody<T, Failure: Error> = () async throws(Failure) -> T

#endif
