// The jobs of one thread: run in turn, parked in the reactor when there are none.

import CWASIAsyncRuntime
import CWASIp2
import DequeModule
import WASIReactor
import WASIp2

/// Runs the jobs of one thread's tasks, first in, first out, and parks in its ``Reactor`` when none
/// is runnable.
///
/// While jobs are runnable it still looks at the reactor, without waiting, after every eight of them,
/// or later where more than 64 pollables are waited for (``Reactor/turnsBetweenLooks``).
/// Everything happens on the thread of its ``blockOn(pick:_:)``; the one thing another thread can do
/// is to hand in a job by mistake, which ends the guest.
final class EventLoop: @unchecked Sendable {
    /// Where a job has to run: each on the executor it was enqueued for, or it hops once more.
    enum Target {
        case anywhere, mainActor
    }

    private struct Entry {
        var job: UnownedJob
        var target: Target
    }

    let reactor = Reactor()
    // Only the loop's thread touches what is unchecked, in methods that never overlap; every job
    // does, and the run-time check of exclusive access would be a good part of its cost.
    @exclusivity(unchecked) var suspensions = Suspensions()
    /// Tells this loop's jobs from those of other loops.
    let id = Registry.nextID()
    /// The first task of this loop; those with lower numbers are not its own.
    @exclusivity(unchecked) var rootTask: UInt64?

    @exclusivity(unchecked) private var jobs = Deque<Entry>(minimumCapacity: 8)
    /// What the reactor has woken in the visit in progress. It must not be called back, and an
    /// executor that runs its jobs at once would have it called by those.
    @exclusivity(unchecked) private var woken: [Suspensions.Woken] = []
    @exclusivity(unchecked) private var isInReactor = false
    private let pick: ((Int) -> Int)?
    @exclusivity(unchecked) private var turnsSinceLook = 0
    private let strays = Strays()
    /// Whether the root has ended: no job runs any more, and nothing is woken.
    @exclusivity(unchecked) private var isDone = false

    init(pick: ((Int) -> Int)?) {
        self.pick = pick
        woken.reserveCapacity(8)
    }

    // MARK: The thread's loop

    /// The calling thread's loop, while a `blockOn` is in progress there.
    @inline(__always)
    static func withCurrent<Result>(_ body: (EventLoop) -> Result) -> Result? {
        guard let pointer = wasi_async_get_loop() else { return nil }
        // The thread's blockOn keeps it alive.
        return Unmanaged<EventLoop>.fromOpaque(pointer)._withUnsafeGuaranteedRef(body)
    }

    /// The calling thread's loop; ends the guest where there is none.
    static func current(for what: StaticString) -> EventLoop {
        guard let pointer = wasi_async_get_loop() else {
            what.withUTF8Buffer {
                wasip2_unreachable(
                    "\(String(decoding: $0, as: UTF8.self)) outside blockOn: no event loop runs on this thread"
                )
            }
        }
        return Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Whether this is the calling thread's loop.
    var isCurrent: Bool { wasi_async_get_loop() == Unmanaged.passUnretained(self).toOpaque() }

    // MARK: Running

    /// Makes a job runnable. On the loop's own thread only.
    func enqueue(_ job: UnownedJob, on target: Target) {
        jobs.append(Entry(job: job, target: target))
    }

    /// Makes a job runnable later, by the machine's clock: what `Task.sleep` comes to. A simulated
    /// guest ends here.
    func enqueue(_ job: UnownedJob, after delay: Duration) {
        wasip2_real_time(
            """
            Task.sleep waits by the machine's clock, which simulated time knows nothing of: use \
            sleep(for:) or sleep(until:) of WASIAsyncRuntime, or Task.sleep(for:clock: .wasi)
            """)
        let timer = TimerJob(job, reactor.sleep(for: Nanoseconds(clamping: delay)))
        timer.start(Waker(target: self, token: suspensions.open(timer)))
    }

    /// Notes what another thread did, to say so on the loop's own.
    func handIn(_ stray: Stray) { strays.add(stray) }

    /// Runs a root task and whatever it starts until the root has ended; then drops the jobs that
    /// are left, and gives up every pollable that tasks still wait for.
    func run(_ root: @escaping RootBody<Void, Never>) {
        Registry.enter(self)
        Executors.start(root, on: self)
        while !isDone { turn() }
        Registry.leave(self)
        jobs.removeAll()
        reactor.removeAll()
        suspensions.removeAll()
    }

    /// The root has ended: no job runs after this one.
    func finish() { isDone = true }

    /// Runs one job, or blocks until one is runnable.
    private func turn() {
        if let stray = strays.first { refuse(stray) }
        guard !jobs.isEmpty else {
            turnsSinceLook = 0
            if visitReactor(mayWait: true) { return }
            if let stray = strays.first { refuse(stray) }
            wasip2_unreachable(
                """
                no task is runnable and none waits for a pollable or a timer: they wait for each \
                other, or for a thread, a Dispatch queue or a callback, which cannot wake them
                """)
        }
        let offset = jobs.count > 1 ? pick?(jobs.count) ?? 0 : 0
        let entry = offset == 0 ? jobs.removeFirst() : jobs.remove(at: offset)
        Executors.run(entry.job, on: entry.target, of: self)
        suspensions.dropExpiredTimers()
        turnsSinceLook += 1
        if !jobs.isEmpty, turnsSinceLook >= reactor.turnsBetweenLooks {
            turnsSinceLook = 0
            _ = visitReactor(mayWait: false)
        }
    }

    /// Has the reactor poll, and makes runnable what it wakes, in that order. False where nobody waits.
    private func visitReactor(mayWait: Bool) -> Bool {
        isInReactor = true
        let isWaiting = mayWait ? reactor.blockUntil() : reactor.check()
        isInReactor = false
        if !woken.isEmpty {
            for place in woken.indices { resume(woken[place]) }
            woken.removeAll(keepingCapacity: true)
        }
        return isWaiting
    }

    private func resume(_ woken: Suspensions.Woken) {
        switch woken {
        case .task(let continuation): continuation.resume()
        case .job(let job): enqueue(job, on: .anywhere)
        }
    }

    private func refuse(_ stray: Stray) -> Never {
        let what =
            switch stray {
            case .resumed(let task): "task \(task) was resumed"
            case .cancelled: "a task was cancelled"
            }
        wasip2_unreachable(
            """
            \(what) by another thread (a Dispatch queue, a detached thread, another guest): tasks of \
            a guest live on the thread of its blockOn, and only pollables and other tasks of that \
            thread may touch them
            """)
    }
}

extension EventLoop: Wakeable {
    func wake(_ token: UInt64) {
        // What is left at the end never goes on.
        guard !isDone, let one = suspensions.wake(token) else { return }
        if isInReactor { woken.append(one) } else { resume(one) }
    }

    /// Makes a suspended task runnable, for it is cancelled.
    func cancel(_ token: UInt64) {
        guard isCurrent else { return handIn(.cancelled) }
        if !isDone, let one = suspensions.cancel(token) { resume(one) }
    }
}

extension Reactor {
    /// The reactor of the calling thread's ``blockOn(pick:_:)``, for futures of WASIReactor's own; see
    /// ``value(of:)``. Ends the guest outside `blockOn`.
    public static var current: Reactor { EventLoop.current(for: "Reactor.current").reactor }

    /// Ends the guest where this is not the reactor of the calling thread's loop.
    func checkIsCurrent() {
        if self !== Reactor.current {
            wasip2_unreachable(
                """
                a pollable or stream of another blockOn, which gave up all its pollables at its end: \
                make and use each inside one blockOn
                """)
        }
    }
}
