// A guest's shared library for the tests, compiled from C once.

import Foundation
import Testing

/// The library of Guests/guest.c.
enum GuestFixture {
    /// `./libguest.so` with one of its entries.
    static func library(_ entry: String? = nil) throws -> String {
        try built.get() + (entry.map { ":" + $0 } ?? "")
    }

    /// Beside the tests' binary, so that it is there for as long as that is.
    private static let built = Result { () throws -> String in
        let products = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        return try build("guest.c", in: products.appending(path: "pollux-guests").path)
    }

    /// Compiles a source of the folder Guests, or elsewhere, against the headers of the seam alone.
    static func build(_ source: String, in folder: String) throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let sources = tests.appending(path: "../../Sources").standardized
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let library = "\(folder)/lib\(source.prefix { $0 != "." }).so"
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments =
            ["clang", "-Wall", "-Werror", "-shared", "-fPIC", "-O1"]
            + ["CWASIp2", "CPolluxHarness"].map {
                "-I" + sources.appending(path: "\($0)/include").path
            }
            + ["-o", library, tests.appending(path: "Guests/\(source)").path]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "\(source) does not compile")
        return library
    }
}
