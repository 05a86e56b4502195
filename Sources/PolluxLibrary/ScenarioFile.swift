// Scenario files on the disk.

import Foundation
import PolluxScenario

/// The files that the library reads.
enum ScenarioFile {
    /// A file's bytes; `nil` where it cannot be read.
    static func bytes(at path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    /// What the `pollux.yaml` that governs a scenario file says, where there is one.
    static func project(of path: String) throws(Diagnostic) -> Project? {
        var projects = Projects(
            exists: FileManager.default.fileExists, read: bytes, shown: { $0 })
        return try projects.project(of: URL(filePath: path).standardized.path)
    }
}
