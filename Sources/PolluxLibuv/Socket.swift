// A socket of our own, and what the loop has told of it.

import CLibuv
import Glibc
import PolluxHost

/// A descriptor that does not block, watched in both directions by one uv_poll_t.
///
/// Each direction has a latch: the loop sets it, a call that would have blocked clears it. Only
/// directions that a wait asks for are armed. One that is still latched when the loop is to block again is
/// disarmed, or the loop would spin; most are read or written before that, and stay armed.
@safe
final class Socket {
    struct Directions: OptionSet {
        let rawValue: CInt
        static let input = Directions(rawValue: CInt(UV_READABLE.rawValue))
        static let output = Directions(rawValue: CInt(UV_WRITABLE.rawValue))
    }

    // What every message needs stands first, together in the caches. One thread uses a driver at a time, and
    // the hot calls of a guest end here.
    let descriptor: CInt
    @safe @exclusivity(unchecked) private(set) var latched: Directions
    @safe @exclusivity(unchecked) private(set) var armed: Directions = []
    /// The source of its input; negative before there is one.
    @safe @exclusivity(unchecked) var input = SourceID(index: -1)
    /// It is among those that are to be looked at before the loop blocks.
    @safe @exclusivity(unchecked) private var hasFired = false
    let kind: SocketKind
    let family: AddressFamily
    private let fired: FiredSockets
    private let loop: UnsafeMutablePointer<uv_loop_t>
    /// Made when a wait first needs it; many sockets come and go without.
    private var handle: UnsafeMutablePointer<uv_poll_t>?
    /// The address it was bound to, which no reconnect changes (UDP-16).
    var local: SocketAddress?

    /// Takes a descriptor over.
    /// - Parameters:
    ///   - fired: where it enters itself when the loop has set a latch.
    ///   - latched: what it can do without being waited for.
    init(
        _ loop: UnsafeMutablePointer<uv_loop_t>, _ fired: FiredSockets, _ descriptor: CInt,
        _ kind: SocketKind, _ family: AddressFamily, latched: Directions
    ) {
        unsafe self.loop = loop
        self.fired = fired
        self.descriptor = descriptor
        self.kind = kind
        self.family = family
        self.latched = latched
    }

    // MARK: The loop

    /// Lets the loop watch a direction that no latch already holds.
    func arm(_ direction: Directions) {
        if latched.contains(direction) || armed.contains(direction) { return }
        if unsafe handle == nil { open() }
        start(armed.union(direction))
    }

    private func open() {
        let handle = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        check(unsafe uv_poll_init(loop, handle, descriptor), "watch a socket")
        unsafe handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        unsafe self.handle = unsafe handle
    }

    private func start(_ directions: Directions) {
        armed = directions
        if directions.isEmpty {
            unsafe uv_poll_stop(handle!)
            return
        }
        let status = unsafe uv_poll_start(handle!, directions.rawValue) { handle, status, events in
            // The handle is closed before the socket goes, so the socket is alive.
            let socket = unsafe Unmanaged<Socket>.fromOpaque(handle!.pointee.data)
            unsafe socket._withUnsafeGuaranteedRef {
                $0.fire(status < 0 ? nil : Directions(rawValue: events))
            }
        }
        check(status, "watch a socket")
    }

    /// - Parameter directions: `nil` where something went wrong: both have something to say, and
    ///   libuv has stopped the handle.
    private func fire(_ directions: Directions?) {
        guard let directions else {
            armed = []
            latched = [.input, .output]
            fired.tell(of: input)
            return
        }
        if directions.contains(.input), !latched.contains(.input) { fired.tell(of: input) }
        latched.formUnion(directions)
        if !hasFired {
            hasFired = true
            fired.sockets.append(self)
        }
    }

    /// Disarms what has fired and was not used up: the loop is about to block.
    fileprivate func coolDown() {
        hasFired = false
        let hot = armed.intersection(latched)
        if !hot.isEmpty { start(armed.subtracting(hot)) }
    }

    func latch(_ direction: Directions) { latched.insert(direction) }
    func unlatch(_ direction: Directions) { latched.remove(direction) }

    /// Whether the direction has something to say, by the latch or else by the kernel.
    func isReady(_ direction: Directions) -> Bool {
        if latched.contains(direction) { return true }
        let events = clibuv_events(descriptor, Int16(direction == .input ? POLLIN : POLLOUT))
        if events != 0 { latched.insert(direction) }
        return events != 0
    }

    /// Gives handle and descriptor back; the loop frees the handle in its next turn.
    func close() {
        if let handle = unsafe handle {
            unsafe handle.pointee.data = nil
            let handle = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(
                to: uv_handle_t.self)
            unsafe uv_close(handle) { unsafe $0!.deallocate() }
        }
        unsafe handle = nil
        armed = []
        _ = Glibc.close(descriptor)
    }

    // MARK: Bytes

    /// No read brings more (STREAM-01).
    static let longestRead = 65_536

    /// One `recv`, into `room` first, of ``longestRead`` bytes: an array for all that may come would cost
    /// more than to copy what does. `bytes` are those of the read before: where they were few and nobody has
    /// kept them, their room is taken again.
    func read(upTo count: Int, through room: inout [UInt8], into bytes: inout [UInt8]) -> ByteRead {
        let wanted = min(count, Self.longestRead)
        let got = unsafe room.withUnsafeMutableBytes {
            unsafe clibuv_receive(descriptor, $0.baseAddress, wanted)
        }
        // Less than wanted was all there is for now.
        if got < wanted, got != 0 { unlatch(.input) }
        if got > 0 {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 4_096)
            unsafe room.withUnsafeBufferPointer {
                unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[..<got]))
            }
            return .bytes(bytes)
        }
        if got == 0 { return .closed }
        if wouldBlock(got) { return .wouldBlock }
        latched.insert(.input)
        return .failed(failure(got))
    }

    /// What a write would take: the kernel does not say how much, only whether.
    var room: ByteRoom { isReady(.output) ? .bytes(Self.longestRead) : .none }

    func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        let took = unsafe bytes.withUnsafeBytes { buffer in
            unsafe clibuv_send(descriptor, buffer.baseAddress, buffer.count)
        }
        if took < bytes.count { unlatch(.output) }
        if took > 0 { return .took(took) }
        if wouldBlock(took) { return .wouldBlock }
        latched.insert(.output)
        if took == -Int(EPIPE) { return .closed }
        return .failed(failure(took))
    }

    private func failure(_ status: Int) -> ByteFailure {
        ByteFailure(unsafe String(cString: strerror(CInt(-status))))
    }
}

/// The sockets of a loop that have fired.
final class FiredSockets {
    /// Those since the loop blocked last.
    @safe @exclusivity(unchecked) fileprivate var sockets: [Socket] = []
    /// The inputs that were latched since the host was told; kept once it wants to be told.
    @safe @exclusivity(unchecked) private var news: [SourceID] = []
    @safe @exclusivity(unchecked) var hasListener = false

    fileprivate func tell(of input: SourceID) {
        if hasListener { news.append(input) }
    }

    /// Tells of each input that has fired since the last time.
    func takeNews(_ body: (SourceID) -> Void) {
        if news.isEmpty { return }
        for input in news { body(input) }
        news.removeAll(keepingCapacity: true)
    }

    /// To be called before the loop blocks.
    func coolDown() {
        if sockets.isEmpty { return }
        for socket in sockets { socket.coolDown() }
        sockets.removeAll(keepingCapacity: true)
    }
}
