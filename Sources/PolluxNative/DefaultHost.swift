// The host of a guest that is simply run: `swift run`, no Guest.run, no test.

import CPolluxNative
import Glibc
import PolluxHost
import PolluxLibuv

/// The host of the process's main thread: real time on libuv.
enum DefaultHost {
    /// Makes the host and binds it to the calling thread, which must be the main one. It lives as
    /// long as the process.
    static func bind() -> UnsafeMutableRawPointer {
        // A reader that went away is an error of the stream's, not the end of the process (CLI-09).
        _ = signal(SIGPIPE, SIG_IGN)
        let host = Host(driver: LibuvDriver())
        EnvironmentTrace.follow(host)
        let pointer = unsafe Unmanaged.passRetained(host).toOpaque()
        unsafe pollux_native_set_host(pointer)
        return unsafe pointer
    }
}
