// One descriptor that the loop watches.

import CLibuv
import Glibc

/// A uv_poll_t on a descriptor of our own, for readability.
///
/// Level-triggered: left armed with an event that nobody takes, the loop would spin. So it is armed
/// when a wait needs it, and disarmed when it fires again before anybody has taken the last event.
@safe
final class Watch {
    /// Ours: libuv makes it non-blocking, which must not happen to an inherited one.
    let descriptor: CInt
    private let handle: UnsafeMutablePointer<uv_poll_t>
    // One thread uses a driver at a time, and the hot calls of a guest end here.
    @safe @exclusivity(unchecked) private var isArmed = false
    @safe @exclusivity(unchecked) private(set) var hasFired = false

    /// Watches a descriptor, which is closed with the watch. Not armed.
    init(_ loop: UnsafeMutablePointer<uv_loop_t>, _ descriptor: CInt) {
        self.descriptor = descriptor
        unsafe handle = .allocate(capacity: 1)
        check(unsafe uv_poll_init(loop, handle, descriptor), "watch a descriptor")
        unsafe handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    /// Arms it, if it is not.
    func start() {
        if isArmed { return }
        isArmed = true
        let status = unsafe uv_poll_start(handle, CInt(UV_READABLE.rawValue)) { handle, _, _ in
            // The handle is closed before the watch goes, so the watch is alive.
            let watch = unsafe Unmanaged<Watch>.fromOpaque(handle!.pointee.data)
                .takeUnretainedValue()
            watch.fire()
        }
        check(status, "watch a descriptor")
    }

    private func fire() {
        if hasFired { stop() }
        hasFired = true
    }

    private func stop() {
        isArmed = false
        unsafe uv_poll_stop(handle)
    }

    /// Whether it has fired since it was asked last.
    func takeFired() -> Bool {
        defer { hasFired = false }
        return hasFired
    }

    /// Gives handle and descriptor back; the loop frees the handle in its next turn.
    func close() {
        unsafe handle.pointee.data = nil
        let handle = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(
            to: uv_handle_t.self)
        unsafe uv_close(handle) { unsafe $0!.deallocate() }
        _ = Glibc.close(descriptor)
    }
}
