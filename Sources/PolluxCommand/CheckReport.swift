// What `pollux check` found, for people, editors and programs.

import ArgumentParser
import Foundation
import PolluxScenario

/// What is wrong in a number of files.
struct CheckReport {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, gcc, json, junit
    }

    /// One file and what is wrong in it.
    struct File {
        var path: String
        var scenarios = 0
        var diagnostics: [Diagnostic] = []
        /// Why the file could not be read at all.
        var reason: String?
        /// Whether it is a file, not a directory without any.
        var isFile = true

        var errors: Int { diagnostics.count + (reason == nil ? 0 : 1) }
    }

    private(set) var files: [File] = []
    private var projects = Projects.ofDisk

    /// Reads a file and notes what is wrong in it.
    mutating func add(_ file: ScenarioFiles.File) {
        var entry = File(path: file.path)
        switch file.content {
        case .bytes(let bytes):
            do throws(Diagnostic) {
                let reading = try Reading(file.path, bytes, &projects)
                entry.scenarios = reading.scenarios.count
                entry.diagnostics = reading.diagnostics
            } catch {
                entry.diagnostics = [error]
            }
        case .unreadable(let reason): entry.reason = reason
        case .directory(let reason): (entry.reason, entry.isFile) = (reason, false)
        }
        files.append(entry)
    }

    var hasErrors: Bool { files.contains { $0.errors > 0 } }
    private var fileCount: Int { files.count(where: \.isFile) }
    private var errors: Int { files.reduce(0) { $0 + $1.errors } }
    private var scenarios: Int { files.reduce(0) { $0 + $1.scenarios } }

    /// The report's lines.
    func lines(as format: Format, isColoured: Bool = false) -> [String] {
        switch format {
        case .text: text(isColoured: isColoured)
        case .gcc: gcc
        case .json: [json]
        case .junit: junit
        }
    }

    // MARK: For people and editors

    private func text(isColoured: Bool) -> [String] {
        let details = files.flatMap { file in
            (file.reason.map { ["\(file.path): error: \($0)"] } ?? [])
                + file.diagnostics.map {
                    isColoured ? Terminal.coloured($0) : $0.rendered
                }
        }
        let counts = [
            Self.count(fileCount, "file"), Self.count(scenarios, "scenario"),
            Self.count(errors, "error"),
        ]
        return details + [counts.joined(separator: ", ")]
    }

    /// One line each, without a summary: every line is something to jump to.
    private var gcc: [String] {
        files.flatMap { file in
            (file.reason.map { ["\(file.path): error: \($0)"] } ?? [])
                + file.diagnostics.map(\.line)
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    // MARK: For programs

    private struct Report: Encodable {
        struct Remark: Encodable {
            var file: String
            var line: Int?
            var column: Int?
            var message: String
            var excerpt: String?
        }
        var files: Int
        var scenarios: Int
        var errors: Int
        var diagnostics: [Remark]
    }

    private var json: String {
        let remarks = files.flatMap { file in
            (file.reason.map { [Report.Remark(file: file.path, message: $0)] } ?? [])
                + file.diagnostics.map {
                    Report.Remark(
                        file: file.path, line: $0.place.line, column: $0.place.column,
                        message: $0.message, excerpt: $0.excerpt)
                }
        }
        let report = Report(
            files: fileCount, scenarios: scenarios, errors: errors, diagnostics: remarks)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            preconditionFailure("a report of strings and numbers encodes")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A test case a file, a failure in it for what is wrong.
    private var junit: [String] {
        let failed = files.count { $0.errors > 0 }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites name="pollux" tests="\#(files.count)" failures="\#(failed)">"#,
            #"  <testsuite name="check" tests="\#(files.count)" failures="\#(failed)">"#,
        ]
        for file in files {
            let head = #"    <testcase classname="check" name="\#(Self.escaped(file.path))""#
            guard file.errors > 0 else {
                lines.append(head + "/>")
                continue
            }
            // JUnit's readers expect one failure a case.
            let messages = (file.reason.map { [$0] } ?? []) + file.diagnostics.map(\.message)
            let texts =
                (file.reason.map { ["\(file.path): error: \($0)"] } ?? [])
                + file.diagnostics.map(\.rendered)
            lines.append(head + ">")
            lines.append(
                #"      <failure message="\#(Self.escaped(messages[0]))">"#
                    + Self.escaped(texts.joined(separator: "\n")) + "</failure>")
            lines.append("    </testcase>")
        }
        return lines + ["  </testsuite>", "</testsuites>"]
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            // XML has no way to say these at all.
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
