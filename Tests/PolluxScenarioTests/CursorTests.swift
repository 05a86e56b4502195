// Walking a task's steps, repeats included.

import Testing

@testable import PolluxScenario

struct CursorTests {
    private static let place = Place(line: 1, column: 1)

    private static func located(_ step: Step, column: Int = 1) -> Located<Step> {
        Located(step, at: Place(line: 1, column: column))
    }

    /// What a walk over the steps says, a word each; other steps are left out.
    private static func words(_ steps: [Step]) -> [String] {
        var cursor = Cursor(steps.map { located($0) })
        var words: [String] = []
        while let step = cursor.next() {
            if case .say(let word) = step.value { words.append(word) }
        }
        return words
    }

    @Test func `steps come in the order of writing`() {
        #expect(Self.words([.say("a"), .say("b"), .say("c")]) == ["a", "b", "c"])
    }

    @Test func `a repeat gives its steps that often`() {
        let body = [Self.located(.say("a")), Self.located(.say("b"))]
        #expect(Self.words([.repeat(2, body), .say("c")]) == ["a", "b", "a", "b", "c"])
    }

    @Test func `repeats in repeats multiply`() {
        let inner = Self.located(.repeat(3, [Self.located(.say("a"))]))
        #expect(Self.words([.repeat(2, [inner, Self.located(.say("b"))])]).joined() == "aaabaaab")
    }

    @Test func `a repeat at the very end ends the walk`() {
        var cursor = Cursor([Self.located(.repeat(1, [Self.located(.yield)]))])
        _ = cursor.next()
        #expect(cursor.next() == nil)
        #expect(cursor.next() == nil)
    }

    @Test func `a repeat of nothing gives nothing`() {
        #expect(Self.words([.repeat(5, []), .say("a")]) == ["a"])
    }

    @Test func `a million rounds are walked without being laid out`() {
        var cursor = Cursor([Self.located(.repeat(1_000_000, [Self.located(.yield)]))])
        var count = 0
        while cursor.next() != nil { count += 1 }
        #expect(count == 1_000_000)
    }

    @Test func `the place is that of the step that came last`() {
        let body = [Self.located(.yield, column: 9), Self.located(.yield, column: 19)]
        var cursor = Cursor([Self.located(.repeat(2, body), column: 1)])
        #expect(cursor.place == nil)
        var columns: [Int] = []
        while cursor.next() != nil { columns.append(cursor.place?.column ?? 0) }
        #expect(columns == [9, 19, 9, 19])
    }
}
