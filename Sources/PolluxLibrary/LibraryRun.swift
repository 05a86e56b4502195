// What a caller of the library wants run, and running it.

import CPollux
import Dispatch
import PolluxHost
import PolluxNative
import PolluxScenario

/// Why nothing ran.
struct LibraryObjection: Error {
    var message: String

    init(_ message: String) { self.message = message }
}

/// One call of `pollux_run`.
struct LibraryRun {
    /// Where a scenario comes from.
    enum Script {
        case file(String)
        case text(String)
    }

    var isRealTime = false
    /// A preset's name.
    var hostName: String?
    var seed: UInt64 = 0
    /// How many seeds a scenario is played with.
    var runs = 20
    /// The guest's.
    var name = "guest"
    var script: Script?
    /// ns; 0 is none.
    var timeLimit: UInt64 = 0
    var wantsTrace = false

    /// Runs the guest and blocks until it has ended.
    func play(_ body: @escaping @Sendable () -> Void) throws(LibraryObjection) -> LibraryReport {
        if let script { return try play(script, body) }
        let policy = try policy()
        let choices: any ChoiceSource =
            policy.hasChoices ? SeededChoices(seed: seed) : FriendlyChoices()
        let trace = wantsTrace ? Trace() : nil
        let host =
            isRealTime
            ? DefaultHost.make(policy: policy, choices: choices, trace: trace)
            : WASIHost(
                driver: VirtualDriver(seed: seed), policy: policy, choices: choices, trace: trace)
        let limit = DispatchTimeInterval.nanoseconds(Int(clamping: timeLimit))
        let outcome = Guest.run(
            on: host, ending: .exitThread, timeLimit: timeLimit == 0 ? nil : limit, body)
        // A guest that was given up may still write its log.
        return LibraryReport(outcome, trace: outcome == .timedOut ? nil : trace?.text)
    }

    private func policy() throws(LibraryObjection) -> HostPolicy {
        guard let hostName else { return .friendly }
        guard let preset = HostPolicy.presets.first(where: { $0.name == hostName }) else {
            let names = HostPolicy.presets.map(\.name)
            let clause = Suggestion.clause(for: hostName, among: names, called: "hosts")
            throw LibraryObjection("there is no host '\(hostName)'\(clause)")
        }
        return preset.policy
    }

    // MARK: Scenarios

    /// Plays every document on each of its hosts.
    private func play(
        _ script: Script, _ body: @escaping @Sendable () -> Void
    ) throws(LibraryObjection) -> LibraryReport {
        if isRealTime { throw LibraryObjection("a scenario is played in simulated time only") }
        if hostName != nil { throw LibraryObjection("a scenario names its hosts; leave host out") }
        let reading = try read(script)
        if !reading.diagnostics.isEmpty {
            throw LibraryObjection(reading.diagnostics.map(\.rendered).joined(separator: "\n"))
        }
        var replayer = Replayer(
            guests: [GuestProgram(name: name, entry: body)],
            entries: [ProgramEntry(name: name, body: body)],
            only: [name, EntryScript.guest], seed: seed, runs: runs)
        if timeLimit != 0 { replayer.timeLimit = Double(timeLimit) / 1e9 }
        let objections = reading.scenarios.compactMap(replayer.objection)
        if !objections.isEmpty {
            throw LibraryObjection(objections.map(\.rendered).joined(separator: "\n"))
        }
        return LibraryReport(
            reading.scenarios.map(replayer.replay), guest: name, withTrace: wantsTrace)
    }

    /// Whom a document may speak of without naming its guests.
    private var knownGuests: [String] {
        Scenario.shippedGuests.filter { $0 != name } + [name]
    }

    private func read(_ script: Script) throws(LibraryObjection) -> Reading {
        switch script {
        case .text(let text):
            return Reading(path: "scenario", bytes: Array(text.utf8), guests: knownGuests)
        case .file(let path):
            guard let bytes = ScenarioFile.bytes(at: path) else {
                throw LibraryObjection("\(path): error: cannot be read")
            }
            do throws(Diagnostic) {
                let project = try ScenarioFile.project(of: path)
                return Reading(path: path, bytes: bytes, project: project, guests: knownGuests)
            } catch {
                throw LibraryObjection(error.rendered)
            }
        }
    }
}
