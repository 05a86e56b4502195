// Guests in shared libraries, by the command: what they are asked, how they end, what they leave.

import Foundation
import Testing

@Suite("A guest in a shared library")
struct LibraryGuestTests {
    private static let sleepers = """
        pollux: 1
        name: two sleepers wake in order
        program: {A: [sleep 5ms, say a], B: [sleep 3ms, yield, say b]}
        expect: {order: [B.wake, A.wake]}
        hosts: [friendly, any]

        """
    private static let one = """
        pollux: 1
        name: a sleeper wakes
        program: {A: [sleep 5ms, sleep 5ms, say a]}
        hosts: [friendly, any]

        """

    private func replay(
        _ document: String, by entry: String? = nil, _ options: String...
    ) throws -> PolluxProcess {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", document)
        return try .init(
            ["replay", "--guest", GuestFixture.library(entry), "--silence", "1"] + options + [file])
    }

    @Test("plays a scenario on every host")
    func holds() throws {
        let played = try replay(Self.sleepers)
        #expect(played.exitCode == 0, "\(played.output)\(played.errors)")
        #expect(played.lines.last == "1 passed, 0 failed")
    }

    @Test("is called by its file's name and its entry's")
    func name() throws {
        let played = try replay(Self.sleepers, by: "aborts")
        #expect(played.output.contains("guest guest-aborts, host friendly"))
    }

    @Test("gives the log that it gave before")
    func isDeterministic() throws {
        let played = try replay(Self.sleepers, by: "keeps", "--repeat", "3")
        #expect(played.exitCode == 0, "\(played.output)")
    }

    // MARK: Ends

    @Test(
        "ends with a verdict and not with the command",
        arguments: [
            ("aborts", "the run aborted in A: SIGABRT: assertion failed: a sleep is short"),
            ("dies", "the run aborted in A: SIGSEGV"),
            (
                "smashes",
                "SIGABRT: pollux: heap: a block of 24 bytes was written over behind its end"
            ),
            ("exits", "the run exited with code 1"),
            ("loops", "the run did not end, and was given up by the wall clock"),
        ])
    func ends(entry: String, words: String) throws {
        let played = try replay(Self.one, by: entry)
        #expect(played.exitCode == 1)
        #expect(played.output.contains(words), "\(played.output)")
        #expect(played.lines.last == "0 passed, 1 failed")
    }

    @Test(
        "loses one run when it ends so, and plays the next as if nothing had been",
        arguments: ["aborts", "dies", "smashes", "exits", "loops"])
    func goesOn(entry: String) throws {
        let documents = """
            \(Self.one)---
            pollux: 1
            name: nobody sleeps
            program: {A: [yield, say a], B: [yield, say b]}

            """
        let played = try replay(documents, by: entry)
        #expect(played.lines.last == "1 passed, 1 failed", "\(played.output)")
    }

    @Test("that hangs does not hold up a second signal, which ends the search at once")
    func interrupted() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Self.one)
        let hanging = try GuestFixture.library("loops")
        let explored = try PolluxProcess(
            ["explore", "--host", "friendly", "--guest", "local", "--guest", hanging]
                + ["--silence", "3600", file],
            whileRunning: { process in
                // Until it is gone: the first asks, and one that comes later ends it.
                while kill(process, SIGTERM) == 0 { usleep(20_000) }
            })
        #expect(explored.exitCode == SIGTERM)
        #expect(explored.lines.count == 1)
    }

    @Test("can be expected to abort")
    func expected() throws {
        let document = Self.one + "expect: {outcome: {abort: a sleep is short}}\n"
        #expect(try replay(document, by: "aborts").exitCode == 0)
        let other = Self.one + "expect: {outcome: {abort: another text}}\n"
        #expect(try replay(other, by: "aborts").exitCode == 1)
        #expect(try replay(Self.one + "expect: {outcome: aborted}\n", by: "dies").exitCode == 0)
    }

    @Test("that finds its tasks waiting for each other has come to a deadlock")
    func deadlock() throws {
        let document = """
            pollux: 1
            name: two tasks wait for each other
            program: {A: [join B], B: [join A]}
            expect: {outcome: {deadlock: {A: B, B: A}}}

            """
        let played = try replay(document)
        #expect(played.exitCode == 0, "\(played.output)")
    }

    // MARK: What a run leaves

    @Test("finds neither its variables nor its heap of the run before")
    func isRestored() throws {
        // More runs than libc has keys for the variables of threads.
        let played = try replay(Self.sleepers, by: "keeps", "--runs", "1200")
        #expect(played.exitCode == 0, "\(played.output)")
    }

    @Test("has a process for each run with --isolation fork")
    func forks() throws {
        let played = try replay(Self.sleepers, "--isolation", "fork")
        #expect(played.exitCode == 0, "\(played.output)")
    }

    @Test("finds what the run before has left with --isolation none")
    func leaves() throws {
        let played = try replay(Self.sleepers, "--isolation", "none")
        #expect(played.output.contains("the run before has left its variables"))
    }

    // MARK: libc

    @Test("that sleeps and reads the time by libc does so in the scenario's time")
    func sleepsByLibc() throws {
        let played = try replay(Self.one, by: "sleeps")
        #expect(played.exitCode == 0, "\(played.output)")
    }

    @Test("that draws numbers by libc draws the same ones each time")
    func drawsByLibc() throws {
        let words = try (0..<2).map { _ in
            let output = try replay(Self.one, by: "draws").output
            return try #require(output.firstRange(of: /drew [0-9]+ [0-9]+/).map { output[$0] })
        }
        #expect(words[0] == words[1])
    }

    // MARK: Other verbs

    @Test("is explored, and what fails is made small for another guest")
    func explores() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Self.sleepers)
        let guest = try GuestFixture.library()
        let sound = try PolluxProcess(["explore", "--guest", guest, "--host", "any", file])
        #expect(sound.exitCode == 0, "\(sound.output)\(sound.errors)")
        #expect(sound.lines.last?.hasPrefix("exhausted: ") == true)
        let faulty = try PolluxProcess(
            ["explore", "--guest", guest + ":aborts", "--shrink", file])
        #expect(faulty.exitCode == 1)
        #expect(faulty.output.contains("it holds for another guest"), "\(faulty.output)")
        #expect(faulty.output.contains("guests: [guest-aborts]"), "\(faulty.output)")
    }

    @Test(
        "comes to the runs and states in the same number as the search without workers of its own")
    func exploresAlike() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Self.sleepers)
        let guest = try GuestFixture.library()
        let counts = try ["1", "3"].map { jobs in
            try PolluxProcess(["explore", "--jobs", jobs, "--guest", guest, file]).lines.last
        }
        #expect(counts[0] == counts[1])
        #expect(counts[0]?.hasPrefix("exhausted: ") == true)
    }

    @Test("is fuzzed, and its crashes are told once and written down")
    func fuzzes() throws {
        let scratch = try ScratchDirectory()
        let guest = try GuestFixture.library("aborts")
        let fuzzed = try PolluxProcess(
            ["fuzz", "--seed", "1", "--runs", "300", "--guest", guest, "--into", "found"],
            in: scratch.url)
        #expect(fuzzed.exitCode == 1, "\(fuzzed.output)\(fuzzed.errors)")
        #expect(fuzzed.output.contains("guest-aborts: abort"), "\(fuzzed.output)")
    }

    @Test("can be named in pollux.yaml, by a path from there on, and plays what names no guest")
    func project() throws {
        let scratch = try ScratchDirectory()
        _ = try GuestFixture.build("guest.c", in: scratch.path + "/built")
        try scratch.write(
            "pollux.yaml",
            """
            pollux: 1
            guests: [local, mine]
            libraries: {mine: built/libguest.so, other: "built/libguest.so:aborts"}

            """)
        let file = try scratch.write("a.yaml", Self.sleepers)
        let both = try PolluxProcess(["replay", file])
        #expect(both.exitCode == 0, "\(both.output)\(both.errors)")
        #expect(both.output.contains("mine"), "\(both.output)")
        let other = try PolluxProcess(["replay", "--guest", "other", file])
        #expect(other.output.contains("0 passed"), "\(other.output)\(other.errors)")
        let narrowed = Self.sleepers + "guests: [other]\n"
        let named = try PolluxProcess(["replay", scratch.write("b.yaml", narrowed)])
        #expect(named.output.contains("aborted in A"), "\(named.output)\(named.errors)")
        let unknown = try PolluxProcess(["replay", "--guest", "othr", file])
        #expect(unknown.exitCode == 64)
        #expect(unknown.errors.contains("did you mean 'other'?"), "\(unknown.errors)")
    }

    // MARK: Libraries that are none

    @Test(
        "that cannot be used is refused with the reason",
        arguments: [
            ("./nothing.so", "nothing.so: cannot open shared object file"),
            ("libguest.so:nothing", "the library exports no function 'nothing'"),
        ])
    func refuses(guest: String, reason: String) throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Self.one)
        let path =
            guest.hasPrefix("lib") ? try GuestFixture.library("nothing") : guest
        let played = try PolluxProcess(["replay", "--guest", path, file])
        #expect(played.exitCode == 2)
        #expect(played.errors.contains(reason), "\(played.errors)")
    }

    @Test("that wants an import which no host offers is refused by its name")
    func unknownImport() throws {
        let scratch = try ScratchDirectory()
        let library = try GuestFixture.build("unknown.c", in: scratch.path)
        let file = try scratch.write("a.yaml", Self.one)
        let played = try PolluxProcess(["replay", "--guest", library, file])
        #expect(played.exitCode == 2)
        #expect(played.errors.contains("__wasm_import_wasi_nothing_nothing"), "\(played.errors)")
    }

    @Test("is offered every import that the headers declare")
    func imports() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let sources = tests.appending(path: "../../Sources").standardized
        func names(_ path: String) throws -> Set<String> {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            return Set(text.matches(of: /__wasm_import_([a-z0-9_]+)\(/).map { String($0.1) })
        }
        var declared = try names("CPolluxHarness/include/pollux_harness.h")
        let headers = sources.appending(path: "CWASIp2/include")
        for file in try FileManager.default.contentsOfDirectory(atPath: headers.path) {
            declared.formUnion(try names("CWASIp2/include/\(file)"))
        }
        let table = try String(
            contentsOf: sources.appending(path: "CPolluxWorker/imports.h"), encoding: .utf8)
        let offered = Set(table.matches(of: /X\(([a-z0-9_]+), "/).map { String($0.1) })
        #expect(declared.subtracting(offered).sorted() == [])
        #expect(offered.subtracting(declared).sorted() == ["wasip2_unreachable"])
    }
}
