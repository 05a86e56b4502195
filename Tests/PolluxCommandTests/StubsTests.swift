// `pollux stubs`: what objects name, which imports that means, and what files that are none of these do.

import Foundation
import Testing

@testable import PolluxCommand

@Suite struct StubsTests {
    // MARK: Names

    @Test func `the imports that stubs knows are those that the headers declare`() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        var declared: Set<String> = []
        for folder in ["CWASIp2", "CPolluxHarness"] {
            let include = root.appending(path: "Sources/\(folder)/include")
            for file in try FileManager.default.contentsOfDirectory(atPath: include.path)
            where file.hasSuffix(".h") {
                let text = try String(contentsOf: include.appending(path: file), encoding: .utf8)
                declared.formUnion(
                    text.matches(of: /__wasm_import_[a-z0-9_]+/).map { String($0.output) })
            }
        }
        let offered = Set(ImportName.offered.map(\.symbol))
        #expect(declared.subtracting(offered).sorted() == [], "declared, and not known")
        #expect(offered.subtracting(declared).sorted() == [], "known, and not declared")
    }

    @Test(arguments: [
        // As wasi-libc renames them.
        ("__wasm_import_poll_poll", "wasi:io/poll poll"),
        ("__wasm_import_poll_pollable_drop", "wasi:io/poll [resource-drop]pollable"),
        (
            "__wasm_import_io_error_method_error_to_debug_string",
            "wasi:io/error [method]error.to-debug-string"
        ),
        (
            "__wasm_import_streams_method_output_stream_check_write",
            "wasi:io/streams [method]output-stream.check-write"
        ),
        ("__wasm_import_monotonic_clock_now", "wasi:clocks/monotonic-clock now"),
        ("__wasm_import_random_get_random_u64", "wasi:random/random get-random-u64"),
        (
            "__wasm_import_random_insecure_seed_insecure_seed",
            "wasi:random/insecure-seed insecure-seed"
        ),
        ("__wasm_import_stdin_get_stdin", "wasi:cli/stdin get-stdin"),
        (
            "__wasm_import_terminal_input_terminal_input_drop",
            "wasi:cli/terminal-input [resource-drop]terminal-input"
        ),
        (
            "__wasm_import_tcp_method_tcp_socket_start_bind",
            "wasi:sockets/tcp [method]tcp-socket.start-bind"
        ),
        // With a version.
        (
            "__wasm_import_wasi_io_0_2_3_poll_method_pollable_ready",
            "wasi:io/poll [method]pollable.ready"
        ),
        // Mangled for C++.
        ("wasiX3AioX2FpollX400X2E2X2E0X00poll", "wasi:io/poll poll"),
        (
            "wasiX3AioX2FpollX00X5BmethodX5DpollableX2Eblock",
            "wasi:io/poll [method]pollable.block"
        ),
        (
            "wasiX3AclocksX2Fmonotonic_clockX400X2E2X2E6X00subscribe_duration",
            "wasi:clocks/monotonic-clock subscribe-duration"
        ),
    ])
    func `another name of an import is found out`(symbol: String, name: String) {
        guard case .alias(let target) = ImportSymbols().meaning(of: symbol) else {
            Issue.record("\(symbol): \(ImportSymbols().meaning(of: symbol))")
            return
        }
        #expect(target.text == name)
    }

    @Test(arguments: [
        "__wasm_import_filesystem_preopens_get_directories",
        "__wasm_import_wasi_filesystem_types_descriptor_drop",
        "wasiX3AioX2FpollX400X2E3X2E0X00poll",
        "__wasm_import_", "__wasm_import__poll",
    ])
    func `an import that no host has is said to be none`(symbol: String) {
        guard case .unoffered = ImportSymbols().meaning(of: symbol) else {
            Issue.record("\(symbol): \(ImportSymbols().meaning(of: symbol))")
            return
        }
    }

    @Test(arguments: [
        "malloc", "_ZN3fooX3AE", "X3AX00", "wasiX3AioX2FpollX23poll", "wasiX3AioX2FpollX00X22X0A",
        "wasiX3AioX2FpollX00X", "wasiX3AioX2FpollX00XZZ",
    ])
    func `what is no import is left alone`(symbol: String) {
        #expect(ImportSymbols().meaning(of: symbol) == .foreign)
    }

    @Test func `a name that fits two imports is not guessed, and a renaming says which`() {
        var names = ImportSymbols()
        guard case .ambiguous(let targets) = names.meaning(of: "__wasm_import_clock_now") else {
            Issue.record("\(names.meaning(of: "__wasm_import_clock_now"))")
            return
        }
        #expect(targets.count == 2)
        names.renames = [("wasi:clocks/wall-clock", "clock")]
        #expect(
            names.meaning(of: "__wasm_import_clock_now")
                == .alias(ImportName(interface: "wasi:clocks/wall-clock", function: "now")))
    }

    // MARK: Objects

    /// What bindings that were renamed are like.
    private static let bindings = """
        extern void __wasm_import_poll_poll(const int *, unsigned long, void *);
        extern int __wasm_import_wasi_io_poll_method_pollable_ready(int);
        extern void __wasm_import_filesystem_method_descriptor_sync(int, void *);
        extern void __component_type_object_force_link_guest(void);
        extern int puts(const char *);
        void guest(void *area) {
            int list[2] = {1, 2};
            __wasm_import_poll_poll(list, 2, area);
            __wasm_import_filesystem_method_descriptor_sync(
                __wasm_import_wasi_io_poll_method_pollable_ready(3), area);
            __component_type_object_force_link_guest();
            puts("");
        }
        """

    @Test func `an object, a shared object and an archive need the same`() throws {
        let scratch = try ScratchDirectory()
        let object = try Self.compile(Self.bindings, "guest.o", in: scratch)
        try Self.run("clang", "-shared", "-o", "guest.so", "guest.o", in: scratch)
        try Self.run("ar", "rcs", "guest.a", "guest.o", in: scratch)
        let symbols = try ["guest.o", "guest.so", "guest.a"].map { name in
            let bytes = try Data(contentsOf: scratch.url.appending(path: name))
            return try ObjectSymbols(bytes: Array(bytes)).missing.filter {
                $0.contains("_link_") || $0.contains("_import_")
            }.sorted()
        }
        #expect(symbols[0].count == 4)
        #expect(symbols[1] == symbols[0])
        #expect(symbols[2] == symbols[0])
        #expect(try ObjectSymbols(bytes: object).defined == ["guest"])
    }

    @Test func `the source that is written links, and an alias passes everything on`() throws {
        let scratch = try ScratchDirectory()
        _ = try Self.compile(Self.bindings, "guest.o", in: scratch)
        let stubs = try PolluxProcess(["stubs", "guest.o", "-o", "stubs.c"], in: scratch.url)
        #expect(stubs.exitCode == 0, "\(stubs.errors)")
        #expect(
            stubs.errors
                == "no host offers 'filesystem_method_descriptor_sync': "
                + "'__wasm_import_filesystem_method_descriptor_sync' ends the guest\n")
        let host = """
            #include <stdio.h>
            #include <stdlib.h>
            void guest(void *);
            void __wasm_import_wasi_io_poll_poll(const int *list, unsigned long n, void *area) {
                printf("%d %d %lu %d\\n", list[0], list[1], n, *(int *)area);
            }
            int __wasm_import_wasi_io_poll_method_pollable_ready(int handle) { return handle; }
            void wasip2_unreachable(const char *text) { puts(text); exit(0); }
            int main(void) { int area = 7; guest(&area); return 1; }
            """
        try Data(host.utf8).write(to: scratch.url.appending(path: "host.c"))
        try Self.run("clang", "-o", "host", "host.c", "guest.o", "stubs.c", in: scratch)
        let printed = try Self.run("./host", in: scratch)
        #expect(
            printed == "1 2 2 7\nno host offers 'filesystem_method_descriptor_sync'\n")
    }

    @Test func `what one of several files defines is not missing`() throws {
        let scratch = try ScratchDirectory()
        _ = try Self.compile("void __wasm_import_poll_poll(void) {}", "own.o", in: scratch)
        _ = try Self.compile(Self.bindings, "guest.o", in: scratch)
        let stubs = try PolluxProcess(["stubs", "guest.o", "own.o"], in: scratch.url)
        #expect(!stubs.output.contains("ALIAS"))
    }

    // MARK: What is none of these

    @Test func `every beginning of an object is read or refused`() throws {
        let scratch = try ScratchDirectory()
        let object = try Self.compile(Self.bindings, "guest.o", in: scratch)
        var refused = 0
        for count in 0..<object.count {
            do { _ = try ObjectSymbols(bytes: Array(object[..<count])) } catch { refused += 1 }
        }
        #expect(refused == object.count)
    }

    @Test func `an object with any one byte changed is read or refused`() throws {
        let scratch = try ScratchDirectory()
        let object = try Self.compile(Self.bindings, "guest.o", in: scratch)
        var refused = 0
        for place in object.indices {
            for value: UInt8 in [0x00, 0x7F, 0xFF] {
                var bytes = object
                bytes[place] = value
                do { _ = try ObjectSymbols(bytes: bytes) } catch { refused += 1 }
            }
        }
        #expect(refused > 0)
    }

    @Test(
        arguments: [
            ([0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0], "a module of WebAssembly"),
            (Array("!<thin>\n".utf8), "a thin archive"),
            ([0x42, 0x43, 0xC0, 0xDE], "bitcode of LLVM"),
            (Array("hello".utf8), "neither an ELF object nor an archive"), ([], "neither an ELF"),
            (Array("!<arch>\nshort".utf8), "an archive's header lies outside of the file"),
            ([0x7F, 0x45, 0x4C, 0x46, 1, 1, 1], "not of 64 bits"),
        ] as [([UInt8], String)])
    func `what is no object is refused with what it is`(bytes: [UInt8], words: String) {
        #expect {
            _ = try ObjectSymbols(bytes: bytes)
        } throws: {
            ($0 as? ObjectFlaw)?.message.contains(words) == true
        }
    }

    @Test func `a file that is no object, one that is missing and a bad renaming have exit codes`()
        throws
    {
        let scratch = try ScratchDirectory()
        try Data("hello".utf8).write(to: scratch.url.appending(path: "a.o"))
        let text = try PolluxProcess(["stubs", "a.o"], in: scratch.url)
        #expect(text.exitCode == 2)
        #expect(text.errors == "a.o: error: neither an ELF object nor an archive of them\n")
        #expect(text.output == "")
        let missing = try PolluxProcess(["stubs", "b.o"], in: scratch.url)
        #expect(missing.exitCode == 2)
        #expect(missing.errors == "b.o: error: no such file\n")
        #expect(try PolluxProcess(["stubs", "--rename", "poll", "a.o"]).exitCode == 64)
    }

    @Test func `a symbol that is no identifier does not get into a source`() {
        #expect(throws: ObjectFlaw.self) {
            _ = try StubSource(["__wasm_import_poll_poll\"); system(\"x"], ImportSymbols())
        }
        #expect(throws: ObjectFlaw.self) {
            _ = try StubSource(["__component_type_object_force_link_\u{1B}[2J"], ImportSymbols())
        }
    }

    // MARK: Making objects

    /// The bytes of an object of this source.
    private static func compile(
        _ source: String, _ name: String, in scratch: ScratchDirectory
    ) throws -> [UInt8] {
        try Data(source.utf8).write(to: scratch.url.appending(path: name + ".c"))
        try run("clang", "-fPIC", "-c", name + ".c", "-o", name, in: scratch)
        return Array(try Data(contentsOf: scratch.url.appending(path: name)))
    }

    /// Runs a program and gives what it printed.
    @discardableResult
    private static func run(_ words: String..., in scratch: ScratchDirectory) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = scratch.url
        let output = scratch.url.appending(path: "printed")
        try Data().write(to: output)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(words.joined(separator: " "))")
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }
}
