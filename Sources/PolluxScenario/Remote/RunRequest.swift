// One run as a message: what another process needs to play it, and how it does.

import PolluxHost
import PolluxNative

/// What is played on a stage, as text: the world and the program of a scenario on one host.
package final class StageScript: Sendable {
    private let scenario: Scenario
    private let entry: HostEntry

    init(_ scenario: Scenario, on entry: HostEntry) {
        (self.scenario, self.entry) = (scenario, entry)
    }

    /// A document without anything that is about a run after it.
    package var text: String {
        var draft = Draft(scenario)
        draft.about = nil
        draft.tags = []
        draft.timeline = nil
        draft.guests = nil
        draft.rules = entry.policy.rules
        draft.hosts = [Draft.Host("played", entry.policy, picksAnyTask: entry.picksAnyTask)]
        draft.explore = nil
        draft.schedule = []
        draft.found = nil
        draft.expect = []
        draft.golden = nil
        draft.explored = []
        return draft.text
    }
}

/// One run of what is played on a stage.
package struct RunRequest: Sendable {
    /// Who answers its choices.
    package var answers: Answers
    /// The number of its first handle.
    package var firstHandle: Int32
    /// After how many host calls without progress it is ended.
    package var livelockLimit: Int
    /// Whether the guest's states are asked for.
    package var wantsStates: Bool

    /// The run of the calling thread's host, which has not begun, with what is played. To be called by
    /// a guest's entry.
    /// - Returns: `nil` where the host runs no scenario, or somebody answers its choices whose answers
    ///   cannot be given elsewhere.
    package static func ofCurrentHost() -> (StageScript, RunRequest)? {
        CurrentHost.with(.stepsNext) { host in
            guard let door = host.door as? StepDoor, let script = door.stageScript,
                let choices = host.choices as? any RepeatableChoices
            else { return nil }
            let request = RunRequest(
                answers: choices.answers, firstHandle: host.firstHandle,
                livelockLimit: host.livelockLimit, wantsStates: door.onState != nil)
            return (script, request)
        }
    }

    /// How many events the log of the calling thread's host has.
    package static var eventsOfCurrentHost: Int {
        CurrentHost.with(.stepsNext) { $0.trace?.count ?? 0 }
    }

    /// Ends the guest of the calling thread, whose process died.
    package static func abort(_ text: String) -> Never {
        CurrentHost.with(.stepsNext) { _ throws(HostTrap) -> Never in
            throw HostTrap(.aborted(text))
        }
    }

    /// Ends the guest of the calling thread, which made no host call for so long.
    package static func giveUp(after seconds: Double) -> Never {
        CurrentHost.with(.stepsNext) { _ throws(HostTrap) -> Never in
            throw HostTrap(.silent(seconds: seconds))
        }
    }
}

/// A stage that was set up from a script, in the process that plays.
package final class RemoteStage {
    private var stage: Stage
    /// The run that is being played.
    private var current: Stage.Set?
    /// One that is over, in whose memory the next is played.
    private var used: Stage.Set?

    /// Reads a script's text.
    package init(_ text: String) throws(Diagnostic) {
        let scenarios = try Scenario.parse(path: "script", bytes: Array(text.utf8))
        let scenario = scenarios[0]
        stage = Stage(scenario, on: scenario.hosts[0], for: GuestProgram(name: "remote") {})
    }

    /// A run that has not begun.
    package func host(of request: RunRequest) -> WASIHost {
        stage.livelockLimit = request.livelockLimit
        let set = stage.set(
            choices: request.answers.source, firstHandle: request.firstHandle, over: used.take())
        // Which states are new is known elsewhere, where this run is gone through again.
        if request.wantsStates { set.door.onState = { _ in true } }
        current = set
        return set.host
    }

    /// Lets go of a run that is over, and says how many events its log has.
    package func finish() -> Int {
        guard let set = current.take() else { preconditionFailure("no run to let go of") }
        set.host.door = nil
        used = set
        return set.door.trace.count
    }
}
