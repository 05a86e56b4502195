// The table of docs/Mutants.md.

import Foundation
import Mutants

enum KillTable {
    static let head = [
        "| row | the mistake | found by | first in | runs | ms | friendly | file | fuzz |",
        "|---|---|---|---|--:|--:|---|---|--:|",
    ]
    static let patchHead = [
        "| patch | the mistake | found by | first in | guest | runs |",
        "|---|---|---|---|---|--:|",
    ]

    static func line(_ record: KillRecord, fuzzSeeds: Int) -> String {
        let mutant = record.mutant
        let friendly = record.onFriendly.map { "`\($0)`" } ?? "no"
        guard !record.runs.isEmpty else {
            return "| \(mutant.row) | \(mutant.sentence) | **nothing** | | | | \(friendly) | | |"
        }
        let killers = record.killers.prefix(3).map { "`\($0.name)`" }.joined(separator: ", ")
        let milliseconds = record.seconds.map { $0 * 1_000 }
        let survived = record.survived > 0 ? " (**\(record.survived) seeds did not**)" : ""
        return "| \(mutant.row) | \(mutant.sentence) | \(killers)\(survived) "
            + "| \(record.scenarios[0].name) | \(median(record.runs)) / \(record.runs.last!) "
            + "| \(text(median(milliseconds))) / \(text(milliseconds.last!)) | \(friendly) "
            + "| \(file(record)) | \(fuzz(record, seeds: fuzzSeeds)) |"
    }

    private static func file(_ record: KillRecord) -> String {
        guard let file = record.file else { return "" }
        let deviations = file.deviations > 0 ? ", \(file.deviations) deviations" : ""
        return "\(file.lines) lines\(deviations), \(text(file.seconds * 1_000)) ms"
    }

    private static func fuzz(_ record: KillRecord, seeds: Int) -> String {
        if record.mutant.tampering != nil || seeds == 0 { return "" }
        if record.fuzzed.isEmpty { return "no" }
        let some = record.fuzzed.count < seeds ? "\(record.fuzzed.count) of \(seeds): " : ""
        return some + text(median(record.fuzzed) * 1_000)
    }

    /// All records in a sentence.
    static func closing(_ records: [KillRecord], seeds: Int, soundRuns: Int) -> String {
        let found = records.filter { $0.survived == 0 }
        let medians = found.map { median($0.seconds) * 1_000 }.sorted()
        let worst = found.compactMap(\.seconds.last).max() ?? 0
        let friendly = records.count { $0.onFriendly != nil }
        guard !medians.isEmpty else { return "No mutant was found." }
        return
            "\(found.count) of \(records.count) mutants are found with each of \(seeds) seeds. The "
            + "median hunt takes \(text(median(medians))) ms for the median mutant and "
            + "\(text(medians.last!)) ms for the slowest; the slowest hunt of all took "
            + "\(text(worst * 1_000)) ms. The friendly host alone finds \(friendly). "
            + "\(small(found))The sound "
            + "mutant was not found in \(soundRuns) runs."
    }

    private static func small(_ records: [KillRecord]) -> String {
        let files = records.compactMap(\.file)
        guard !files.isEmpty else { return "" }
        let lines = files.map(\.lines).sorted()
        let slowest = files.map(\.seconds).max()!
        return "A find becomes a file of \(lines[0]) to \(lines.last!) lines, in "
            + "\(text(slowest * 1_000)) ms at most. "
    }

    private static func median<Number>(_ sorted: [Number]) -> Number { sorted[sorted.count / 2] }

    private static func text(_ milliseconds: Double) -> String {
        milliseconds < 9.95
            ? String(format: "%.1f", milliseconds) : String(format: "%.0f", milliseconds)
    }
}

/// A page with blocks between `<!-- NAME: … -->` and `<!-- end -->`.
struct Page {
    private let path: String
    private var lines: [String]

    init(_ path: String) throws {
        self.path = path
        lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    mutating func replace(_ name: String, by block: [String]) {
        guard let begin = lines.firstIndex(where: { $0.hasPrefix("<!-- \(name):") }),
            let end = lines[begin...].firstIndex(of: "<!-- end -->")
        else { return }
        lines.replaceSubrange((begin + 1)..<end, with: [""] + block + [""])
    }

    func write() throws {
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
