// Finding and reading the `pollux.yaml` of scenario files.

import Foundation
import PolluxScenario

/// The projects of the files that a command reads, each read once.
struct Projects {
    private var known: [String: Result<Project, Diagnostic>] = [:]

    /// The project of a scenario's file, where it has one.
    mutating func project(of file: String) throws(Diagnostic) -> Project? {
        let manager = FileManager.default
        let absolute = URL(filePath: file).standardized.path
        guard let path = Project.path(governing: absolute, where: manager.fileExists) else {
            return nil
        }
        if let project = known[path] { return try project.get() }
        let here = manager.currentDirectoryPath + "/"
        let shown = path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
        let bytes = manager.contents(atPath: path).map { Array($0) } ?? []
        let project = Result { () throws(Diagnostic) in
            try Project.parse(path: shown, bytes: bytes)
        }
        known[path] = project
        return try project.get()
    }
}
