// Walking a task's steps, repeats included.

import Testing

@testable import PolluxScenario

struct CursorTests {
    private static let place = Place(line: 1, column: 1)

    private static func say(_ word: String, column: Int = 1) -> ScriptedStep {
        ScriptedStep(
            place: Place(line: 1, column: column), what: .operations([.here(.say(word))]))
    }

    private static func `repeat`(_ count: Int, _ steps: [ScriptedStep]) -> ScriptedStep {
        ScriptedStep(place: place, what: .repeat(count, steps))
    }

    /// What a walk over the steps says, a word each.
    private static func words(_ steps: [ScriptedStep]) -> [String] {
        var cursor = Cursor(steps)
        var words: [String] = []
        while let operations = cursor.next() {
            for case .here(.say(let word)) in operations { words.append(word) }
        }
        return words
    }

    @Test func `steps come in the order of writing`() {
        #expect(Self.words([Self.say("a"), Self.say("b"), Self.say("c")]) == ["a", "b", "c"])
    }

    @Test func `a repeat gives its steps that often`() {
        let body = [Self.say("a"), Self.say("b")]
        #expect(Self.words([Self.repeat(2, body), Self.say("c")]) == ["a", "b", "a", "b", "c"])
    }

    @Test func `repeats in repeats multiply`() {
        let inner = Self.repeat(3, [Self.say("a")])
        #expect(Self.words([Self.repeat(2, [inner, Self.say("b")])]).joined() == "aaabaaab")
    }

    @Test func `a repeat at the very end ends the walk`() {
        var cursor = Cursor([Self.repeat(1, [Self.say("a")])])
        _ = cursor.next()
        #expect(cursor.next() == nil)
        #expect(cursor.next() == nil)
    }

    @Test func `a repeat of nothing gives nothing`() {
        #expect(Self.words([Self.repeat(5, []), Self.say("a")]) == ["a"])
    }

    @Test func `a million rounds are walked without being laid out`() {
        var cursor = Cursor([Self.repeat(1_000_000, [Self.say("a")])])
        var count = 0
        while cursor.next() != nil { count += 1 }
        #expect(count == 1_000_000)
    }

    @Test func `the place is that of the step that came last`() {
        let body = [Self.say("a", column: 9), Self.say("b", column: 19)]
        var cursor = Cursor([Self.repeat(2, body)])
        #expect(cursor.place == nil)
        var columns: [Int] = []
        while cursor.next() != nil { columns.append(cursor.place?.column ?? 0) }
        #expect(columns == [9, 19, 9, 19])
    }
}
