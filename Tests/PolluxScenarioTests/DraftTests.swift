// A scenario document taken apart, written down and read again.

import PolluxHost
import Testing

@testable import PolluxScenario

struct DraftTests {
    /// All documents of the repository, and more of the grammar than they use.
    private static var scenarios: [Scenario] {
        get throws {
            Scenario.shipped
                + (try MutatedFilesTests.goodTexts.flatMap { text in
                    try Scenario.parse(path: "good.yaml", text: text)
                })
        }
    }

    /// All that a scenario says, without the lines that rows of its timeline stand on.
    private static func words(of scenario: Scenario) -> String {
        scenario.withoutPlaces.replacing(/(l|rulerL)ine: \d+/, with: "")
    }

    @Test func `what a draft writes is read as the scenario that it was made of`() throws {
        var count = 0
        for scenario in try Self.scenarios {
            let text = Draft(scenario).text
            do throws(Diagnostic) {
                var again = try Scenario.parse(path: scenario.file.path, text: text)[0]
                // Events that lie close together are laid out as lanes.
                if scenario.timeline == nil { again.timeline = nil }
                #expect(Self.words(of: again) == Self.words(of: scenario), "\(text)")
            } catch {
                Issue.record("\(error.rendered)\n\(text)")
            }
            count += 1
        }
        #expect(count > 80)
    }

    @Test func `what a draft writes is what fmt leaves as it is`() throws {
        for scenario in try Self.scenarios {
            let bytes = Array(Draft(scenario).text.utf8)
            #expect(try Formatter.format(path: "draft.yaml", bytes: bytes) == bytes)
        }
    }

    @Test func `a draft whose layout is free is laid out and says the same`() throws {
        var (lanes, events) = (0, 0)
        for scenario in try Self.scenarios {
            var draft = Draft(scenario)
            draft.timeline = nil
            let text = draft.text
            var again = Draft(try draft.scenario())
            if again.timeline != nil { lanes += 1 } else if !draft.facts.isEmpty { events += 1 }
            again.timeline = nil
            #expect(again == draft, "\(text)")
            #expect(
                try Formatter.format(path: "d.yaml", bytes: Array(text.utf8)) == Array(text.utf8))
        }
        #expect(lanes > 40 && events > 2, "\(lanes) timelines, \(events) lists of events")
    }

    @Test func `the layout is that of people`() throws {
        var draft = Draft(
            name: "a reader and a door: both go on",
            program: .tasks([
                Draft.Task("R", [.read("sock", upTo: nil, as: "x"), .say("read, at last")]),
                Draft.Task("W", [.waitAny(["door", "sock"], as: "who"), .join(["R"])]),
            ]))
        draft.world = [
            .init("sock", .input(.init(chunks: [.init("a", Array("x\n".utf8))]))),
            .init("door", .level),
        ]
        draft.facts = [
            .init(at: 5_000_000, "sock", .chunk("a")), .init(at: 5_000_000, "door", .ready(true)),
            .init(at: 7_000_000, "door", .ready(false)),
        ]
        draft.hosts = [.friendly, .init("any", HostPolicy(order: .any, subset: .any))]
        draft.expect = [.init()]
        draft.expect[0].values = [ValueClaim(name: "x", value: .text("x\n"))]
        draft.expect[0].relations = [.before([[.init("R", .done)], [.init("W", .done)]])]
        #expect(
            draft.text == """
                pollux: 1
                name: "a reader and a door: both go on"
                world:
                  sock: {input: {a: "x\\n"}}
                  door: level
                program:
                  R:
                    - read sock as x
                    - say read, at last
                  W: [wait door | sock as who, join R]
                timeline: |
                  ms    0    5
                  sock  -----a
                  door  _____##_
                hosts: [friendly, {name: any, order: any, subset: any}]
                expect:
                  relations: [R.done < W.done]
                  value: {x: "x\\n"}

                """)
        #expect(Draft(try draft.scenario()).text == draft.text)
    }

    @Test(arguments: [
        "plain", "with: colon", "with #hash", "- dash", "{brace", "a, b", "\"quoted\"", "a\tb",
        "null", "~", "ünï", "\u{85}next", "\u{FEFF}mark", "back\\slash", "'single'", "1.5", "@at",
        "a:", "é: ", "? x", "%x", "`tick`", "|", "> x", "!x", "&a", "*a",
    ])
    func `any text stands in a scalar and is read as it was`(_ text: String) throws {
        let padded = "say \(text)!"
        // What breaks a stream is told in one line.
        let failure = YAMLText.isPrintable(text) ? padded : "plain"
        var draft = Draft(name: "n", program: .tasks([.init("T", [.say(padded)])]))
        draft.world = [.init("o", .output(.init(failure: failure)))]
        draft.facts = [.init(at: 0, "o", .failed)]
        draft.expect = [.init()]
        draft.expect[0].values = [ValueClaim(name: "o", value: .text(text))]
        let scenario = try draft.scenario()
        #expect(scenario.tasks[0].steps[0].value == .say(padded))
        #expect(scenario.resources[0].script?.failure?.value == failure)
        #expect(scenario.expectations[0].values[0].value.value == .text(text))
    }
}
