// A descriptor that the process was started with: read, written and watched without touching its
// flags, which it shares with whoever started us.

import CLibuv
import Glibc
import PolluxHost

/// An inherited descriptor, in one direction.
///
/// `O_NONBLOCK` belongs to the open file description, which a terminal shares with the user's shell;
/// libuv would set it. So the descriptor stands in an epoll set of our own, and the loop watches that.
/// Reads and writes stay blocking calls, made only when `poll` has just said that they will not block.
/// What cannot be watched (a file, a directory, /dev/null) is always ready, as for `poll`.
final class Descriptor {
    enum Direction { case input, output }

    private let descriptor: CInt
    private let direction: Direction
    /// `nil` where it is always ready.
    let watch: Watch?
    /// It was closed when the process began.
    private let isAbsent: Bool

    /// Bytes that one write to a pipe takes at once when `poll` says that it can be written.
    private static let permit = 4_096
    /// No read brings more (STREAM-01).
    private static let longestRead = 65_536

    init(_ loop: UnsafeMutablePointer<uv_loop_t>, _ descriptor: CInt, _ direction: Direction) {
        self.descriptor = descriptor
        self.direction = direction
        let events = direction == .input ? EPOLLIN.rawValue : EPOLLOUT.rawValue
        let nested = clibuv_nested_open(descriptor, events)
        let refusal = nested < 0 ? errno : 0
        // EINVAL: it was closed, and the set got its number.
        isAbsent = refusal == EBADF || refusal == EINVAL
        // EPERM: a file, a directory or /dev/null, which is always ready.
        if refusal != 0, !isAbsent, refusal != EPERM { fail("watch a descriptor", -refusal) }
        watch = nested < 0 ? nil : unsafe Watch(loop, nested)
    }

    /// Whether a read or write would not block, as far as the loop has told.
    var isReady: Bool { watch?.hasFired ?? true }

    /// Asks the kernel, and forgets what the loop told where a read or write would block.
    /// - Returns: `nil` there, else the events of `poll`; none for what cannot be watched.
    private func events() -> Int16? {
        guard let watch else { return 0 }
        let wanted = Int16(direction == .input ? POLLIN : POLLOUT)
        let events = clibuv_events(descriptor, wanted)
        if events != 0 { return events }
        _ = watch.takeFired()
        return nil
    }

    func read(upTo count: Int) -> ByteRead {
        if isAbsent { return .closed }
        if events() == nil { return .wouldBlock }
        let wanted = min(count, Self.longestRead)
        while true {
            var got = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
                got = unsafe Glibc.read(descriptor, buffer.baseAddress, wanted)
                filled = max(got, 0)
            }
            if got > 0 {
                // Less than wanted: that was all there is for now.
                if got < wanted { _ = watch?.takeFired() }
                return .bytes(bytes)
            }
            if got == 0 { return .closed }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                _ = watch?.takeFired()
                return .wouldBlock
            case EISDIR:
                return .failed(ByteFailure("is a directory", filesystemCode: "is-directory"))
            default: return .failed(failure(errno))
            }
        }
    }

    var room: ByteRoom {
        if isAbsent { return .closed }
        guard let events = events() else { return .none }
        // The reader of a pipe has gone, or a connection has: no write would be taken (STREAM-14).
        return events & Int16(POLLERR | POLLHUP) != 0 ? .closed : .bytes(Self.permit)
    }

    func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        if isAbsent { return .closed }
        guard let events = events() else { return .wouldBlock }
        // As room(in:) says; a write would raise SIGPIPE besides, which only the default host ignores.
        if events & Int16(POLLERR | POLLHUP) != 0 { return .closed }
        while true {
            let took = unsafe bytes.withUnsafeBytes { buffer in
                // Never more than can be taken without blocking.
                unsafe Glibc.write(descriptor, buffer.baseAddress, min(buffer.count, Self.permit))
            }
            // Whether there is room for more, the loop must tell anew.
            _ = watch?.takeFired()
            if took >= 0 { return .took(took) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case EPIPE: return .closed
            default: return .failed(failure(errno))
            }
        }
    }

    private func failure(_ error: CInt) -> ByteFailure {
        ByteFailure(unsafe String(cString: strerror(error)))
    }

    /// Whether it is a terminal (CLI-17).
    var isTerminal: Bool { isatty(descriptor) != 0 }
}
