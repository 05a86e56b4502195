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
    let loop: UnsafeMutablePointer<uv_loop_t>
    private let wake: UnsafeMutablePointer<uv_async_t>
    private let timer: Watch
    /// The instant that the timer was set to last; `nil` where it was disarmed.
    private var armed: MonotonicInstant?
    /// It has expired since, and stays readable until it is set anew.
    private var isSpent = false
    /// What the sources are, by number; `nil` where one was closed.
    @safe @exclusivity(unchecked) private(set) var sources: [Source?] = []
    /// Numbers of closed sources, to be given again.
    @safe @exclusivity(unchecked) private var freeSources: [Int32] = []
    /// The look-ups that the loop is at.
    let requests = Requests()
    /// What has to be looked at before the loop blocks.
    let fired = FiredSockets()
    /// Who answers look-ups.
    let resolver: Resolver
    /// Who else lives on the loop.
    @safe @exclusivity(unchecked) var residents: [Resident] = []
    /// Room for one datagram, or for the bytes of one read of a socket; empty before the first. Not
    /// lazy: to change a lazy array in place copies it.
    @safe @exclusivity(unchecked) var received: [UInt8] = []
    /// What the last read of a socket gave.
    @safe @exclusivity(unchecked) private var lastRead: [UInt8] = []

    /// What a source is.
    enum Source {
        case inherited(Descriptor)
        /// One direction of a socket.
        case socket(Socket, Socket.Directions)
        case lookup(NameLookup)
        /// Kept by somebody else.
        case foreign(any LoopSource)
    }

    /// Where the driver writes what happens in the world; `nil` where nobody reads it. The log that is put
    /// here begins at the reading of the clock at that moment.
    public var trace: Trace? {
        didSet { trace?.start = now }
    }

    /// A loop of its own.
    ///
    /// Fails only where the process has no descriptor left: that is an error of the world that no
    /// guest can be told of, so it ends the process with a sentence.
    /// - Parameter resolver: who answers look-ups.
    public init(resolver: Resolver = .system) {
        self.resolver = resolver
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
        for source in sources {
            switch source {
            case .inherited(let descriptor)?: descriptor.watch?.close()
            // Both directions have one socket.
            case .socket(let socket, .input)?: socket.close()
            case .foreign(let source)?: source.close()
            case .socket?, .lookup?, nil: break
            }
        }
        unsafe uv_close(
            UnsafeMutableRawPointer(wake).assumingMemoryBound(to: uv_handle_t.self), nil)
        if requests.count == 0 {
            unsafe Self.end(loop, wake)
        } else {
            unsafe Self.endLater(loop, wake)
        }
    }

    /// Runs what is left on the loop, and gives it back.
    private static func end(
        _ loop: UnsafeMutablePointer<uv_loop_t>, _ wake: UnsafeMutablePointer<uv_async_t>
    ) {
        unsafe uv_run(loop, UV_RUN_DEFAULT)
        check(unsafe uv_loop_close(loop), "close the loop")
        unsafe wake.deallocate()
        unsafe loop.deallocate()
    }

    /// A look-up cannot be taken back, and nobody is to wait for it: the loop ends on a thread of its
    /// own.
    private static func endLater(
        _ loop: UnsafeMutablePointer<uv_loop_t>, _ wake: UnsafeMutablePointer<uv_async_t>
    ) {
        let ends = UnsafeMutablePointer<LoopEnds>.allocate(capacity: 1)
        unsafe ends.initialize(to: LoopEnds(loop: loop, wake: wake))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { context in
                let ends = unsafe context!.assumingMemoryBound(to: LoopEnds.self)
                unsafe LibuvDriver.end(ends.pointee.loop, ends.pointee.wake)
                unsafe ends.deallocate()
                return nil
            }, ends)
        if status == 0 {
            pthread_detach(thread)
        } else {
            // No thread is to be had: then this one waits.
            unsafe end(loop, wake)
            unsafe ends.deallocate()
        }
    }

    /// What ``endLater(_:_:)`` hands over.
    @safe private struct LoopEnds {
        var loop: UnsafeMutablePointer<uv_loop_t>
        var wake: UnsafeMutablePointer<uv_async_t>
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
        if !residents.isEmpty { _ = letResidentsWork() }
        unsafe uv_run(loop, UV_RUN_NOWAIT)
        if !residents.isEmpty { _ = letResidentsWork() }
    }

    /// Blocks in one turn of the loop, with these sources armed and the one timer set to `deadline` or to
    /// an earlier instant. It may end early: only a reading of ``now`` says whether the deadline has
    /// passed. Never answers `.never`.
    public func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        arm(sources)
        var deadline = deadline
        if !residents.isEmpty {
            if letResidentsWork() { return .again }
            deadline = nearest(deadline)
        }
        set(timerFor: deadline)
        // Turns may have found it fired, and disarmed it, since it was waited for last.
        timer.start()
        fired.coolDown()
        unsafe uv_run(loop, UV_RUN_ONCE)
        if timer.takeFired() { isSpent = true }
        if !residents.isEmpty { _ = letResidentsWork() }
        return .again
    }

    /// Sees to it that the timer wakes the loop by then. One that is set to an earlier instant does, which
    /// costs a needless turn at that instant; to set it anew would cost a system call here. Where the
    /// deadlines of waits only move on, as timeouts of many requests do, few of them are ever set.
    private func set(timerFor deadline: MonotonicInstant?) {
        if timer.takeFired() { isSpent = true }
        if !isSpent {
            guard let deadline else { return }
            if let armed, armed <= deadline { return }
        }
        check(clibuv_timer_set(timer.descriptor, deadline?.nanoseconds ?? 0), "arm the timer")
        armed = deadline
        isSpent = false
    }

    /// Ends a wait in progress, or the next one; may be called from any thread.
    public func wakeUp() {
        unsafe uv_async_send(wake)
    }

    private func arm(_ sources: borrowing [SourceID]) {
        for place in sources.indices {
            switch self.sources[Int(sources[place].index)] {
            case .inherited(let descriptor)?: descriptor.watch?.start()
            case .socket(let socket, let direction)?: socket.arm(direction)
            case .foreign(let source)?: source.arm()
            case .lookup?, nil: break
            }
        }
    }

    // MARK: What has fired

    /// It tells of the inputs of sockets.
    public var tellsWhatFired: Bool { true }

    /// Whether the source is a socket's input that is not ready and that the loop watches.
    public func tellsOf(_ source: SourceID) -> Bool {
        guard case .socket(let socket, .input)? = sources[Int(source.index)],
            socket.armed.contains(.input), !socket.latched.contains(.input)
        else { return false }
        fired.hasListener = true
        return true
    }

    /// Tells of the sockets whose inputs the loop has latched since it was asked last.
    public func takeFired(_ body: (SourceID) -> Void) { fired.takeNews(body) }

    // MARK: Sources

    func addSource(_ source: Source) -> SourceID {
        if let free = freeSources.popLast() {
            sources[Int(free)] = source
            return SourceID(index: free)
        }
        sources.append(source)
        return SourceID(index: Int32(sources.count - 1))
    }

    /// Forgets a source; its number may be given again.
    package func remove(_ source: SourceID) {
        sources[Int(source.index)] = nil
        freeSources.append(source.index)
    }

    /// Makes a source of a descriptor that the process was started with; see ``Descriptor``. Neither its
    /// flags nor its life change.
    public func addInherited(_ descriptor: Int32, isInput: Bool) -> SourceID {
        addSource(.inherited(unsafe Descriptor(loop, descriptor, isInput ? .input : .output)))
    }

    /// Whether the source's descriptor is a terminal (CLI-17).
    public func isTerminal(_ source: SourceID) -> Bool {
        if case .inherited(let descriptor)? = sources[Int(source.index)] {
            descriptor.isTerminal
        } else {
            false
        }
    }

    /// Whether the last turn found the source ready and nothing has used that up; no turn is taken. A file
    /// and what is closed are always ready.
    public func isReady(_ source: SourceID) -> Bool {
        switch sources[Int(source.index)] {
        case .inherited(let descriptor)?: descriptor.isReady
        case .socket(let socket, let direction)?: socket.latched.contains(direction)
        case .lookup(let lookup)?: lookup.answer != .pending
        case .foreign(let source)?: source.isReady
        case nil: preconditionFailure("a source that was closed")
        }
    }

    /// One `read` of at most `count` bytes, where the descriptor is ready; blocks no longer than the
    /// kernel copies.
    public func read(_ source: SourceID, upTo count: Int) -> ByteRead {
        switch sources[Int(source.index)] {
        case .inherited(let descriptor)?: return descriptor.read(upTo: count)
        case .socket(let socket, _)?:
            makeRoom()
            return socket.read(upTo: count, through: &received, into: &lastRead)
        case .foreign(let source)?: return source.read(upTo: count)
        case .lookup?, nil: preconditionFailure("a read of what has no bytes")
        }
    }

    /// Sees to it that ``received`` is there.
    func makeRoom() {
        if received.isEmpty { received = [UInt8](repeating: 0, count: Socket.longestRead) }
    }

    /// What one write may carry now: of a pipe or terminal as much as it certainly takes at once.
    public func room(in source: SourceID) -> ByteRoom {
        switch sources[Int(source.index)] {
        case .inherited(let descriptor)?: descriptor.room
        case .socket(let socket, _)?: socket.room
        case .foreign(let source)?: source.room
        case .lookup?, nil: preconditionFailure("room in what takes no bytes")
        }
    }

    /// One `write`; nobody at the other end is ``ByteWrite/closed``, without a signal.
    public func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        switch sources[Int(source.index)] {
        case .inherited(let descriptor)?: descriptor.write(bytes)
        case .socket(let socket, _)?: socket.write(bytes)
        case .foreign(let source)?: source.write(bytes)
        case .lookup?, nil: preconditionFailure("a write to what takes no bytes")
        }
    }

    /// A descriptor keeps nothing back.
    public func flush(_ source: SourceID) -> ByteFlush { .done }

    /// The guest's streams over an inherited descriptor come and go (CLI-01); it stays. A look-up is
    /// forgotten, whatever becomes of it; sockets, and what others keep on the loop, are closed whole.
    public func close(_ source: SourceID) {
        if case .lookup? = sources[Int(source.index)] { remove(source) }
    }

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
