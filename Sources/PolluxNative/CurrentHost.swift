// From a C symbol to the host of the calling thread, and what happens when a call traps.

import CPolluxNative
import PolluxHost

/// The host to which the calling thread is bound.
public enum CurrentHost {
    /// Calls `body` with the calling thread's host. Every export goes through here: what it throws
    /// ends the guest, and the call does not return. A thread without a host traps, too.
    @inlinable
    @inline(__always)
    public static func with<Result>(
        _ call: HostCall, _ body: (WASIHost) throws(HostTrap) -> Result
    ) -> Result {
        let pointer = unsafe host(for: call)
        // The run keeps the host alive for as long as its thread runs guest code.
        return unsafe Unmanaged<WASIHost>.fromOpaque(pointer)._withUnsafeGuaranteedRef { host in
            do throws(HostTrap) {
                return try body(host)
            } catch {
                endGuest(error, of: host)
            }
        }
    }

    @usableFromInline
    static func host(for call: HostCall) -> UnsafeMutableRawPointer {
        unsafe pollux_native_get_host() ?? adopt(for: call)
    }

    /// Ends the calling thread's guest with this trap; under ``Guest/run(on:ending:stackSize:timeLimit:_:)-swift.type.method``
    /// the caller gets the outcome, a bare process prints it and aborts.
    @usableFromInline
    @inline(never)
    static func endGuest(_ trap: HostTrap, of host: WASIHost) -> Never {
        host.finish(trap)
        host.trace?.record(.trap(trap), at: host.driver.now)
        guard let pointer = unsafe pollux_native_get_run() else {
            if case .exit(let code) = trap.kind { pollux_native_exit_process(CInt(code)) }
            abortProcess(trap)
        }
        unsafe Unmanaged<GuestHold>.fromOpaque(pointer).takeUnretainedValue().end(trap)
    }

    /// A thread without a host: the process's main thread gets the default one, so that a guest simply
    /// runs; any other ends the process, for there is no guest to blame.
    @inline(never)
    private static func adopt(for call: HostCall) -> UnsafeMutableRawPointer {
        guard pollux_native_is_main_thread() else {
            abortProcess(HostTrap(.noHost(thread: "this thread"), in: call))
        }
        return unsafe DefaultHost.bind()
    }

    private static func abortProcess(_ trap: HostTrap) -> Never {
        let text = (["pollux: \(trap)"] + GuestBacktrace.lines()).joined(separator: "\n") + "\n"
        unsafe text.utf8CString.withUnsafeBufferPointer {
            unsafe pollux_native_write_stderr($0.baseAddress!, $0.count - 1)
        }
        pollux_native_abort()
    }
}
