// `--update` of `pollux replay` and `pollux explore`: writes what runs were like, and how many there
// are, into their files.

import Foundation
import PolluxScenario

/// Collects records and writes them at the end, a file at a time.
struct Recorder {
    private var updates: [(path: String, update: GoldenUpdate, count: Int)] = []
    private var refused: [String] = []

    /// Notes a document's runs, and takes from its verdict what recording them mends. A document
    /// that does not hold otherwise is left as it is.
    mutating func record(_ verdict: inout Verdict) {
        guard verdict.scenario.golden != nil else { return }
        let scenario = verdict.scenario
        guard verdict.hosts.allSatisfy({ $0.failures.allSatisfy(\.isGolden) }) else {
            refuse(scenario, because: "an expectation failed")
            return
        }
        let index = place(of: scenario)
        if updates[index].update.add(verdict) { updates[index].count += 1 }
        for guest in verdict.guests.indices {
            for host in verdict.guests[guest].hosts.indices {
                verdict.guests[guest].hosts[host].failures = []
            }
        }
    }

    /// Notes how many runs of a document there are, by each of its guests on each of its hosts.
    mutating func record(_ explorations: [Exploration], of scenario: Scenario) {
        guard scenario.golden != nil else { return }
        guard explorations.allSatisfy({ $0.find == nil }) else {
            refuse(scenario, because: "a run failed")
            return
        }
        if explorations.contains(where: { $0.unsupported == nil && $0.counts == nil }) {
            refuse(scenario, because: "not all runs were played")
            return
        }
        let index = place(of: scenario)
        if updates[index].update.add(explorations, of: scenario) { updates[index].count += 1 }
    }

    private mutating func refuse(_ scenario: Scenario, because reason: String) {
        refused.append(
            "\(scenario.file.path):\(scenario.place.line): golden not updated: \(reason)")
    }

    /// The place of the update of a document's file.
    private mutating func place(of scenario: Scenario) -> Int {
        let path = scenario.file.path
        if let known = updates.firstIndex(where: { $0.path == path }) { return known }
        updates.append((path, GoldenUpdate(), 0))
        return updates.count - 1
    }

    /// Writes the files, prints what changes in them, and says whether all could be written.
    func write() -> Bool {
        var isWritten = true
        for (path, update, count) in updates where !update.isEmpty {
            guard let data = FileManager.default.contents(atPath: path) else {
                Terminal.error("\(path): error: cannot be read")
                isWritten = false
                continue
            }
            do throws(Diagnostic) {
                let result = try update.rewrite(path: path, Array(data))
                guard (try? Data(result).write(to: URL(filePath: path))) != nil else {
                    Terminal.error("\(path): error: cannot be written")
                    isWritten = false
                    continue
                }
                Terminal.line("\(path): \(count == 1 ? "1 golden" : "\(count) goldens") updated")
                for line in Self.difference(from: Array(data), to: result) { Terminal.line(line) }
            } catch {
                Terminal.error(error)
                isWritten = false
            }
        }
        for line in refused { Terminal.error(line) }
        return isWritten
    }

    /// The lines that go and come, with the line before each group.
    private static func difference(from old: [UInt8], to new: [UInt8]) -> [String] {
        func lines(_ bytes: [UInt8]) -> [String] {
            String(decoding: bytes, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        let all = LineDifference(from: lines(old), to: lines(new)).lines
        return all.indices.filter { index in
            !all[index].hasPrefix("  ")
                || (index + 1 < all.count && !all[index + 1].hasPrefix("  "))
        }.map { "    " + all[$0] }
    }
}
