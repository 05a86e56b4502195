// Runs a guest on a thread of its own, with a host of its own, and says how it ended.

import CPolluxNative
import Dispatch
import PolluxHost
import Synchronization

/// Running guests natively.
public enum Guest {
    /// What becomes of the thread of a guest that a trap (or a deadlock, or an exit) ended. Its
    /// frames cannot be returned to, and what they own is not released.
    public enum Ending: Sendable {
        /// The thread sleeps for ever, its stack readable in a debugger. For tests: a process can
        /// hold some 28,000 of them.
        case park
        /// The thread ends without returning to its frames. For many runs in one process.
        case exitThread
    }

    /// Runs `body` as a guest of `host` and blocks the calling thread until it ends.
    ///
    /// The guest has a thread of its own, to which the host is bound; a trap ends the guest and
    /// nothing else. The host must not be used elsewhere meanwhile; afterwards it can be looked at.
    /// - Parameters:
    ///   - host: the guest's host, one for each run.
    ///   - ending: what becomes of the thread after a trap.
    ///   - stackSize: bytes; 0 is the system's default.
    ///   - timeLimit: wall time after which the outcome is `timedOut`. The guest is then asked to
    ///     stop; one that never calls the host again keeps its thread busy until the process ends.
    ///   - body: the guest's entry.
    public static func run(
        on host: WASIHost, ending: Ending = .park, stackSize: Int = 0,
        timeLimit: DispatchTimeInterval? = nil, _ body: @escaping @Sendable () -> Void
    ) -> Outcome {
        let ended = DispatchSemaphore(value: 0)
        let result = Mutex<Outcome>(.timedOut)
        let run = GuestRun(host: host, ending: ending, body: body) { outcome in
            result.withLock { $0 = outcome }
            ended.signal()
        }
        run.start(stackSize: stackSize)
        if let timeLimit, ended.wait(timeout: .now() + timeLimit) == .timedOut {
            run.expire()
        }
        if timeLimit == nil { ended.wait() }
        return result.withLock { $0 }
    }

    /// As the blocking form, but suspends the calling task and blocks no thread of the pool.
    public static func run(
        on host: WASIHost, ending: Ending = .park, stackSize: Int = 0,
        timeLimit: DispatchTimeInterval? = nil, _ body: @escaping @Sendable () -> Void
    ) async -> Outcome {
        await withCheckedContinuation { continuation in
            let run = GuestRun(host: host, ending: ending, body: body) {
                continuation.resume(returning: $0)
            }
            run.start(stackSize: stackSize)
            if let timeLimit {
                DispatchQueue.global().asyncAfter(deadline: .now() + timeLimit) { [weak run] in
                    run?.expire()
                }
            }
        }
    }
}

/// One guest on its thread.
final class GuestRun: GuestHold, @unchecked Sendable {
    let host: WASIHost
    let ending: Guest.Ending
    private let body: @Sendable () -> Void
    private let onEnd: Mutex<(@Sendable (Outcome) -> Void)?>

    /// A run that has not begun; `onEnd` is called once, on some thread.
    init(
        host: WASIHost, ending: Guest.Ending, body: @escaping @Sendable () -> Void,
        onEnd: @escaping @Sendable (Outcome) -> Void
    ) {
        self.host = host
        self.ending = ending
        self.body = body
        self.onEnd = Mutex(onEnd)
    }

    /// Starts the guest's thread, which keeps the run alive until the guest ends.
    func start(stackSize: Int) {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let error = unsafe pollux_native_start_thread(
            { context in
                // Whoever waits for the end may count on the guest's thread having let go of the host.
                let onEnd = unsafe GuestRun.main(context)
                onEnd?(.completed)
            }, context, stackSize)
        if error != 0 {
            fatalError(
                """
                cannot start a guest's thread (errno \(error)). Threads of trapped guests stay \
                parked; use ending: .exitThread for many runs
                """)
        }
    }

    /// The guest's thread, up to its end; the run that `context` holds is let go.
    private static func main(
        _ context: UnsafeMutableRawPointer
    ) -> (@Sendable (Outcome) -> Void)? {
        let run = unsafe Unmanaged<GuestRun>.fromOpaque(context).takeRetainedValue()
        EnvironmentTrace.follow(run.host)
        unsafe pollux_native_set_host(Unmanaged.passUnretained(run.host).toOpaque())
        unsafe pollux_native_set_run(Unmanaged<GuestHold>.passUnretained(run).toOpaque())
        run.body()
        pollux_native_set_host(nil)
        pollux_native_set_run(nil)
        return run.takeOnEnd()
    }

    /// The wall clock's limit has passed.
    func expire() {
        // A host whose guest has ended may be another one's by now.
        guard let onEnd = takeOnEnd() else { return }
        host.stop()
        onEnd(.timedOut)
    }

    private func complete(_ outcome: Outcome) {
        takeOnEnd()?(outcome)
    }

    /// Whoever takes it says how the guest ended; only the first does.
    private func takeOnEnd() -> (@Sendable (Outcome) -> Void)? {
        onEnd.withLock { onEnd in
            let taken = onEnd
            onEnd = nil
            return taken
        }
    }

    /// Ends the guest on its own thread, for good.
    override func end(_ trap: HostTrap) -> Never {
        pollux_native_set_host(nil)
        pollux_native_set_run(nil)
        complete(Outcome(trap))
        switch ending {
        case .park: pollux_native_park()
        case .exitThread:
            // The thread's own hold on the run; its frames' holds are lost with them.
            unsafe Unmanaged.passUnretained(self).release()
            pollux_native_exit_thread()
        }
    }
}
