// `pollux stubs`: writes the source that lets somebody's bindings link with a native host.

import ArgumentParser
import Foundation

struct Stubs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the source that bindings need to link natively.",
        discussion: """
            Examples:
              pollux stubs guest.o > stubs.c             what an object needs
              pollux stubs *.o libfoo.a -o stubs.c       several files as one
              pollux stubs --rename wasi:clocks/monotonic-clock=clock guest.o

            Reads the undefined symbols of ELF objects, shared objects and
            archives, and writes C: a jump for every import that goes by
            another name than __wasm_import_<namespace>_<package>_<interface>_…
            (renamed by wit-bindgen, of another version, mangled for C++), an
            empty function for __component_type_object_force_link_… symbols, and
            for imports that no host offers a function that ends the guest.
            Those are listed on standard error.

            Exit codes:
              0   the source is written
              1   a name may mean one import or another; --rename says which
              2   a file cannot be read, or is none of these
              64  wrong usage
              74  standard output cannot be written
            """)

    @Argument(help: "Objects, shared objects and archives.")
    var files: [String]

    @Option(
        help: "INTERFACE=NAME, as wit-bindgen was told; repeat it for more.")
    var rename: [String] = []

    @Option(name: .shortAndLong, help: "Where to write; standard output by default.")
    var output: String?

    func validate() throws {
        for rename in rename where Self.parts(of: rename) == nil {
            throw ValidationError(
                "--rename takes INTERFACE=NAME, such as wasi:io/poll=poll, not '\(rename)'")
        }
    }

    func run() throws {
        var symbols = ObjectSymbols()
        var source: StubSource?
        var reading = ""
        do throws(ObjectFlaw) {
            for file in files {
                reading = file
                symbols.add(try Self.read(file))
            }
            reading = files.count == 1 ? files[0] : "the files"
            let names = ImportSymbols(renames: rename.compactMap(Self.parts))
            source = try StubSource(symbols.missing, names)
        } catch {
            Terminal.error("\(reading): error: \(error.message)")
            throw ExitCode(2)
        }
        guard let source else { return }
        for (symbol, targets) in source.ambiguous {
            let choice = targets.map(\.interface).joined(separator: ", ")
            Terminal.error(
                "error: '\(symbol)' may be of \(choice); say which with --rename INTERFACE=NAME")
        }
        if !source.ambiguous.isEmpty { throw ExitCode(1) }
        for (symbol, words) in source.unoffered {
            Terminal.error("no host offers \(words): '\(symbol)' ends the guest")
        }
        if source.ownCount + source.aliases.count + source.unoffered.count == 0 {
            Terminal.error("no import of WASI is missing in \(files.joined(separator: ", "))")
        }
        try write(source.text(for: files))
    }

    private static func read(_ path: String) throws(ObjectFlaw) -> ObjectSymbols {
        guard let data = FileManager.default.contents(atPath: path) else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw ObjectFlaw(isThere ? "cannot be read" : "no such file")
        }
        return try ObjectSymbols(bytes: Array(data))
    }

    private func write(_ text: String) throws {
        guard let output else {
            Terminal.bytes(Array(text.utf8))
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: output))
        } catch {
            Terminal.error("\(output): error: cannot be written")
            throw ExitCode(2)
        }
    }

    /// The two halves of a renaming; a version goes.
    private static func parts(of rename: String) -> (interface: String, name: String)? {
        let parts = rename.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        let interface = String(parts[0].prefix { $0 != "@" })
        guard interface.contains(":"), interface.contains("/") else { return nil }
        return (interface, String(parts[1]))
    }
}
