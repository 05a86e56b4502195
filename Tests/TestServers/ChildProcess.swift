// Another program as a child of the tests.

import CChildProcess
import Foundation

/// A child process. Not Foundation's: with some thousand descriptors open, as other tests have them, that one
/// reads past the end of what it read their directory into (Swift 6.3), and AddressSanitizer ends the tests.
struct ChildProcess {
    private let id: pid_t

    /// Starts a program in a folder. It reads from a descriptor, if given, and otherwise nothing; it says
    /// nothing, and inherits no other descriptor.
    init(_ program: String, _ arguments: [String], in folder: URL, input: Int32 = -1) throws {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var started: pid_t = 0
        let error = child_process_start(program, words, folder.path, input, &started)
        guard error == 0 else {
            throw ChildProcessError(program: program, reason: String(cString: strerror(error)))
        }
        id = started
    }

    /// Waits for its end; blocks. Gives its exit status, or nothing where a signal ended it. To be called once.
    @discardableResult
    func wait() -> Int32? {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 {
            precondition(errno == EINTR, "\(id) was waited for already")
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }
}

/// Why a program did not start.
struct ChildProcessError: Error {
    let program: String
    let reason: String
}
