// The table of rules agrees with the tests, with the traps, and with the committed document.

import Foundation
import Testing

@testable import PolluxHost

struct ConformanceDocumentTests {
    @Test func `docs/Conformance.md is what the table of rules says`() throws {
        let text = ConformanceDocument(carriers: try RuleCarriers()).text
        let file = ConformanceDocument.file
        let committed = try? String(contentsOf: file, encoding: .utf8)
        if committed == text { return }
        let environment = ProcessInfo.processInfo.environment
        if environment["POLLUX_UPDATE"] == "1", environment["CI"] == nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let old = Set((committed ?? "").split(separator: "\n"))
        let new = text.split(separator: "\n").filter { !old.contains($0) }
        Issue.record(
            """
            docs/Conformance.md is not up to date; these lines are new:
            \(new.joined(separator: "\n"))
            To rewrite it: POLLUX_UPDATE=1 swift test --filter ConformanceTests
            """)
    }

    @Test func `every rule that is called tested has a test or a scenario`() throws {
        let carriers = try RuleCarriers()
        for rule in Rule.all {
            guard case .tested = rule.status else { continue }
            #expect(!carriers.files(of: rule.id).isEmpty, "\(rule.id) is carried by nothing")
        }
    }

    @Test func `every ID in tests and scenarios is a rule of the table`() throws {
        let known = Set(Rule.all.map(\.id))
        for (id, files) in try RuleCarriers().mentions {
            #expect(known.contains(id), "\(id) in \(files.sorted())")
        }
    }

    @Test func `IDs are numbered without a gap from a chapter's first`() {
        for chapter in RuleChapter.all {
            let prefix = chapter.title.prefix { $0 != ":" }
            for (place, rule) in chapter.rules.enumerated() {
                let number = String(100 + place + chapter.first).dropFirst()
                #expect(rule.id == "\(prefix)-\(number)")
            }
        }
    }

    @Test func `each statement is one sentence`() {
        for rule in Rule.all {
            #expect(rule.statement.hasSuffix("."), "\(rule.id)")
            #expect(!rule.statement.dropLast().contains(". "), "\(rule.id)")
            #expect(!rule.statement.contains("|"), "\(rule.id)")
        }
    }

    @Test(
        arguments: [
            .unknownHandle(0, .zero), .unknownHandle(1, .foreign(first: 2, next: 3)),
            .unknownHandle(1, .dropped(.someStory)),
            .wrongType(1, expected: .error, actual: .someStory),
            .lent(1, .pollable), .notOwned(1, .pollable),
            .childAlive(1, .inputStream, children: 1, oldest: .someStory),
            .tableFull(limit: 1), .emptyPoll, .listTooLong(1),
            .misaligned(address: 1, alignment: 4),
            .outOfBounds(count: 1), .invalidDiscriminant(type: "descriptor-type", value: 9),
            .invalidUTF8, .clockOverflow, .reentered, .ended,
            .permitOverrun(2, permit: 1, .granted), .permitOverrun(1, permit: 0, .used),
            .sendOverrun(2, permit: 1, .granted), .datagramStreamsAlive,
            .writeTooLong(4_097),
        ] as [HostTrap.Kind])
    func `a trap names a rule that applies`(kind: HostTrap.Kind) throws {
        let id = try #require(HostTrap(kind).rule)
        let rule = try #require(Rule.all.first { $0.id == id }, "\(id)")
        if case .notApplicable = rule.status { Issue.record("\(id) does not apply") }
    }
}

extension ResourceStory {
    fileprivate static let someStory = ResourceStory(
        .pollable, serial: 1, made: NumberedCall(.subscribeDuration, number: 1))
}
