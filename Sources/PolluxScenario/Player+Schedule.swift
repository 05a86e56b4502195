// Plays the one run that a document's schedule describes.

import PolluxHost

extension Player {
    /// Plays a document with the deviations of its `schedule`, and the canonical answer to everything
    /// else, as often as it takes to find their sites; blocks until the guest has ended.
    /// - Returns: the run with all of them, and what does not hold of it, a deviation without a site
    ///   among it.
    public func runSchedule(
        of scenario: Scenario, on host: HostEntry
    ) -> (run: Run, failures: [Failure]) {
        runSchedule(of: scenario, on: host, livelockLimit: nil)
    }

    /// The same, where a run is ended after so many host calls without progress.
    func runSchedule(
        of scenario: Scenario, on host: HostEntry, livelockLimit: Int?
    ) -> (run: Run, failures: [Failure]) {
        var rehearsal = Rehearsal(
            scenario, on: host, for: guest, livelockLimit: livelockLimit)
        rehearsal.timeLimit = timeLimit
        var reader = ScheduleReader(rehearsal)
        let reading = reader.read(scenario.schedule.map(\.value))
        let run = reading.take.run
        if case .unsupported = run.outcome { return (run, []) }
        let unused = reading.unused.map { number in
            Failure(
                place: scenario.schedule[number].place,
                message: "schedule: this deviation is unused: \(scenario.schedule[number].value)",
                focus: nil)
        }
        return (run, Checker.check(run) + unused)
    }
}
