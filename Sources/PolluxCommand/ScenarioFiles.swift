// Finding and reading scenario files.

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
        var projects = Projects()
        for path in paths {
            let files = files(at: path)
            if files.isEmpty {
                diagnostics.append(
                    isDirectory(path)
                        ? "\(path): error: no .yaml or .yml file in this directory"
                        : "\(path): error: no such file")
            }
            for file in files {
                guard let data = FileManager.default.contents(atPath: file) else {
                    diagnostics.append("\(file): error: cannot be read")
                    continue
                }
                do throws(Diagnostic) {
                    let project = try projects.project(of: file)
                    scenarios += try Scenario.parse(
                        path: file, bytes: Array(data), project: project)
                } catch {
                    // What is wrong with the project's file is wrong for all its scenarios.
                    if !diagnostics.contains(error.rendered) { diagnostics.append(error.rendered) }
                }
            }
        }
        guard diagnostics.isEmpty else { throw Unreadable(diagnostics: diagnostics) }
        return scenarios
    }

    private static func isDirectory(_ path: String) -> Bool {
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
