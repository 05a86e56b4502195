// `pollux replay --update`: writes what runs were like into their files.

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
            refused.append(
                "\(scenario.file.path):\(scenario.place.line): golden not updated: "
                    + "an expectation failed")
            return
        }
        let path = scenario.file.path
        let known = updates.firstIndex { $0.path == path }
        if known == nil { updates.append((path, GoldenUpdate(), 0)) }
        let index = known ?? updates.count - 1
        if updates[index].update.add(verdict) { updates[index].count += 1 }
        for guest in verdict.guests.indices {
            for host in verdict.guests[guest].hosts.indices {
                verdict.guests[guest].hosts[host].failures = []
            }
        }
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
