// The patches that `make mutants` tries still fit the sources; trying them takes too long for a test.

import Foundation
import Testing

/// One patch: mistakes in one file.
struct Patch: CustomTestStringConvertible, Sendable {
    let name: String
    let lines: [Substring]

    static let repository = URL(filePath: #filePath).appending(path: "../../..").standardized

    static let all: [Patch] = {
        let folder = repository.appending(path: "Tests/Mutants/Patches")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".patch") }.sorted().map { name in
            let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
            return Patch(
                name: name,
                lines: (text ?? "").split(separator: "\n", omittingEmptySubsequences: false))
        }
    }()

    var testDescription: String { name }

    /// The file that it changes.
    var path: String? {
        lines.first { $0.hasPrefix("+++ b/") }.map { String($0.dropFirst("+++ b/".count)) }
    }

    /// What must stand in the file, line by line, for each place that it changes.
    var expected: [[Substring]] {
        var hunks: [[Substring]] = []
        for line in lines {
            if line.hasPrefix("@@") { hunks.append([]) }
            guard !hunks.isEmpty, line.hasPrefix(" ") || line.hasPrefix("-") else { continue }
            hunks[hunks.count - 1].append(line.dropFirst())
        }
        return hunks
    }
}

struct PatchTests {
    @Test func `there are patches`() {
        #expect(Patch.all.count >= 20)
    }

    @Test(arguments: Patch.all)
    func `a patch says what is wrong with it, and fits`(patch: Patch) throws {
        #expect(patch.lines.first?.hasSuffix(".") == true)
        let path = try #require(patch.path)
        let source = try String(
            contentsOf: Patch.repository.appending(path: path), encoding: .utf8)
        #expect(!patch.expected.isEmpty)
        for hunk in patch.expected {
            let text = hunk.joined(separator: "\n")
            #expect(
                source.components(separatedBy: text).count == 2, "\(path) has not once:\n\(text)")
        }
    }
}
