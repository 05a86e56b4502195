// What is found below a directory, and what is said where it cannot be read.

import Foundation
import PolluxScenario
import Testing

struct ScenarioFolderTests {
    private typealias Name = ScenarioFolder.Name
    private typealias Entry = ScenarioFolder.Entry

    /// A disk on which root is as anybody: what is not named cannot be read.
    private static func entries(of disk: [String: [Name]]) -> [Entry] {
        ScenarioFolder.entries(below: "mix") { path throws(ScenarioFolder.Unreadable) in
            guard let names = disk[path] else {
                throw ScenarioFolder.Unreadable("Permission denied")
            }
            return names
        }
    }

    @Test func `a directory that cannot be read stands among the files with the reason`() {
        let found = Self.entries(of: [
            "mix": [Name("z.yaml", .file), Name("sub", .directory), Name("a.yml", .file)]
        ])
        #expect(
            found == [
                Entry(path: "a.yml"),
                Entry(path: "sub", reason: "cannot be read: Permission denied"),
                Entry(path: "z.yaml"),
            ])
    }

    @Test func `the directory itself may be the one that cannot be read`() {
        #expect(
            Self.entries(of: [:])
                == [Entry(path: "", reason: "cannot be read: Permission denied")])
    }

    @Test func `what is hidden, a link to a directory and a project's file are left out`() {
        let found = Self.entries(of: [
            "mix": [
                Name(".git", .directory), Name(".a.yaml", .file), Name("b.yaml", .linkToDirectory),
                Name("pollux.yaml", .file), Name("c.txt", .file), Name("d", .directory),
            ],
            "mix/d": [Name("e.yaml", .file)],
        ])
        #expect(found == [Entry(path: "d/e.yaml")])
    }

    @Test func `a subdirectory without permission is an error of the command`() throws {
        // Root may read everything, so that nothing would be shown.
        if geteuid() == 0 { return }
        let scratch = try ScratchDirectory()
        try scratch.write("a.yaml", Document.passing)
        try scratch.write("sub/b.yaml", Document.failing)
        let sub = scratch.path + "/sub"
        chmod(sub, 0)
        defer { chmod(sub, 0o700) }
        let run = try PolluxProcess.replay(scratch.path)
        #expect(run.exitCode == 2)
        #expect(run.errors == "\(sub): error: cannot be read: Permission denied\n")
    }

    @Test func `a path that goes in a circle is told as such`() throws {
        let scratch = try ScratchDirectory()
        let link = scratch.path + "/round.yaml"
        symlink("round.yaml", link)
        let words = "\(link): error: cannot be read: Too many levels of symbolic links\n"
        for path in [link, scratch.path] {
            let run = try PolluxProcess.replay(path)
            #expect(run.exitCode == 2)
            #expect(run.errors == words)
        }
    }

    @Test func `a directory without scenarios is no file that was checked`() throws {
        let scratch = try ScratchDirectory()
        let run = try PolluxProcess(["check", scratch.path])
        #expect(run.exitCode == 2)
        #expect(run.lines.last == "0 files, 0 scenarios, 1 error")
        let fmt = try PolluxProcess(["fmt", scratch.path])
        #expect(fmt.exitCode == 2)
        #expect(fmt.lines == ["0 files, 0 changed, 1 error"])
    }
}
