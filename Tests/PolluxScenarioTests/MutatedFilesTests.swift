// Files are untrusted: whatever their bytes, they give scenarios or one short diagnostic.

import Foundation
import PolluxScenario
import Testing

/// What this thread has computed for.
private func threadTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

@Suite("Mutated files")
struct MutatedFilesTests {
    @Test func `three thousand mutated files give scenarios or one short diagnostic`() {
        let seed: UInt64 = 0x706F_6C6C_7578
        print("mutated files: seed \(seed)")
        var random = SplitMix64(state: seed)
        var accepted = 0
        for round in 0..<3_000 {
            let text = Self.goodTexts[Int(random.next() % UInt64(Self.goodTexts.count))]
            let bytes = mutate(Array(text.utf8), with: &random)
            if judge(bytes, "seed \(seed), round \(round)") { accepted += 1 }
        }
        // Mutants that all fail at the first byte, or never fail, would test nothing.
        #expect((30...2_970).contains(accepted))
    }

    @Test func `two thousand mutated files, with goldens, are laid out or told what is wrong`() {
        let seed: UInt64 = 0x666D_7420_666D_7420
        print("mutated files for fmt: seed \(seed)")
        var random = SplitMix64(state: seed)
        let texts = ShippedFile.all.map(\.text) + Self.goodTexts
        var (laidOut, changed) = (0, 0)
        for round in 0..<2_000 {
            let text = texts[Int(random.next() % UInt64(texts.count))]
            let original = round % 2 == 0 ? text : crooked(text)
            let bytes = mutate(Array(original.utf8), with: &random)
            let which = "seed \(seed), round \(round)"
            let reading = Reading(path: "f.yaml", bytes: bytes)
            #expect(!reading.scenarios.isEmpty || !reading.diagnostics.isEmpty, "\(which)")
            for diagnostic in reading.diagnostics { expectPlace(diagnostic, which) }
            do throws(Diagnostic) {
                let once = try Formatter.format(path: "f.yaml", bytes: bytes)
                let twice = try Formatter.format(path: "f.yaml", bytes: once)
                #expect(once == twice, "\(which)")
                let after = Reading(path: "f.yaml", bytes: once)
                #expect(after.diagnostics.isEmpty, "\(which)")
                if reading.diagnostics.isEmpty {
                    #expect(
                        reading.scenarios.map(\.withoutPlaces)
                            == after.scenarios.map(\.withoutPlaces), "\(which)")
                }
                laidOut += 1
                if once != bytes { changed += 1 }
            } catch {
                #expect(!reading.diagnostics.isEmpty, "\(which)")
                expectPlace(error, which)
            }
        }
        // A test in which nothing is laid out, or nothing changes, would say nothing.
        #expect(laidOut > 100)
        #expect(changed > 50)
    }

    /// The same with every timeline a column further to the right than `fmt` would have it.
    private func crooked(_ text: String) -> String {
        var isInTimeline = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if isInTimeline, !line.hasPrefix("  ") { isInTimeline = false }
            if line.hasPrefix("timeline: |") {
                isInTimeline = true
                return String(line)
            }
            let label = line.drop { $0 == " " }.prefix { $0 != " " }
            return isInTimeline ? "  \(label) " + line[label.endIndex...] : String(line)
        }
        return lines.joined(separator: "\n")
    }

    /// A diagnostic has a place in the file and a caret.
    private func expectPlace(_ diagnostic: Diagnostic, _ which: String) {
        #expect(diagnostic.place.line >= 1 && diagnostic.place.column >= 1, "\(which)")
        let lines = diagnostic.rendered.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last?.last == "^", "\(which): \(diagnostic.rendered)")
    }

    @Test func `random bytes give one short diagnostic`() {
        let seed: UInt64 = 0x6279_7465_73
        print("random bytes: seed \(seed)")
        var random = SplitMix64(state: seed)
        for round in 0..<500 {
            let isASCII = round.isMultiple(of: 2)
            let count = Int(random.next() % 400)
            let bytes = (0..<count).map { _ in
                UInt8(truncatingIfNeeded: random.next()) & (isASCII ? 0x7F : 0xFF)
            }
            #expect(!judge(bytes, "seed \(seed), round \(round)"))
        }
    }

    /// Names of shapes that each fill the largest file; ``largest(_:)`` makes them.
    static let shapes = [
        "brackets", "question marks", "aliases", "one line", "items", "depth", "documents",
        "empty documents", "combining marks", "steps on one line", "a lane", "a ruler",
        "a phrase", "repeats", "directives", "keys", "blocks", "blanks", "zeros",
    ]

    @Test(arguments: Self.shapes)
    func `the largest file of a hostile shape is judged at once`(_ shape: String) {
        let bytes = Array(largest(shape).utf8.prefix(1 << 20))
        // The thread's own time: what else the machine does is not the parser's fault.
        let begin = threadTime()
        _ = judge(bytes, shape)
        let time = threadTime() - begin
        // Without the optimizer the same work takes some ten times as long.
        #if DEBUG
        #expect(time < .seconds(30))
        #else
        #expect(time < .seconds(1))
        #endif
    }

    @Test func `a file past the largest size is refused unread`() throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1)
        let diagnostic = #expect(throws: Diagnostic.self) {
            try Scenario.parse(path: "f", bytes: bytes)
        }
        #expect(
            diagnostic?.message
                == "the file has 1048577 bytes; a scenario file has at most 1048576")
    }

    // MARK: - Judging

    /// Whether the bytes are scenarios; if they are not, what is said must be short.
    private func judge(_ bytes: [UInt8], _ which: String) -> Bool {
        do throws(Diagnostic) {
            return try !Scenario.parse(path: "f.yaml", bytes: bytes).isEmpty
        } catch {
            let rendered = error.rendered
            let lines = rendered.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 6, "\(which): \(rendered)")
            #expect(rendered.count <= 1_000, "\(which): \(rendered.prefix(2_000))")
            #expect(rendered.utf8.count <= 4_000, "\(which)")
            #expect(!error.message.hasSuffix("."), "\(which): \(rendered)")
            return false
        }
    }

    // MARK: - Making files

    /// Changes one to four things: a byte, a word, a line, or the end.
    private func mutate(_ original: [UInt8], with random: inout SplitMix64) -> [UInt8] {
        var bytes = original
        for _ in 0...(random.next() % 4) {
            let at = Int(random.next() % UInt64(bytes.count + 1))
            let other = Int(random.next() % UInt64(bytes.count + 1))
            let (low, high) = (min(at, other), max(at, other))
            switch random.next() % 8 {
            case 0 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()) & 0x7F, at: at)
            case 3:
                let word = Self.words[Int(random.next() % UInt64(Self.words.count))]
                bytes.insert(contentsOf: word.utf8, at: at)
            case 4: bytes.removeSubrange(low..<min(high, low + 12))
            case 5: bytes.insert(contentsOf: bytes[low..<min(high, low + 60)], at: at)
            case 6: bytes.removeSubrange(at...)
            default: bytes.swapAt(min(at, bytes.count - 1), min(other, bytes.count - 1))
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    private static let words = [
        " and ", "repeat 1000000 times ", "99999999999999999999", "18446744073709551615ns", "~",
        "\n", "\t", "---\n", "&a ", "*a", "!!map ", "<<: x\n", "? ", "[", "}", "\u{301}", "👩‍👩‍👧‍👦",
        "\u{202E}", "\r", "on", "null", "-9223372036854775808", "#0", "..", "@", "->", "nothing",
    ]

    private func largest(_ shape: String) -> String {
        let size = 1 << 20
        func fill(_ piece: String, after head: String = "", before tail: String = "") -> String {
            let count = (size - head.utf8.count - tail.utf8.count) / piece.utf8.count
            return head + String(repeating: piece, count: count) + tail
        }
        func numbered(_ piece: (Int) -> String, after head: String = "") -> String {
            var text = head
            var number = 0
            while text.utf8.count < size {
                text += piece(number)
                number += 1
            }
            return text
        }
        let head = "pollux: 1\nname: n\nworld: {w: level}\n"
        let lane = head + "program: {A: [wait w]}\ntimeline: |\n"
        switch shape {
        case "brackets": return fill("[")
        case "question marks": return numbered { "? a\($0)\n" }
        case "aliases": return numbered({ "b\($0): &b\($0) [*a,*a]\n" }, after: "a: &a [x]\n")
        case "one line":
            return fill("x", after: "pollux: 1\nname: ", before: "\nprogram: {A: []}\n")
        case "items": return fill("- a\n")
        case "depth": return (0..<1_400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        case "documents": return fill("pollux: 1\nname: n\nprogram: {A: []}\n---\n")
        case "empty documents": return fill("---\n")
        case "combining marks": return fill("\u{301}", after: head + "about: a")
        case "steps on one line":
            return fill("say é, ", after: head + "program: {A: [", before: "yeild]}\n")
        case "a lane": return fill("_#", after: lane + " ms 0\n w  ", before: "\n")
        case "a ruler": return fill("~", after: lane + " ms 0", before: "5000000000\n")
        case "a phrase": return fill(" & w", after: head + "program:\n  A:\n    - wait w")
        case "repeats": return fill("repeat 1 times ", after: head + "program:\n  A:\n    - ")
        case "directives": return numbered { "%TAG !a\($0)! x\n" }
        case "keys": return numbered({ "k\($0): v\n" }, after: "pollux: 1\n")
        case "blocks":
            let hosts = (0..<15_000).map { "  - {name: h\($0)}\n" }.joined()
            return numbered(
                { "  - {for: {host: h\($0)}, outcome: completed}\n" },
                after: head + "program: {A: []}\nhosts:\n" + hosts + "expect:\n")
        case "blanks": return fill("\n")
        default: return fill("\0")
        }
    }

    static let goodTexts = [
        """
        pollux: 1
        name: requests
        world:
          api: {http: 'POST http://a.example:8080/x?y', status: 404, fields: {x-one: [a, b]}, a: hel, trailers: {sum: "7"}, answers: after-body}
          late: {http: 'GET https://b.example/', after: 4ms, error: DNS-timeout, optional: true}
        program:
          A: [fetch api connect 5ms first-byte 6ms with x-one=1 sending hel lo trailing sum=7 as r, read api 4 as x, trailers api as t]
          B: [fetch late between-bytes 1ms, drop late]
        timeline: |
          ms   0    5    10
          api  _-+04#a--|
        expect: {value: {api: hello, api.fields: "x-one: 1"}, order: [api.open, A.done]}

        """,
        """
        pollux: 1
        name: two tasks wait on one pollable and both wake
        world:
          door: level
        program:
          A: [subscribe door as d, spawn B, wait d, join B, drop d]
          B: [wait d]
        timeline: |
          ms    0         10
          door  __________#####
          A     w.........|
          B     w.........|
        hosts: [friendly, {name: coalescing, duplicates: first}]
        expect:
          count: {A.done: 1, B.done: 1}
          relations:
            - A.done within 0ms of B.done # same virtual instant

        """,
        """
        pollux: 1
        name: three pollables fire together; any report order is legal, the join comes last
        tags: [order, exhaustive]
        world: {p: level, q: level, r: {level: , optional: true}}
        program:
          A: [wait p]
          B: [wait q]
          C: [wait r | p as who]
          J: [join A B C, say all]
        timeline: |
          ms   0    5    10 ~ 1000
          p    __________###~~#
          q    __________####~_
        hosts:
          - friendly
          - {order: any, subset: any, duplicates: any, fair: 2, executor: any}
        expect:
          order: [A.wake, J.done]
          relations: [A.done & B.done & C.done < J.done]
          count: {host.block: 1..4}
          value: {who: p}
        ---
        pollux: 1
        name: "polling an empty list traps"
        program:
          T: [poll nothing, say unreachable]
        guests: [local, wstd]
        expect:
          - for: {guest: local, host: [friendly]}
            outcome: {trap: empty-poll, in: T}
          - {for: {guest: [wstd]}, outcome: completed}
          - never: [T.say, trap]

        """,
        """
        pollux: 1
        name: a deadlock is an outcome like any other
        tick: 0.5ms
        world: {never: level, soon: {after: 10ms}, late: {at: 1.5s}}
        program:
          main: [spawn W, sleep 5ms, cancel W and join, recv c]
          W:
            - wait never
            - repeat 3 times work 1ms and yield and repeat 2 times send c
          P: [subscribe soon as s, poll s s as r, ready s as now, block s, drop s, exit 3]
        events:
          - 10ms: never ready
          - 1s: [never unready, never ready]
        expect:
          outcome: {deadlock: {main: c, P: [s, soon]}, at: 0ms}
          polls: [block s s -> s, "check @10ms never -> nothing"]
          value: {r: [s, s], now: true}

        """,
        """
        pollux: 1
        name: a stream is read to its end, whatever the reads bring
        rules: spec
        world:
          sock: {input: {a: "hel", b: "lo\\x00", "!": connection-reset}}
          out: {output: {"!": broken pipe}, optional: true}
          keys: {stdin: {k: "line\\n"}}
        program:
          R: [read sock 4 as first, "read sock [4]", read sock until closed as body]
          W: [write out hello and more, "write out \\"a, b\\" as wrote", flush out as out2, drop out]
          S: [subscribe keys as s, wait s | sock as who, drop s, read keys until closed as line]
        timeline: |
          ms    0    5 ~ 50
          sock  --a0-b-~~-!
          out   0-3--f-~~9!
          R     w.*
        events: [1ms: keys empty, 2ms: [keys k, keys closed]]
        hosts:
          - friendly
          - {reads: short, permits: any, spurious: 2, parent-drop: allow, rules: wasmtime}
        expect:
          value: {first: "he", body: {failed: connection-reset}, wrote: closed, out: "a", out2: ok}
          order: [sock.open, sock.drop]

        """,
    ]
}

/// The generator of Steele, Lea and Flood: one seed, one sequence, on every machine.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
