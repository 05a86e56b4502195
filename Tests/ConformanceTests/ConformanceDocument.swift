// docs/Conformance.md: the table of rules as a document, with where each is tested.

import Foundation

/// The document, generated from the rules and from the IDs that tests and scenarios carry.
///
/// It names files and no lines or tests, so that it changes only when a rule does, or where it is
/// tested.
struct ConformanceDocument {
    /// The files that carry each ID.
    let carriers: RuleCarriers

    var text: String {
        var lines = [Self.head, "", summary]
        for chapter in RuleChapter.all {
            lines += [
                "", "## \(chapter.title)", "", "| ID | What holds | Status |", "|---|---|---|",
            ]
            lines += chapter.rules.map { "| \($0.id) | \($0.statement) | \(status(of: $0)) |" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let head = """
        # Conformance

        What Pollux holds its hosts to, rule by rule: the contract of WASI 0.2 as a guest sees it.
        Traps name the rule that was broken; tests and scenarios carry the IDs they show.

        * tested: a test or scenario fails without the rule, on simulated worlds; the rules of streams and
          standard streams also on descriptors under libuv, where a descriptor can do what they speak of;
          those of sockets also on the kernel's loopback.
        * open: not shown yet, or not wholly.
        * n. a.: nothing here could keep or break it.

        `POLLUX_UPDATE=1 swift test --filter ConformanceTests` writes this file from the table in
        Tests/ConformanceTests.
        """

    private var summary: String {
        var counts = (tested: 0, open: 0, notApplicable: 0)
        for rule in Rule.all {
            switch rule.status {
            case .tested: counts.tested += 1
            case .open: counts.open += 1
            case .notApplicable: counts.notApplicable += 1
            }
        }
        return "\(counts.tested) tested, \(counts.open) open, \(counts.notApplicable) n. a."
    }

    private func status(of rule: Rule) -> String {
        let files = carriers.files(of: rule.id).joined(separator: ", ")
        switch rule.status {
        case .tested: return "tested: \(files)"
        case .open(let why): return "open: \(why)" + (files.isEmpty ? "" : " (so far: \(files))")
        case .notApplicable(let why): return "n. a.: \(why)"
        }
    }

    /// The committed document.
    static var file: URL { RuleCarriers.root.appending(path: "docs/Conformance.md") }
}

/// Which tests and scenarios carry which IDs, as their sources say.
struct RuleCarriers {
    private var filesByID: [String: Set<String>] = [:]
    /// Every ID of a chapter of ours that is written anywhere in a test or scenario, by file.
    private(set) var mentions: [String: Set<String>] = [:]

    /// The package's folder.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Reads the sources.
    init() throws {
        for (path, text) in try Self.texts(in: "Tests", ext: "swift") {
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            for line in text.split(separator: "\n") {
                let ids = Self.ids(in: line)
                for id in ids { mentions[id, default: []].insert(path) }
                // A test carries an ID by its name.
                if line.contains("func `") {
                    for id in ids { filesByID[id, default: []].insert(name) }
                }
            }
        }
        for (path, text) in try Self.texts(in: "Scenarios", ext: "yaml") {
            for id in Self.ids(in: text[...]) {
                mentions[id, default: []].insert(path)
                filesByID[id, default: []].insert(path)
            }
        }
    }

    /// The files whose tests, or which as scenarios, carry the ID; sorted.
    func files(of id: String) -> [String] { filesByID[id, default: []].sorted() }

    private static func ids(in text: Substring) -> [String] {
        text.matches(of: /\b(?:RES|POLL|CLOCK|STREAM|TCP|UDP|DNS|HTTP|CLI|RND)-\d\d\b/).map {
            String($0.output)
        }
    }

    /// Path from the package's folder, and text, of each file below `folder`.
    private static func texts(in folder: String, ext: String) throws -> [(String, String)] {
        let paths = FileManager.default.enumerator(
            at: root.appending(path: folder).resolvingSymlinksInPath(),
            includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
        guard let paths else { return [] }
        var texts: [(String, String)] = []
        for case let url as URL in paths where url.pathExtension == ext {
            let parts = url.pathComponents
            let start = parts.lastIndex(of: folder)!
            texts.append(
                (
                    parts[start...].joined(separator: "/"),
                    try String(contentsOf: url, encoding: .utf8)
                ))
        }
        return texts
    }
}
