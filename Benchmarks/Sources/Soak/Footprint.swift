// What the process and the guest hold at one moment.

import CHeap
import Glibc
import PolluxHost

/// Descriptors of the process, live resources of a host, and allocated bytes.
struct Footprint {
    let descriptors: Int
    let resources: Int
    let bytes: Int

    /// As things are now.
    init(_ host: WASIHost) {
        descriptors = Self.openDescriptors()
        resources = host.liveResources
        bytes = heap_allocated_bytes()
    }

    /// The process's descriptors, without the one that counts them.
    static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else {
            fatalError("cannot read /proc/self/fd: \(String(cString: strerror(errno)))")
        }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != UInt8(ascii: ".") { count += 1 }
        }
        return count - 1
    }

    /// The most memory that the process ever had resident, in bytes.
    static func peakResident() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }
}

/// The limit on descriptors.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one and returns it.
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
