// The built command as a child process, with everything it says.

import Foundation
import Testing

/// What a finished run of the `pollux` binary left behind.
struct PolluxProcess {
    let exitCode: Int32
    let output: String
    let errors: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Runs the command to its end, its standard streams no terminal.
    /// - Parameters:
    ///   - device: where standard output goes; then `output` is empty.
    ///   - whileRunning: called with the process's ID once it has printed something.
    init(
        _ arguments: [String], environment: [String: String] = [:], in directory: URL? = nil,
        outputTo device: String? = nil, whileRunning: ((Int32) -> Void)? = nil
    ) throws {
        let process = Process()
        process.executableURL = try Self.binary
        process.arguments = arguments
        process.environment = environment
        if let directory { process.currentDirectoryURL = directory }
        let scratch = try ScratchDirectory()
        let (out, err) = (scratch.url.appending(path: "out"), scratch.url.appending(path: "err"))
        // Files, not pipes: a pipe that nobody empties meanwhile would hold the command up.
        for url in [out, err] { try Data().write(to: url) }
        process.standardOutput = try FileHandle(
            forWritingTo: device.map { URL(filePath: $0) } ?? out)
        process.standardError = try FileHandle(forWritingTo: err)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        if let whileRunning {
            while process.isRunning, try Data(contentsOf: out).isEmpty { usleep(10_000) }
            whileRunning(process.processIdentifier)
        }
        process.waitUntilExit()
        exitCode = process.terminationStatus
        output = String(decoding: try Data(contentsOf: out), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: err), as: UTF8.self)
    }

    /// `pollux replay` with these arguments.
    static func replay(_ arguments: String..., environment: [String: String] = [:]) throws -> Self {
        try Self(["replay"] + arguments, environment: environment)
    }

    /// The binary stands where the tests' own does.
    private static var binary: URL {
        get throws {
            let products = try #require(Bundle.main.executableURL).deletingLastPathComponent()
            let binary = products.appending(path: "pollux")
            try #require(
                FileManager.default.isExecutableFile(atPath: binary.path),
                "\(binary.path) is not built; build the package's product 'pollux' first")
            return binary
        }
    }
}

/// A directory that lives as long as this value.
final class ScratchDirectory {
    let url: URL
    var path: String { url.path }

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: "pollux-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file, with the directories on its way, and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}

/// Documents that the tests of the command play, each by one guest.
enum Document {
    static let passing = """
        pollux: 1
        name: a sleeper wakes
        program: {A: [sleep 5ms]}
        guests: [local]

        """
    /// Makes no host call, so that its log holds nothing of a runtime's own.
    static let quiet = """
        pollux: 1
        name: a yield comes back
        program: {A: [yield]}
        guests: [local]

        """
    static let failing = """
        pollux: 1
        name: a sleeper wakes too late
        program: {A: [sleep 5ms]}
        expect: {relations: [A.done within 4ms of A.start]}
        guests: [local]

        """
    static let malformed = """
        pollux: 1
        name: no such step
        program: {A: [slep 5ms]}

        """
    /// Holds in each of its two runs.
    static let pair = """
        pollux: 1
        name: two at once
        world: {p: level, q: level}
        program: {A: [wait p], B: [wait q]}
        events: [5ms: [p ready, q ready]]
        hosts: [{name: free, order: any}]
        guests: [local]

        """
    /// Fails for some seeds and holds for others.
    static let chancy = """
        pollux: 1
        name: the first goes first
        program: {A: [yield, say a], B: [yield, say b]}
        hosts: [{name: free, executor: any}]
        expect: {order: [A.done, B.done]}
        guests: [local]

        """
}

/// The scenarios of the repository.
let shippedScenarios = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Scenarios").standardized.path
