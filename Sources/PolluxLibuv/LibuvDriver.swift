// The real world behind Driver: one libuv loop, one timer descriptor, real clocks.

import CLibuv
import Glibc
import PolluxHost

/// Real time on a libuv loop of its own.
///
/// There is no heap of timers here: a poll passes the nearest of its deadlines, so one timerfd,
/// armed for that instant, serves them all. libuv's own timers count whole milliseconds and may
/// fire before a nanosecond deadline; the loop may wake the host, but only the comparison in the
/// host's `poll` calls a deadline passed.
///
/// Used from one thread at a time, except ``wakeUp()``.
@safe
public final class LibuvDriver: Driver {
    private let loop: UnsafeMutablePointer<uv_loop_t>
    private let wake: UnsafeMutablePointer<uv_async_t>
    private let timer: Watch
    /// The instant that the timer was set to last, expired or not; `nil` where it was disarmed.
    private var armed: MonotonicInstant?
    @safe @exclusivity(unchecked) private var descriptors: [Descriptor] = []
    public var trace: Trace? {
        didSet { trace?.start = now }
    }

    /// A loop of its own.
    ///
    /// Fails only where the process has no descriptor left: that is an error of the world that no
    /// guest can be told of, so it ends the process with a sentence.
    public init() {
        unsafe loop = .allocate(capacity: 1)
        check(unsafe uv_loop_init(loop), "start a loop")
        unsafe wake = .allocate(capacity: 1)
        check(unsafe uv_async_init(loop, wake, { _ in }), "make the loop wakeable")
        let descriptor = clibuv_timer_open()
        if descriptor < 0 { fail("open a timer", -errno) }
        timer = unsafe Watch(loop, descriptor)
    }

    deinit {
        timer.close()
        for descriptor in descriptors { descriptor.watch?.close() }
        unsafe uv_close(
            UnsafeMutableRawPointer(wake).assumingMemoryBound(to: uv_handle_t.self), nil)
        unsafe uv_run(loop, UV_RUN_DEFAULT)
        check(unsafe uv_loop_close(loop), "close the loop")
        unsafe wake.deallocate()
        unsafe loop.deallocate()
    }

    // MARK: Clocks

    /// The kernel's monotonic clock (CLOCK-01).
    public var now: MonotonicInstant {
        MonotonicInstant(nanoseconds: clibuv_clock(CLOCK_MONOTONIC))
    }
    /// ns; the kernel's clocks count single ones (CLOCK-04).
    public let monotonicResolution: UInt64 = 1

    /// The kernel's wall clock, which may be set at any time (CLOCK-11).
    public var wallNow: WallInstant {
        let now = clibuv_clock(CLOCK_REALTIME)
        return WallInstant(
            seconds: now / 1_000_000_000, nanoseconds: UInt32(now % 1_000_000_000))
    }
    /// One ns (CLOCK-12).
    public let wallResolution = WallInstant(seconds: 0, nanoseconds: 1)

    /// The clock runs by itself.
    public var isRealTime: Bool { true }
    /// None: a guest that spins gets on as time passes.
    public var patience: Int? { nil }
    /// Moves nothing.
    public func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool { false }

    // MARK: Waiting

    /// One turn of the loop, without waiting, with these sources armed.
    public func turn(for sources: borrowing [SourceID]) {
        arm(sources)
        unsafe uv_run(loop, UV_RUN_NOWAIT)
    }

    /// Blocks in one turn of the loop, with these sources armed and the one timer set to `deadline`. It
    /// may end early: only a reading of ``now`` says whether the deadline has passed. Never answers
    /// `.never`.
    public func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        arm(sources)
        if deadline != armed {
            check(clibuv_timer_set(timer.descriptor, deadline?.nanoseconds ?? 0), "arm the timer")
            armed = deadline
        }
        // Turns may have found it fired, and disarmed it, since it was waited for last.
        timer.start()
        unsafe uv_run(loop, UV_RUN_ONCE)
        // Still armed as far as the kernel goes: what has expired stays readable until it is set anew.
        _ = timer.takeFired()
        return .again
    }

    /// Ends a wait in progress, or the next one; may be called from any thread.
    public func wakeUp() {
        unsafe uv_async_send(wake)
    }

    private func arm(_ sources: borrowing [SourceID]) {
        for place in sources.indices {
            descriptors[Int(sources[place].index)].watch?.start()
        }
    }

    // MARK: Sources

    /// Makes a source of a descriptor that the process was started with; see ``Descriptor``. Neither its
    /// flags nor its life change.
    public func addInherited(_ descriptor: Int32, isInput: Bool) -> SourceID {
        descriptors.append(unsafe Descriptor(loop, descriptor, isInput ? .input : .output))
        return SourceID(index: Int32(descriptors.count - 1))
    }

    /// Whether the source's descriptor is a terminal (CLI-17).
    public func isTerminal(_ source: SourceID) -> Bool { descriptors[Int(source.index)].isTerminal }

    /// Whether the last turn found the source ready and nothing has used that up; no turn is taken. A file
    /// and what is closed are always ready.
    public func isReady(_ source: SourceID) -> Bool { descriptors[Int(source.index)].isReady }

    /// One `read` of at most `count` bytes, where the descriptor is ready; blocks no longer than the
    /// kernel copies.
    public func read(_ source: SourceID, upTo count: Int) -> ByteRead {
        descriptors[Int(source.index)].read(upTo: count)
    }

    /// What one write may carry now: of a pipe or terminal as much as it certainly takes at once.
    public func room(in source: SourceID) -> ByteRoom { descriptors[Int(source.index)].room }

    /// One `write`; nobody at the other end is ``ByteWrite/closed``, without a signal.
    public func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        descriptors[Int(source.index)].write(bytes)
    }

    /// A descriptor keeps nothing back.
    public func flush(_ source: SourceID) -> ByteFlush { .done }

    /// The guest's streams over an inherited descriptor come and go (CLI-01); it stays.
    public func close(_ source: SourceID) {}

    /// Bytes from the kernel, which nobody can guess. Blocks only until it has any, soon after boot.
    public func random(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe getrandom(buffer.baseAddress! + filled, count - filled, 0)
                if got > 0 {
                    filled += got
                } else if errno != EINTR {
                    fail("get random bytes", -errno)
                }
            }
        }
    }
}

/// Ends the process where libuv or the kernel refuses what this driver cannot go on without.
func check(_ status: CInt, _ what: String) {
    if status < 0 { fail(what, status == -1 && errno != 0 ? -errno : status) }
}

func fail(_ what: String, _ status: CInt) -> Never {
    let reason = unsafe String(cString: uv_strerror(status))
    fatalError("pollux cannot \(what): \(reason)")
}
