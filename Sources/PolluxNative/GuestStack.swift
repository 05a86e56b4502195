// Runs guests on the calling thread, each on a stack that can be left.

import CPolluxNative
import PolluxHost

/// Runs one guest after the other on the calling thread.
///
/// A trap, a deadlock or an exit leaves the guest's stack without unwinding it: no thread ends, and no
/// destructor of the guest's runs, as in a wasm engine. What the frames owned is not released. It is for
/// guests that keep nothing of their own in the thread, so not for those on Swift's runtime, whose
/// record of accesses in progress would point into the stack that was left.
package final class GuestStack {
    private let hold: Hold

    /// A stack of so many bytes, which are memory only once they are used; `nil` where there is none.
    package init?(size: Int) {
        guard let stack = unsafe pollux_native_stack_create(size) else { return nil }
        hold = unsafe Hold(stack)
    }

    deinit { unsafe pollux_native_stack_free(hold.stack) }

    /// Runs `body` as a guest of `host`, and returns how it ended. The host is used by nobody else
    /// meanwhile.
    package func run(on host: WASIHost, _ body: @escaping () -> Void) -> Outcome {
        hold.body = body
        hold.trap = nil
        unsafe pollux_native_set_host(Unmanaged.passUnretained(host).toOpaque())
        unsafe pollux_native_set_run(Unmanaged<GuestHold>.passUnretained(hold).toOpaque())
        let hasReturned = unsafe pollux_native_stack_run(
            hold.stack,
            { context in
                unsafe Unmanaged<Hold>.fromOpaque(context).takeUnretainedValue().body?()
            }, Unmanaged.passUnretained(hold).toOpaque())
        pollux_native_set_host(nil)
        pollux_native_set_run(nil)
        hold.body = nil
        return hasReturned ? .completed : hold.trap.map { Outcome($0) } ?? .completed
    }

    @safe private final class Hold: GuestHold, @unchecked Sendable {
        @safe let stack: OpaquePointer
        @safe @exclusivity(unchecked) var body: (() -> Void)?
        @safe @exclusivity(unchecked) var trap: HostTrap?

        init(_ stack: OpaquePointer) { unsafe self.stack = stack }

        override func end(_ trap: HostTrap) -> Never {
            self.trap = trap
            unsafe pollux_native_stack_leave(stack)
        }
    }
}
