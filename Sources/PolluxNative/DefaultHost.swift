// The host of a guest that runs in real time as the process that it is in: `swift run`, no Guest.run, no
// test.

import CPolluxNative
import Glibc
import PolluxHost
import PolluxLibuv

/// Real time on libuv, the process's own standard streams, arguments and variables.
package enum DefaultHost {
    /// Makes the host of the process's main thread, which must be the calling one, and binds it. It
    /// lives as long as the process.
    static func bind() -> UnsafeMutableRawPointer {
        let host = make()
        EnvironmentTrace.follow(host)
        let pointer = unsafe Unmanaged.passRetained(host).toOpaque()
        unsafe pollux_native_set_host(pointer)
        return unsafe pointer
    }

    /// A host in real time, bound to no thread. From here on the process ignores SIGPIPE.
    package static func make(
        policy: HostPolicy = .friendly, choices: any ChoiceSource = FriendlyChoices(),
        trace: Trace? = nil
    ) -> WASIHost {
        // A reader that went away is an error of the stream's, not the end of the process (CLI-09).
        _ = signal(SIGPIPE, SIG_IGN)
        let absent = reserveAbsent()
        let driver = LibuvDriver()
        return WASIHost(
            driver: driver, policy: policy, choices: choices, trace: trace,
            environment: environment(on: driver, without: absent), network: networkPolicy())
    }

    /// Which of the standard descriptors the process was started without. Their numbers are taken, or
    /// the loop's own descriptors would get them, and the guest would read or write those.
    private static func reserveAbsent() -> Set<Int32> {
        let absent = (0...2).filter { fcntl($0, F_GETFD) < 0 }
        for _ in absent { _ = unsafe open("/dev/null", O_RDWR) }
        return Set(absent)
    }

    private static func environment(
        on driver: LibuvDriver, without absent: Set<Int32>
    ) -> GuestEnvironment {
        func stream(_ descriptor: Int32) -> GuestEnvironment.Stream {
            if absent.contains(descriptor) { return .closed }
            let source = driver.addInherited(descriptor, isInput: descriptor == 0)
            return GuestEnvironment.Stream(
                source: source, isTerminal: driver.isTerminal(source))
        }
        return GuestEnvironment(
            arguments: CommandLine.arguments, variables: variables(),
            currentDirectory: currentDirectory(), standardInput: stream(0),
            standardOutput: stream(1), standardError: stream(2))
    }

    /// What POLLUX_NETWORK grants; a text that is no policy ends the process rather than grant less or
    /// more than was meant.
    private static func networkPolicy() -> NetworkPolicy {
        guard let text = unsafe getenv("POLLUX_NETWORK") else { return .loopback }
        do throws(NetworkPolicy.SyntaxError) {
            return try unsafe NetworkPolicy(parsing: String(cString: text))
        } catch {
            let message = "pollux: POLLUX_NETWORK: \(error)\n"
            unsafe message.utf8CString.withUnsafeBufferPointer {
                unsafe pollux_native_write_stderr($0.baseAddress!, $0.count - 1)
            }
            pollux_native_exit_process(2)
        }
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
