// From a plain function to async code, and back when it is done.

import CWASIAsyncRuntime
import CWASIp2

#if compiler(>=6.3) && compiler(<6.4) && !WASI_EXECUTOR_PREFERENCE
/// Runs `body` and everything it starts on the calling thread, blocks until `body` has ended, and
/// returns what it returned.
///
/// While nothing can run, the thread is blocked in one `poll` of wasi:io. Until then every job that
/// this thread starts runs here, one after the other: child tasks, groups, actors, `Task {}`,
/// `Task.detached`, the main actor's. There is no parallelism and so no race; a task goes on until it
/// awaits. Tasks that are left when `body` ends never go on, and the pollables they wait for are
/// dropped; cancel and await what has to finish. A task around the call does not pass its own
/// cancellation in.
///
/// The guest ends (natively with a trap that says why) where `blockOn` is called inside `blockOn` on
/// one thread; where nothing is left that could ever wake a task; and where another thread resumes one
/// of its tasks.
///
/// - Parameters:
///   - pick: which of so many runnable jobs goes next, 0 being the one that became runnable first;
///     asked where there are two or more. `nil` is always the first.
///   - body: the root of the guest, on the main actor, which is this thread.
/// - Throws: what `body` throws.
@inlinable
public func blockOn<T, Failure: Error>(
    pick: ((Int) -> Int)? = nil, _ body: @escaping @MainActor () async throws(Failure) -> T
) throws(Failure) -> T {
    try runRoot(pick: pick, body)
}

/// The root of a loop, on the main actor.
@usableFromInline
typealias RootBody<T, Failure: Error> = @MainActor () async throws(Failure) -> T
#else
/// Runs `body` and everything it starts on the calling thread, blocks until `body` has ended, and
/// returns what it returned: as far as this toolchain lets tasks choose their executor.
///
/// The root, its child tasks, groups and default actors run here. `Task {}` in nonisolated code,
/// detached tasks, the main actor's and `Task.sleep` run on the platform's pool, where calls of an
/// import trap; a task that awaits them is stuck. Call it from a nonisolated function: a closure in
/// `main()` of an `@main` type is the main actor's and never runs.
///
/// Everything else is as with the toolchain's executors replaced: one job after the other, one `poll`
/// of wasi:io while there is none; tasks that are left never go on; the guest ends where `blockOn` is
/// called inside `blockOn`, where nothing could ever wake a task, and where another thread resumes
/// one.
///
/// - Parameters:
///   - pick: which of so many runnable jobs goes next; `nil` is always the first.
///   - body: the root of the guest.
/// - Throws: what `body` throws.
@inlinable
public func blockOn<T, Failure: Error>(
    pick: ((Int) -> Int)? = nil, _ body: @escaping () async throws(Failure) -> T
) throws(Failure) -> T {
    try runRoot(pick: pick, body)
}
#endif

/// Runs a loop on the calling thread until its root has ended, and gives what it came to.
@inlinable
func runRoot<T, Failure: Error>(
    pick: ((Int) -> Int)?, _ body: @escaping RootBody<T, Failure>
) throws(Failure) -> T {
    // Only the loop's thread touches it. The deinit of a generic class would look T up at run time.
    nonisolated(unsafe) var result: Result<T, Failure>?
    runLoop(pick: pick) {
        do throws(Failure) {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
    }
    return try result!.get()
}

/// Runs a loop on the calling thread until its root has ended.
@usableFromInline
func runLoop(pick: ((Int) -> Int)?, _ root: @escaping RootBody<Void, Never>) {
    guard wasi_async_get_loop() == nil else {
        wasip2_unreachable("blockOn inside blockOn: await the inner one's body instead")
    }
    Executors.install()
    let loop = EventLoop(pick: pick)
    wasi_async_set_loop(Unmanaged.passUnretained(loop).toOpaque())
    loop.run(root)
    wasi_async_set_loop(nil)
}
