// What a library beside the driver needs of its loop.

import CLibuv
import Glibc
import PolluxHost

/// Somebody who lives on a driver's loop, with descriptors and deadlines of his own.
///
/// Callbacks of the loop only record (``LoopWatch``). The work is done between its turns: the driver calls
/// ``work()`` before the loop waits and after every turn, never from within one.
package protocol LoopResident: AnyObject {
    /// When there is work though no descriptor has anything to say; `nil` for never.
    var deadline: MonotonicInstant? { get }
    /// Does what watches have recorded and time has brought. Blocks for nothing.
    /// - Returns: whether a source may have become ready; then a wait does not wait.
    func work() -> Bool
}

/// A descriptor of a resident's that the loop watches.
///
/// Level-triggered: it fires in every turn while it has something to say, so a resident watches for what
/// it wants to do and for nothing else.
@safe
package final class LoopWatch {
    package struct Events: OptionSet, Sendable {
        package let rawValue: CInt
        package init(rawValue: CInt) { self.rawValue = rawValue }

        package static let readable = Events(rawValue: CInt(UV_READABLE.rawValue))
        package static let writable = Events(rawValue: CInt(UV_WRITABLE.rawValue))
    }

    /// What the watches of one resident have to say, in the order in which they began to.
    package final class Record {
        fileprivate var watches: [LoopWatch] = []

        package init() {}

        /// Takes those that have fired; each knows what for.
        package func take() -> [LoopWatch] {
            defer { watches.removeAll() }
            return watches
        }
    }

    /// The resident's own; never closed here.
    package let descriptor: CInt
    private let handle: UnsafeMutablePointer<uv_poll_t>
    private let record: Record
    /// What the resident wants to hear of.
    private var watched: Events = []
    /// What the loop watches: that, or what it was when there last was any.
    private var armed: Events = []
    private var fired: Events = []
    /// Nothing is watched any more, and the descriptor may be somebody else's.
    package private(set) var isClosed = false

    fileprivate init(
        _ loop: UnsafeMutablePointer<uv_loop_t>, _ descriptor: CInt, in record: Record
    ) {
        self.descriptor = descriptor
        self.record = record
        unsafe handle = .allocate(capacity: 1)
        check(unsafe uv_poll_init(loop, handle, descriptor), "watch a descriptor")
        unsafe handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    /// From now on watches for these events alone.
    ///
    /// To stop and to start a watch takes three system calls, and whoever uses a connection again does both
    /// each time. So the loop watches on where nothing is watched for, until there is something to see.
    package func watch(for events: Events) {
        watched = events
        if events.isEmpty || events == armed { return }
        armed = events
        let status = unsafe uv_poll_start(handle, events.rawValue) { handle, status, events in
            // The handle forgets the watch before the watch goes.
            guard let data = unsafe handle!.pointee.data else { return }
            let watch = unsafe Unmanaged<LoopWatch>.fromOpaque(data).takeUnretainedValue()
            watch.fire(status, Events(rawValue: events))
        }
        check(status, "watch a descriptor")
    }

    private func fire(_ status: CInt, _ events: Events) {
        if watched.isEmpty {
            armed = []
            unsafe uv_poll_stop(handle)
            return
        }
        if fired.isEmpty { record.watches.append(self) }
        if status < 0 {
            // libuv has stopped the handle. Whoever reads or writes is told what is wrong.
            watched = []
            armed = []
            fired = [.readable, .writable]
        } else {
            fired.formUnion(events)
        }
    }

    /// What it has fired for since it was asked last; nothing once it is closed.
    package func takeFired() -> Events {
        defer { fired = [] }
        return isClosed ? [] : fired
    }

    /// Ends it, before the descriptor is closed; the loop frees the handle in its next turn.
    package func close() {
        precondition(!isClosed, "a watch that was closed")
        isClosed = true
        unsafe handle.pointee.data = nil
        let handle = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(
            to: uv_handle_t.self)
        unsafe uv_close(handle) { unsafe $0!.deallocate() }
    }

    deinit { precondition(isClosed, "a watch that was not closed") }
}

extension LibuvDriver {
    /// Takes a resident in, who has to leave before he goes: the driver does not hold him.
    package func add(_ resident: any LoopResident) {
        residents.append(Resident(resident))
    }

    /// A resident has closed his watches and goes.
    package func removeResident(_ identity: ObjectIdentifier) {
        residents.removeAll { $0.identity == identity }
    }

    /// Watches a descriptor of a resident's for nothing as yet.
    package func watch(_ descriptor: CInt, in record: LoopWatch.Record) -> LoopWatch {
        unsafe LoopWatch(loop, descriptor, in: record)
    }

    /// A new TCP socket that does not block, of nobody's but the caller's; a negative errno where there is
    /// none.
    package func openDescriptor(_ family: AddressFamily) -> CInt {
        clibuv_socket(0, family == .ipv6 ? 1 : 0)
    }

    /// Closes a descriptor from ``openDescriptor(_:)``.
    package func closeDescriptor(_ descriptor: CInt) { _ = Glibc.close(descriptor) }

    /// Lets residents work; returns whether one of them may have made a source ready.
    func letResidentsWork() -> Bool {
        var hasNews = false
        for entry in residents {
            if entry.resident.work() { hasNews = true }
        }
        return hasNews
    }

    /// The nearest of this deadline and those of the residents.
    func nearest(_ deadline: MonotonicInstant?) -> MonotonicInstant? {
        var nearest = deadline
        for entry in residents {
            guard let other = entry.resident.deadline else { continue }
            nearest = nearest.map { min($0, other) } ?? other
        }
        return nearest
    }
}

/// Somebody whom the driver does not keep alive.
struct Resident {
    /// Asked for where he is on his way out.
    let identity: ObjectIdentifier
    unowned let resident: any LoopResident

    init(_ resident: any LoopResident) {
        identity = ObjectIdentifier(resident)
        self.resident = resident
    }
}

extension SocketAddress {
    /// An address as system calls have it; `nil` where it is of no family that is spoken here, or shorter
    /// than it says.
    package init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        let family = unsafe CInt(address.pointee.sa_family)
        let needed =
            switch family {
            case AF_INET: MemoryLayout<sockaddr_in>.size
            case AF_INET6: MemoryLayout<sockaddr_in6>.size
            default: Int.max
            }
        guard length >= needed else { return nil }
        var lifted = clibuv_address()
        unsafe clibuv_lift_address(address, &lifted)
        self = lifted.lifted
    }
}
