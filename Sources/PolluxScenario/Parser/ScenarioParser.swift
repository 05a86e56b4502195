// From the text of a scenario file to scenarios: documents and their keys.

import PolluxHost

extension Scenario {
    /// The scenarios of a file's bytes, one for each document; the first thing wrong is thrown.
    ///
    /// `path` is only shown; `project` is what the repository's own file says; `guests` are those that
    /// there are, which `for` can name where neither document nor project lists any. The bytes may be
    /// anything: they give scenarios or one diagnostic, in time linear in their number.
    public static func parse(
        path: String, bytes: [UInt8], project: Project? = nil,
        guests: [String] = Scenario.shippedGuests
    ) throws(Diagnostic) -> [Scenario] {
        let file = try SourceFile(path: path, bytes: bytes)
        var reader = YAMLReader(file: file)
        var scenarios: [Scenario] = []
        while let root = try reader.nextDocument() {
            var parser = ScenarioParser(file: file, project: project, guests: guests)
            scenarios.append(try parser.scenario(root))
        }
        guard !scenarios.isEmpty else { throw missing(in: file) }
        return scenarios
    }

    /// What to say of a file without documents.
    static func missing(in file: SourceFile) -> Diagnostic {
        let start = Place(line: 1, column: 1)
        return Diagnostic(
            "the file has no scenario; one begins with 'pollux: 1'", at: start, in: file)
    }

    /// The scenarios of a text.
    public static func parse(path: String, text: String) throws(Diagnostic) -> [Scenario] {
        try parse(path: path, bytes: Array(text.utf8))
    }
}

/// Reads one document; the extensions each read one of its keys.
struct ScenarioParser {
    /// Keys of a document.
    static let keys = FormatKey.document.map(\.name)

    let file: SourceFile
    var tick: UInt64 = 1_000_000
    var resources: [Resource] = []
    var resourceNames = NameTable()
    var tasks: [TaskScript] = []
    var taskNames = NameTable()
    var pollNames = NameTable()
    /// The resource that each poll name stands for where it is first subscribed, as written.
    var pollResources: [String] = []
    /// `program: {entry: …}`.
    var entry: EntryScript?
    var channels = NameTable()
    /// Names of results: `wait a | b as who`.
    var valueNames = NameTable()
    /// Where each resource, task and poll name is declared; they are one namespace.
    var declarations: [String: (what: String, place: Place)] = [:]
    var facts: [Fact] = []
    /// The resources that have a lane, by the line it stands on.
    var lanes: [ResourceID: Int] = [:]
    /// `rules`: what hosts follow that do not say.
    var rules = HostPolicy.Rules.wasmtime
    /// The hosts that the project's own file names.
    var projectHosts: [Project.Host] = []
    /// The guests that the project's own file names.
    var projectGuests: [String]?
    /// The guests that there are.
    private let knownGuests: [String]
    /// What `for` can name: the document's guests, or else the project's, or else all that there are;
    /// and its hosts.
    var guestNames = NameTable()
    var hostNames = NameTable()

    /// A parser of one document of a file.
    init(
        file: SourceFile, project: Project? = nil, guests: [String] = Scenario.shippedGuests
    ) {
        self.file = file
        projectHosts = project?.hosts ?? []
        projectGuests = project?.guests?.map(\.value)
        knownGuests = guests
    }

    /// Reads the document.
    ///
    /// The keys are read in the order in which they need each other, whatever their order in the
    /// file: names first, then what uses them.
    mutating func scenario(_ root: YAMLNode) throws(Diagnostic) -> Scenario {
        let fields = try versionedFields(
            root, called: "a scenario", known: Self.keys)
        guard let nameEntry = fields["name"] else {
            throw failure("the scenario has no 'name'", at: root.place)
        }
        let name = try oneLine(nameEntry.value, as: "'name'")
        guard let program = fields["program"] else {
            throw failure("the scenario has no 'program'", at: root.place)
        }
        let about = try fields["about"].map { entry throws(Diagnostic) in
            Self.trimmed(try scalar(entry.value, as: "'about'").text)
        }
        let tags = try fields["tags"].map { entry throws(Diagnostic) in try self.tags(entry.value) }
        if let entry = fields["tick"] { tick = try self.tick(entry.value) }
        if let entry = fields["world"] { try readWorld(entry.value) }
        try readProgram(program.value)
        var timeline: Timeline?
        if let entry = fields["timeline"] { timeline = try self.timeline(entry.value) }
        if let entry = fields["events"] { try readEvents(entry.value) }
        try closeFacts()
        if let entry = fields["rules"] { rules = try self.rules(entry.value) }
        if let entry = fields["guests"], self.entry != nil {
            throw failure(
                "a program by 'entry' is no runtime's task; leave 'guests' out",
                at: entry.key.place)
        }
        let guests = try fields["guests"].map { entry throws(Diagnostic) in
            try self.guests(entry.value)
        }
        let known =
            self.entry == nil ? projectGuests ?? knownGuests : [EntryScript.guest]
        for name in guests?.map(\.value) ?? known { _ = guestNames.add(name) }
        let hosts: [HostEntry]
        if let entry = fields["hosts"] {
            hosts = try self.hosts(entry.value)
        } else {
            hosts = [friendlyHost(at: root.place)]
        }
        for host in hosts { _ = hostNames.add(host.name) }
        let explore = try fields["explore"].map { entry throws(Diagnostic) in
            try explorePlan(entry.value)
        }
        let expectations = try self.expectations(fields["expect"], default: root.place)
        let golden = try fields["golden"].map { entry throws(Diagnostic) in
            try self.golden(entry, on: hosts)
        }
        let schedule = try fields["schedule"].map { entry throws(Diagnostic) in
            try self.schedule(entry, on: hosts)
        }
        let found = try fields["found"].map { entry throws(Diagnostic) in
            try self.found(entry.value)
        }
        return Scenario(
            file: file, place: root.place, name: name, about: about, tags: tags ?? [], tick: tick,
            resources: resources, pollNames: pollNames.names, channels: channels.names,
            tasks: tasks, entry: self.entry, facts: facts, timeline: timeline, guests: guests,
            defaultGuests: projectGuests, hosts: hosts, explore: explore,
            schedule: schedule ?? [], found: found, expectations: expectations, golden: golden)
    }

    /// The entries of a document that begins with the format's version.
    func versionedFields(
        _ root: YAMLNode, called document: String, known: [String]
    ) throws(Diagnostic) -> [String: YAMLEntry] {
        guard case .mapping(let entries) = root.content, let first = entries.first else {
            let what = root.kind == "nothing" ? "the document is empty" : "this is \(root.kind)"
            throw failure(
                "\(what); \(document) is a map that begins with 'pollux: 1'", at: root.place)
        }
        guard first.key.text == "pollux" else {
            throw failure("\(document) begins with 'pollux: 1'", at: first.key.place)
        }
        let version = try scalar(first.value, as: "'pollux'")
        guard version.text == "1" else {
            let found = Diagnostic.quoted(version.text)
            throw failure(
                "this version of Pollux reads format 1, not \(found)", at: version.place)
        }
        return try fields(of: root, called: "key", known: known)
    }

    private func tags(_ node: YAMLNode) throws(Diagnostic) -> [String] {
        var tags: [String] = []
        for item in try list(node, as: "'tags'") { tags.append(try oneLine(item, as: "a tag")) }
        return tags
    }

    private func tick(_ node: YAMLNode) throws(Diagnostic) -> UInt64 {
        let word = Word(try scalar(node, as: "'tick'"))
        let tick = try duration(word)
        guard tick > 0 else { throw failure("the tick must be more than 0", at: word.place) }
        return tick
    }
}
