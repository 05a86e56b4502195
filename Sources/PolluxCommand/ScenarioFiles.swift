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
            case .unreadable(let reason): diagnostics.append("\(file.path): error: \(reason)")
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

    /// One file that the arguments name.
    struct File {
        enum Content {
            case bytes([UInt8])
            /// Why there are none.
            case unreadable(String)
        }
        var path: String
        var content: Content
    }

    /// The files that the arguments name, in their order; each is read when its turn comes. What is
    /// no file stands among them with the reason.
    static func find(_ paths: [String]) -> some Sequence<File> {
        let found = paths.flatMap { path -> [(path: String, reason: String?)] in
            let files = files(at: path)
            if !files.isEmpty { return files.map { ($0, nil) } }
            let isFolder = isDirectory(path)
            return [(path, isFolder ? "no .yaml or .yml file in this directory" : "no such file")]
        }
        return found.lazy.map { path, reason in
            if let reason { return File(path: path, content: .unreadable(reason)) }
            guard let data = FileManager.default.contents(atPath: path) else {
                return File(path: path, content: .unreadable("cannot be read"))
            }
            return File(path: path, content: .bytes(Array(data)))
        }
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private static func files(at path: String) -> [String] {
        guard isDirectory(path) else {
            return FileManager.default.fileExists(atPath: path) ? [path] : []
        }
        // The enumerator enters a directory, but not a link to one.
        let root = URL(filePath: path).resolvingSymlinksInPath().path
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return names.filter(isScenario).sorted()
            .map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
            .filter { !isDirectory($0) }
    }

    /// Whether a name below a directory looks like a scenario file. What is hidden (an editor's
    /// locks, a build's checkouts) is nobody's scenario.
    private static func isScenario(_ name: String) -> Bool {
        (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
            && name.split(separator: "/").last.map(String.init) != Project.fileName
            && !name.split(separator: "/").contains { $0.hasPrefix(".") }
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
