// `pollux.yaml`: what all scenarios of a repository share.

/// The file at a repository's root that names hosts and guests for its scenarios.
///
/// Untrusted text, as scenarios are, and read by the same rules.
public struct Project: Sendable {
    /// How the file is called.
    public static let fileName = "pollux.yaml"

    /// The file.
    public var file: SourceFile
    /// The guests of scenarios that name none.
    public var guests: [Located<String>]?
    /// The hosts that scenarios can name beside the presets, in file order.
    public var hosts: [Host]
    /// Guests in shared libraries that scenarios and commands can name, in file order.
    public var libraries: [Library] = []
    /// The folder that the libraries' paths begin at.
    public var folder = "."

    /// A guest in a shared library.
    public struct Library: Sendable {
        /// How scenarios call it.
        public var name: Located<String>
        /// The file, from the project's folder on, and behind a colon its entry.
        public var path: String
    }

    /// A host of the file.
    public struct Host: Sendable {
        /// Its name and its knobs.
        public var entry: HostEntry
        /// It says whose reading counts; one that does not follows the scenario's `rules`.
        public var hasRules: Bool
    }

    /// Where the project's file would be for a scenario's file: in its folder or in one above it, up to
    /// the root of the repository; outside of a repository in its own folder alone.
    /// - Parameters:
    ///   - path: the scenario's file, from the root of the file system on.
    ///   - exists: whether there is something at a path.
    public static func path(
        governing path: String, where exists: (String) -> Bool
    ) -> String? {
        var folders: [Substring] = []
        var folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        var isInRepository = false
        while true {
            folders.append(folder)
            isInRepository = exists(folder + "/.git")
            guard !isInRepository, let slash = folder.lastIndex(of: "/") else { break }
            folder = folder[..<slash]
        }
        if !isInRepository { folders = [folders[0]] }
        return folders.lazy.map { $0 + "/" + fileName }.first(where: exists)
    }

    /// Reads the file; the first thing wrong is thrown. `path` is only shown.
    public static func parse(path: String, bytes: [UInt8]) throws(Diagnostic) -> Project {
        let file = try SourceFile(path: path, bytes: bytes)
        var reader = YAMLReader(file: file)
        guard let root = try reader.nextDocument() else {
            let start = Place(line: 1, column: 1)
            throw Diagnostic("the file is empty; it begins with 'pollux: 1'", at: start, in: file)
        }
        if let second = try reader.nextDocument() {
            throw Diagnostic("a project's file is one document", at: second.place, in: file)
        }
        var parser = ScenarioParser(file: file)
        return try parser.project(root)
    }
}

extension ScenarioParser {
    /// Keys of a project's file.
    static let projectKeys = ["pollux", "hosts", "guests", "libraries"]

    /// Reads a project's file.
    mutating func project(_ root: YAMLNode) throws(Diagnostic) -> Project {
        let fields = try versionedFields(root, called: "a project's file", known: Self.projectKeys)
        var project = Project(file: file, guests: nil, hosts: [])
        if let entry = fields["guests"] { project.guests = try guests(entry.value) }
        if let entry = fields["libraries"] { project.libraries = try libraries(entry.value) }
        guard let entry = fields["hosts"] else { return project }
        for host in try entries(entry.value, as: "'hosts'") {
            projectHosts.append(try projectHost(host))
        }
        project.hosts = projectHosts
        return project
    }

    private func libraries(_ node: YAMLNode) throws(Diagnostic) -> [Project.Library] {
        var libraries: [Project.Library] = []
        for entry in try entries(node, as: "'libraries'") {
            let name = try ownName(entry.key, of: "guest", notAmong: Scenario.shippedGuests)
            let path = try oneLine(entry.value, as: "the library '\(name.text)'")
            libraries.append(Project.Library(name: Located(name.text, at: name.place), path: path))
        }
        return libraries
    }

    /// The name that a project gives something of its own.
    private func ownName(
        _ key: YAMLScalar, of what: String, notAmong taken: [String]
    ) throws(Diagnostic) -> Word {
        let name = Word(key)
        if let objection = NameRule.objection(to: name.text) {
            throw failure(objection, at: name.place)
        }
        if taken.contains(name.text) {
            throw failure(
                "'\(name.text)' is a \(what) of Pollux's own; give yours another name",
                at: name.place)
        }
        return name
    }

    private func projectHost(_ host: YAMLEntry) throws(Diagnostic) -> Project.Host {
        let name = try ownName(host.key, of: "host", notAmong: Self.presetNames)
        let knobs = try entries(host.value, as: "the host '\(name.text)'")
        if let second = knobs.first(where: { $0.key.text == "name" }) {
            throw failure("this host has its name, '\(name.text)'", at: second.key.place)
        }
        var entry = try self.host(host.value)
        entry.name = name.text
        let base = knobs.first { $0.key.text == "like" }?.value.scalar?.text
        let hasRules =
            knobs.contains { $0.key.text == "rules" }
            || projectHosts.contains { $0.entry.name == base && $0.hasRules }
        return Project.Host(entry: entry, hasRules: hasRules)
    }
}
