// The files of what a search found.

import Foundation
import PolluxScenario

/// Writes finds below a directory, one file for each mistake.
struct FoundFiles {
    /// One file.
    struct File {
        /// Where it is.
        var path: String
        /// Whether it was written now.
        var isNew: Bool
    }

    /// A file that cannot be written.
    struct Unwritable: Error {
        var path: String
    }

    private let directory: String
    /// How many finds were told.
    private(set) var count = 0

    /// Files below a directory, which is made with the first.
    init(into directory: String) { self.directory = directory }

    /// Writes a find under the name of its mistake; one that was found before keeps its file.
    mutating func write(_ find: FuzzFind, seed: UInt64) throws(Unwritable) -> File {
        let name = find.fileName
        let path = directory + (directory.hasSuffix("/") ? "" : "/") + name
        count += 1
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
            try Data(find.text(seed: seed).utf8)
                .write(to: URL(filePath: path), options: .withoutOverwriting)
        } catch {
            guard FileManager.default.fileExists(atPath: path) else {
                throw Unwritable(path: path)
            }
            return File(path: path, isNew: false)
        }
        return File(path: path, isNew: true)
    }
}
