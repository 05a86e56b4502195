// The host of a guest that is simply run: `swift run`, no Guest.run, no test.

import CPolluxNative
import Glibc
import PolluxHost
import PolluxLibuv

/// The host of the process's main thread: real time on libuv, the process's own standard streams,
/// arguments and variables.
enum DefaultHost {
    /// Makes the host and binds it to the calling thread, which must be the main one. It lives as
    /// long as the process.
    static func bind() -> UnsafeMutableRawPointer {
        // A reader that went away is an error of the stream's, not the end of the process (CLI-09).
        _ = signal(SIGPIPE, SIG_IGN)
        let driver = LibuvDriver()
        let host = Host(driver: driver, environment: environment(on: driver))
        EnvironmentTrace.follow(host)
        let pointer = unsafe Unmanaged.passRetained(host).toOpaque()
        unsafe pollux_native_set_host(pointer)
        return unsafe pointer
    }

    private static func environment(on driver: LibuvDriver) -> GuestEnvironment {
        func stream(_ descriptor: Int32) -> GuestEnvironment.Stream {
            let source = driver.addInherited(descriptor, isInput: descriptor == 0)
            return GuestEnvironment.Stream(
                source: source, isTerminal: driver.isTerminal(source))
        }
        return GuestEnvironment(
            arguments: CommandLine.arguments, variables: variables(),
            currentDirectory: currentDirectory(), standardInput: stream(0),
            standardOutput: stream(1), standardError: stream(2))
    }

    /// The process's variables, in its own order.
    private static func variables() -> [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let parts = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables.append((String(parts[0]), String(parts[1]))) }
            unsafe entry += 1
        }
        return variables
    }

    private static func currentDirectory() -> String? {
        guard let path = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
