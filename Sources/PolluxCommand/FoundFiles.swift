// The files of what a search found.

import Foundation
import PolluxScenario

/// Writes finds below a directory, one file for each mistake.
struct FoundFiles {
    /// One file.
    struct File {
        /// Where it is.
        var path: String
        /// What became of the find on the way into it; `nil` where it was there already.
        var remark: String?
    }

    /// A file that cannot be written.
    struct Unwritable: Error {
        var path: String
        /// In the system's words.
        var reason: String
        /// What it should have held.
        var text: String
    }

    private let directory: String
    /// How many finds were told.
    private(set) var count = 0

    /// Files below a directory, which is made with the first.
    init(into directory: String) { self.directory = directory }

    /// Writes a find under the name of its mistake, shrunk; one that was found before keeps its file.
    /// - Parameter reference: a guest for which the document must hold.
    mutating func write(
        _ find: FuzzFind, seed: UInt64, reference: GuestProgram?
    ) throws(Unwritable) -> File {
        let path = directory + (directory.hasSuffix("/") ? "" : "/") + find.fileName
        count += 1
        if FileManager.default.fileExists(atPath: path) { return File(path: path, remark: nil) }
        let document = find.document(seed: seed, reference: reference)
        // What prevents this prevents the file as well, and is told of that.
        try? FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        do throws(Output.Unwritable) {
            try Output.create(path, document.text)
        } catch {
            throw Unwritable(path: path, reason: error.reason, text: document.text)
        }
        return File(path: path, remark: document.remark)
    }
}
