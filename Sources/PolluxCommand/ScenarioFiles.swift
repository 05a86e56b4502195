// Finding and reading scenario files.

import ArgumentParser
import Foundation
import PolluxScenario

/// The scenario files that a command's arguments name.
enum ScenarioFiles {
    /// Why the arguments do not give scenarios: every reason there is.
    struct Unreadable: Error {
        /// Ready to print, each `FILE:LINE:COL: error: …` or `FILE: error: …`.
        var diagnostics: [String]
    }

    /// All documents of the files, and of the `.yaml` and `.yml` files below the directories, by
    /// path; hidden files are left out. Reads everything before it fails.
    static func read(_ paths: [String]) throws(Unreadable) -> [Scenario] {
        var diagnostics: [String] = []
        var scenarios: [Scenario] = []
        var projects = Projects.ofDisk
        for file in find(paths) {
            switch file.content {
            case .bytes(let bytes):
                do throws(Diagnostic) {
                    let reading = try Reading(file.path, bytes, &projects)
                    scenarios += reading.scenarios
                    diagnostics += reading.diagnostics.map(\.rendered)
                } catch {
                    // What is wrong with the project's file is wrong for all its scenarios.
                    if !diagnostics.contains(error.rendered) { diagnostics.append(error.rendered) }
                }
            case .unreadable(let reason), .directory(let reason):
                diagnostics.append("\(file.path): error: \(reason)")
            }
        }
        guard diagnostics.isEmpty else { throw Unreadable(diagnostics: diagnostics) }
        return scenarios
    }

    /// As ``read(_:)``, for a verb that does nothing where a file is not a scenario: prints every reason
    /// and throws exit code 2.
    static func readOrExit(_ paths: [String]) throws(ExitCode) -> [Scenario] {
        do throws(Unreadable) {
            return try read(paths)
        } catch {
            for diagnostic in error.diagnostics { Terminal.error(diagnostic) }
            throw ExitCode(2)
        }
    }

    /// One file that the arguments name, or what stands in its place.
    struct File {
        enum Content {
            case bytes([UInt8])
            /// Why there are none.
            case unreadable(String)
            /// Why a directory has no files to read.
            case directory(String)
        }
        var path: String
        var content: Content
    }

    /// The files that the arguments name, in their order; each is read when its turn comes. What is
    /// no file stands among them with the reason.
    static func find(_ paths: [String]) -> some Sequence<File> {
        let found = paths.flatMap { path -> [(path: String, reason: String?)] in
            guard isDirectory(path) else { return [(path, nil)] }
            let entries = ScenarioFolder.entries(below: path)
            if entries.isEmpty { return [(path, "no .yaml or .yml file in this directory")] }
            return entries.map { entry in
                (entry.path.isEmpty ? path : ScenarioFolder.joined(path, entry.path), entry.reason)
            }
        }
        return found.lazy.map { path, reason in
            if let reason { return File(path: path, content: .directory(reason)) }
            guard let data = FileManager.default.contents(atPath: path) else {
                return File(path: path, content: .unreadable(whyUnreadable(path)))
            }
            return File(path: path, content: .bytes(Array(data)))
        }
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private static func whyUnreadable(_ path: String) -> String {
        guard access(path, R_OK) != 0 else { return "cannot be read" }
        let error = errno
        return error == ENOENT
            ? "no such file" : "cannot be read: \(String(cString: strerror(error)))"
    }
}

extension Projects {
    /// Those of files on the disk, as the command line names them.
    static var ofDisk: Projects {
        let manager = FileManager.default
        let here = manager.currentDirectoryPath + "/"
        return Projects(
            exists: manager.fileExists, read: { manager.contents(atPath: $0).map { Array($0) } },
            shown: { $0.hasPrefix(here) ? String($0.dropFirst(here.count)) : $0 })
    }

    /// The project of a file that the command line names.
    mutating func project(ofNamed file: String) throws(Diagnostic) -> Project? {
        try project(of: URL(filePath: file).standardized.path)
    }
}

extension Reading {
    /// A file's bytes, read with what its project says and for the guests of this command.
    init(_ path: String, _ bytes: [UInt8], _ projects: inout Projects) throws(Diagnostic) {
        let project = try projects.project(ofNamed: path)
        self.init(
            path: path, bytes: bytes, project: project,
            guests: PolluxCommand.guestNames(with: project))
    }
}
