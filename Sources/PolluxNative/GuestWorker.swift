// Runs guests one after the other on one thread, and goes on with another where a guest takes its
// thread with it.

import CPolluxNative
import Dispatch
import PolluxHost
import Synchronization

/// Where a ``GuestWorker`` gets its guests from, and whom it tells how they ended.
///
/// Both are called by one thread at a time, each call after the one before; which thread may change.
/// No guest runs meanwhile but one that was given up.
public protocol GuestSupply: AnyObject, Sendable {
    /// The next guest: a host that nobody else uses meanwhile, new or reset, and an entry. `nil` ends
    /// the work.
    func next() -> (host: WASIHost, entry: @Sendable () -> Void)?
    /// The guest of ``next()`` has ended. One that has ``Outcome/timedOut`` may still be running.
    func ended(_ outcome: Outcome, of host: WASIHost)
}

/// Runs many guests inline, without a thread for each.
///
/// A guest that returns leaves its thread to the next one. A trap, a deadlock or an exit ends the
/// thread together with the frames that cannot be returned to, and the work goes on on a new one;
/// what those frames own is not released. A guest that is given up keeps its thread until its next
/// host call.
public final class GuestWorker: Sendable {
    private let supply: any GuestSupply
    private let stackSize: Int
    private let isOver = DispatchSemaphore(value: 0)
    /// The number of the guest that runs; one that was given up has lost it.
    private let running = Atomic<UInt64>(0)
    private let shift = Locked<Shift?>(nil)

    private init(_ supply: any GuestSupply, stackSize: Int) {
        self.supply = supply
        self.stackSize = stackSize
    }

    /// Whether a guest that traps ends its thread. Under ThreadSanitizer, which cannot follow such an
    /// end, the thread sleeps for ever.
    public static var endsThreads: Bool { pollux_native_can_exit_thread() }

    /// Runs the guests of `supply` and blocks until it has no more.
    /// - Parameters:
    ///   - supply: the guests.
    ///   - timeLimit: seconds of wall time after which a guest is given up. It is asked to stop, and
    ///     the next one begins on another thread; it is found out within a quarter more.
    ///   - stackSize: bytes of each thread's stack; 0 is the system's default.
    public static func run(
        _ supply: any GuestSupply, timeLimit: Double = 60, stackSize: Int = 0
    ) {
        let worker = GuestWorker(supply, stackSize: stackSize)
        worker.startThread(reporting: nil)
        worker.watch(timeLimit: timeLimit)
    }

    // MARK: The watch

    /// Looks now and then whether one guest still runs, until the work is over.
    private func watch(timeLimit: Double) {
        let pause = DispatchTimeInterval.microseconds(max(Int(timeLimit * 250_000), 100))
        var last: UInt64 = 0
        var looks = 0
        while isOver.wait(timeout: .now() + pause) == .timedOut {
            let number = running.load(ordering: .acquiring)
            looks = number == last ? looks + 1 : 0
            last = number
            guard number != 0, looks >= 4, claim(number) else { continue }
            guard let late = shift.withLock({ $0 }) else { continue }
            late.host?.stop()
            startThread(reporting: (late, .timedOut))
        }
    }

    /// Whether the caller, and nobody else, says how the guest ended and goes on.
    private func claim(_ number: UInt64) -> Bool {
        running.compareExchange(
            expected: number, desired: 0, ordering: .acquiringAndReleasing
        ).exchanged
    }

    // MARK: The threads

    /// What a new thread begins with.
    private final class Start: Sendable {
        let worker: GuestWorker
        let ended: (shift: Shift, outcome: Outcome)?

        init(_ worker: GuestWorker, _ ended: (shift: Shift, outcome: Outcome)?) {
            self.worker = worker
            self.ended = ended
        }
    }

    private func startThread(reporting ended: (shift: Shift, outcome: Outcome)?) {
        let start = unsafe Unmanaged.passRetained(Start(self, ended)).toOpaque()
        let error = unsafe pollux_native_start_thread(
            { context in
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                start.worker.work(after: start.ended)
            }, start, stackSize)
        if error != 0 { fatalError("cannot start a thread for guests (errno \(error))") }
    }

    /// A thread of the worker's: tells how the guest before ended, and runs guests while they return.
    private func work(after ended: (shift: Shift, outcome: Outcome)?) {
        var number: UInt64 = 0
        if let ended {
            number = ended.shift.number
            report(ended.outcome, of: ended.shift)
        }
        let shift = Shift(self)
        self.shift.withLock { $0 = shift }
        while let entry = begin(&number, on: shift) {
            entry()
            pollux_native_set_host(nil)
            pollux_native_set_run(nil)
            guard claim(number) else { return }
            report(.completed, of: shift)
        }
        isOver.signal()
    }

    /// Binds the thread to the next guest's host and returns the guest's entry.
    ///
    /// The host is the shift's alone: what a frame below the guest held would be lost with each guest
    /// that ends its thread.
    @inline(never)
    private func begin(_ number: inout UInt64, on shift: Shift) -> (@Sendable () -> Void)? {
        guard let (host, entry) = supply.next() else { return nil }
        number += 1
        EnvironmentTrace.follow(host)
        shift.host = host
        shift.number = number
        running.store(number, ordering: .releasing)
        unsafe pollux_native_set_host(Unmanaged.passUnretained(host).toOpaque())
        unsafe pollux_native_set_run(Unmanaged<GuestHold>.passUnretained(shift).toOpaque())
        return entry
    }

    private func report(_ outcome: Outcome, of shift: Shift) {
        guard let host = shift.host else { return }
        // A guest that was given up still uses its host.
        if outcome != .timedOut { shift.host = nil }
        supply.ended(outcome, of: host)
    }

    /// What one thread runs. The thread writes it between guests; others read it once they have
    /// claimed its guest's number.
    private final class Shift: GuestHold, @unchecked Sendable {
        let worker: GuestWorker
        var host: WASIHost?
        var number: UInt64 = 0

        init(_ worker: GuestWorker) { self.worker = worker }

        override func end(_ trap: HostTrap) -> Never {
            pollux_native_set_host(nil)
            pollux_native_set_run(nil)
            if worker.claim(number) { worker.startThread(reporting: (self, Outcome(trap))) }
            pollux_native_exit_thread()
        }
    }
}

/// What has hold of a guest's thread, and can end the guest on it.
class GuestHold: @unchecked Sendable {
    /// Ends the guest of the calling thread, for good.
    func end(_ trap: HostTrap) -> Never { preconditionFailure("an empty hold has no guest") }
}
