// README's walk-through, played: what it shows is what the command prints.

import Foundation
import Testing

struct WalkThroughTests {
    /// A fenced block of README's section: its language and its lines.
    private struct Block {
        var language: String
        var lines: [String]
    }

    private static func blocks() throws -> [Block] {
        let readme = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../README.md").standardized
        let lines = try String(contentsOf: readme, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex(of: "## Write one"))
        let section = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
        var blocks: [Block] = []
        var open: Block?
        for line in section {
            if line.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                open = open == nil ? Block(language: String(line.dropFirst(3)), lines: []) : nil
            } else {
                open?.lines.append(line)
            }
        }
        return blocks
    }

    @Test func `README's walk-through says what the command prints`() throws {
        let scratch = try ScratchDirectory()
        var outputs = 0
        for block in try Self.blocks() {
            let text = block.lines.joined(separator: "\n") + "\n"
            if block.language == "yaml" {
                try scratch.write("relay.yaml", text)
                continue
            }
            let words = try #require(block.lines.first).split(separator: " ").map(String.init)
            try #require(words.prefix(2) == ["$", "pollux"])
            let run = try PolluxProcess(Array(words.dropFirst(2)), in: scratch.url)
            #expect(block.lines[0] + "\n" + run.output + run.errors == text)
            outputs += 1
        }
        #expect(outputs == 3)
    }
}
