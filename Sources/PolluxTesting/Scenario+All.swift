// Finding the scenarios that a test is about.

import Foundation
public import Testing

extension Scenario {
    /// Every document of the `.yaml` and `.yml` files below a directory, or of one file, by path.
    ///
    ///     @Test(arguments: Scenario.all(in: "Scenarios"))
    ///     func scenario(_ scenario: ScenarioTest) async throws { try await scenario.run() }
    ///
    /// Hidden files are left out. A document that is no scenario, and a directory that is missing or
    /// has none, are an argument each, whose run records what is wrong. The hosts and guests of the
    /// repository's `pollux.yaml` count, as for the command.
    /// - Parameters:
    ///   - path: the directory or file. A relative one is looked for beside the test's source file,
    ///     then in each directory above that, up to the one with `Package.swift`.
    ///   - sourceLocation: the test's.
    public static func all(
        in path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [ScenarioTest] {
        let source = URL(filePath: sourceLocation.filePath).standardizedFileURL
        let search = ScenarioSearch(from: source.deletingLastPathComponent())
        func problem(_ text: String) -> [ScenarioTest] {
            [
                ScenarioTest(
                    content: .problem(.init(location: sourceLocation, text: text)),
                    file: sourceLocation.filePath, path: path, line: sourceLocation.line)
            ]
        }
        guard let root = search.find(path) else {
            let clause = path.hasPrefix("/") ? "" : ", \(search.words)"
            return problem("there is no '\(path)'\(clause)")
        }
        let entries = ScenarioSearch.entries(at: root)
        if entries.isEmpty { return problem("no .yaml or .yml file in '\(root.path)'") }
        let manager = FileManager.default
        var projects = Projects(
            exists: manager.fileExists, read: { manager.contents(atPath: $0).map { Array($0) } },
            shown: { search.name(of: URL(filePath: $0)) })
        return entries.flatMap { entry in
            let file = entry.path.isEmpty ? root : root.appending(path: entry.path)
            if let reason = entry.reason { return problem("'\(file.path)' \(reason)") }
            return ScenarioTest.read(file, called: search.name(of: file), &projects)
        }
    }
}

extension ScenarioTest {
    /// The documents of a file, and what is wrong in it.
    fileprivate static func read(
        _ file: URL, called path: String, _ projects: inout Projects
    ) -> [ScenarioTest] {
        func problem(_ text: String, at place: Place) -> ScenarioTest {
            let location = location(place, of: file.path, called: path)
            return ScenarioTest(
                content: .problem(Problem(location: location, text: text)), file: file.path,
                path: path, line: place.line)
        }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            return [problem("cannot be read", at: Place(line: 1, column: 1))]
        }
        let reading: Reading
        do throws(Diagnostic) {
            let project = try projects.project(of: file.standardizedFileURL.path)
            reading = Reading(path: path, bytes: Array(data), project: project)
        } catch {
            return [problem(error.rendered, at: Place(line: 1, column: 1))]
        }
        let scenarios = reading.scenarios.map { scenario in
            ScenarioTest(
                content: .scenario(scenario), file: file.path, path: path,
                line: scenario.place.line)
        }
        let problems = reading.diagnostics.map { problem($0.rendered, at: $0.place) }
        return (scenarios + problems).sorted { $0.line < $1.line }
    }
}

/// Where a relative path is looked for: in a directory, and in those above it up to the package's.
struct ScenarioSearch {
    /// The nearest directory first; never empty.
    private let directories: [URL]

    /// A search from this directory.
    init(from start: URL) {
        var directories = [start]
        while !Self.exists(directories.last!.appending(path: "Package.swift")) {
            let above = directories.last!.deletingLastPathComponent().standardizedFileURL
            // Outside of any package only the directory itself counts.
            guard above.pathComponents.count < directories.last!.pathComponents.count else {
                directories = [start]
                break
            }
            directories.append(above)
        }
        self.directories = directories
    }

    /// The first that there is.
    func find(_ path: String) -> URL? {
        if path.hasPrefix("/") {
            return Self.exists(URL(filePath: path)) ? URL(filePath: path) : nil
        }
        return directories.lazy.map { $0.appending(path: path).standardizedFileURL }
            .first(where: Self.exists)
    }

    /// Where it looks, in words.
    var words: String {
        directories.count == 1
            ? "beside the test in '\(directories[0].path)'"
            : "neither beside the test nor above it, up to '\(directories.last!.path)'"
    }

    /// How people call a file: by its path in the package, where it is part of it.
    func name(of file: URL) -> String {
        let root = directories.last!.path + "/"
        return file.path.hasPrefix(root) ? String(file.path.dropFirst(root.count)) : file.path
    }

    /// The scenario files at a path, which is one, or a directory of them, and what of that cannot be read.
    static func entries(at root: URL) -> [ScenarioFolder.Entry] {
        guard isDirectory(root) else { return [ScenarioFolder.Entry(path: "")] }
        return ScenarioFolder.entries(below: root.path)
    }

    private static func exists(_ file: URL) -> Bool {
        FileManager.default.fileExists(atPath: file.path)
    }

    private static func isDirectory(_ file: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
