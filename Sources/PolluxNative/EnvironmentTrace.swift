// POLLUX_TRACE: following any guest's run without touching its code.

import Glibc
import PolluxHost

/// The log that the variable POLLUX_TRACE asks for: `stderr`, or a file to append to.
enum EnvironmentTrace {
    /// Lets the host of a run that is about to begin log as the variable says. Nothing happens
    /// where it is not set.
    static func follow(_ host: WASIHost) {
        guard let descriptor else { return }
        let trace = host.trace ?? Trace(keepsEvents: false)
        trace.onRecord = { [unowned trace] event in
            write(trace.line(event) + "\n", to: descriptor)
        }
        if host.trace == nil { host.attach(trace) }
    }

    /// Opened once and kept until the process ends; `nil` where nobody wants a log.
    private static let descriptor: CInt? = {
        guard let destination = unsafe getenv("POLLUX_TRACE") else { return nil }
        let path = unsafe String(cString: destination)
        if path.isEmpty { return nil }
        if path == "stderr" { return 2 }
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        if descriptor < 0 {
            let reason = unsafe String(cString: strerror(errno))
            write("pollux: POLLUX_TRACE: cannot write to \(path): \(reason)\n", to: 2)
            return nil
        }
        return descriptor
    }()

    /// Writes all of it, and waits where a descriptor that does not block is full: what it shares its
    /// flags with is not ours to change. A log that nobody can take any more is lost.
    private static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
            var rest = unsafe UnsafeRawBufferPointer(bytes)[...]
            while unsafe !rest.isEmpty {
                let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
                let count = unsafe Glibc.write(descriptor, part.baseAddress, part.count)
                if count >= 0 {
                    unsafe rest = rest.dropFirst(count)
                } else if errno == EAGAIN || errno == EWOULDBLOCK {
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe Glibc.poll(&wanted, 1, -1)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
