// Writing, with the system's own words for what prevents it.

import Foundation

/// Bytes on their way out of the process.
enum Output {
    /// Why something cannot be written.
    struct Unwritable: Error {
        let number: Int32

        /// In the system's words: `No space left on device`.
        var reason: String { String(cString: strerror(number)) }
    }

    /// Writes all of it to a descriptor; waits where that does not block by itself.
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Unwritable) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let (count, error) = rest.withUnsafeBytes { bytes in
                let count = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
                return (count, errno)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if error == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if error != EINTR {
                throw Unwritable(number: error)
            }
        }
    }

    /// Writes a file that is not there yet. Nothing is left of one that cannot be written to its end.
    static func create(_ path: String, _ text: String) throws(Unwritable) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Unwritable(number: errno) }
        do throws(Unwritable) {
            try write(Array(text.utf8), to: descriptor)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        guard close(descriptor) == 0 else { throw Unwritable(number: errno) }
    }

    /// Says before long work whether its result could be written: throws where no file can be made in
    /// this directory, as far as can be known without making one.
    /// - Parameter makesDirectory: the directory is made, with those above it, if it is not there.
    static func check(directory: String, makesDirectory: Bool) throws(Unwritable) {
        var path = directory
        while true {
            var status = stat()
            if stat(path, &status) == 0 {
                guard status.st_mode & S_IFMT == S_IFDIR else { throw Unwritable(number: ENOTDIR) }
                guard access(path, W_OK | X_OK) == 0 else { throw Unwritable(number: errno) }
                return
            }
            let error = errno
            let above = folder(of: path)
            guard makesDirectory, error == ENOENT, above != path else {
                throw Unwritable(number: error)
            }
            path = above
        }
    }

    /// The directory that a file of this path is in.
    static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }
}
