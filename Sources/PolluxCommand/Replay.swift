// `pollux replay`: plays scenario files and says whether what they expect holds.

import ArgumentParser
import Foundation
import PolluxScenario

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play scenario files and check what they expect.",
        discussion: """
            Examples:
              pollux replay Scenarios                      every file below a directory
              pollux replay a.yaml b.yaml                  two files
              pollux replay --guest local a.yaml           by one guest only
              pollux replay --guest local --trace a.yaml   with its log
              pollux replay --guest ./libmine.so a.yaml    by a library's guest
              pollux replay --guest ./libmine.so --guest local a.yaml
              pollux replay --seed 77 --runs 1 a.yaml      one seed again
              pollux replay --repeat 10 Scenarios          every run ten times
              pollux replay --update a.yaml                record its 'golden'

            A document is played by every guest it names, or by all that
            there are, on every host. Where there are several guests each
            has a column: ok, FAIL, skip (it is missing, or cannot do a
            step), or - (the document is not for it). The last line counts
            documents: one passes if a guest passed and none failed.

            A host that leaves something to chance is run with several
            seeds; all must hold. With --repeat each document has its
            digest, which is the same for the same runs.

            With --update a document that has a 'golden' and whose runs meet
            everything else gets them recorded there, on the friendly host;
            the difference is printed, and no other byte changes.

            Exit codes:
              0   all hold
              1   an expectation failed, or every document was skipped
              2   a file is not a scenario; then nothing runs
              64  wrong usage
              74  standard output cannot be written
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String]

    @OptionGroup var guests: GuestOptions

    @Option(help: "How to print the verdicts.")
    var format = Format.text

    @Option(
        parsing: .unconditional,
        help: "The first seed for hosts that leave something to chance. (default: 1)",
        transform: Seed.parse)
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: "How many seeds to run on such a host, counting up from --seed.")
    var runs = 20

    @Option(
        parsing: .unconditional,
        help: "Play every run this often and demand the same log each time.")
    var `repeat` = 1

    @Flag(
        help: """
            Print a log for every guest and host: of its first failing run, or else of its first \
            run. --guest leaves one guest's.
            """)
    var trace = false

    @Flag(help: "Record the runs anew in the 'golden' of documents that hold otherwise.")
    var update = false

    func validate() throws {
        try guests.check(for: paths)
        if update {
            let isCI = !ProcessInfo.processInfo.environment["CI", default: ""].isEmpty
            guard !isCI else {
                throw ValidationError(
                    "--update is not for CI: who records a run reads the difference first")
            }
            guard format == .text else {
                throw ValidationError("--update prints a difference; leave --format out")
            }
        }
        guard (1...1_000_000).contains(runs) else {
            throw ValidationError("--runs is from 1 to 1,000,000")
        }
        guard (1...1_000_000).contains(`repeat`) else {
            throw ValidationError("--repeat is from 1 to 1,000,000")
        }
    }

    func run() throws {
        let scenarios = try ScenarioFiles.readOrExit(paths)
        let chosen = try guests.load()
        let replayer = Replayer(
            guests: PolluxCommand.guests, entries: PolluxCommand.entries,
            only: chosen, seed: seed,
            runs: runs, repeats: `repeat`)
        let objections = scenarios.compactMap(replayer.objection)
        for objection in objections { Terminal.error(objection.rendered) }
        guard objections.isEmpty else { throw ExitCode(2) }
        let guests = replayer.guests(of: scenarios)
        let printer: any VerdictPrinter =
            switch format {
            case .text:
                TextPrinter(
                    guests: guests, isColoured: Terminal.isColoured, showsTrace: trace,
                    showsDigests: `repeat` > 1)
            case .json: JSONPrinter(guests: guests, showsTrace: trace)
            }
        for line in printer.opening(seed: seed, runs: runs, of: scenarios) { Terminal.line(line) }
        var verdicts: [Verdict] = []
        var recorder = Recorder()
        var progress = Progress(of: scenarios.count)
        for scenario in scenarios {
            progress.step("\(scenario.file.path):\(scenario.place.line)")
            var verdict = replayer.replay(scenario)
            if update { recorder.record(&verdict) }
            progress.pause()
            for line in printer.lines(of: verdict) { Terminal.line(line) }
            verdicts.append(verdict)
        }
        progress.end()
        let isRecorded = recorder.write()
        for line in printer.closing(verdicts) { Terminal.line(line) }
        if !isRecorded { throw ExitCode(2) }
        // Where every document was skipped nothing has been shown to hold.
        let holds = verdicts.contains { $0.status == .passed } || verdicts.isEmpty
        if !holds || verdicts.contains(where: { $0.status == .failed }) { throw ExitCode(1) }
    }
}
