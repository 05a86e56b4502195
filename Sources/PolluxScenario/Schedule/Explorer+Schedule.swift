// What a search found, by name.

extension Explorer {
    /// The deviations of a run by name, for `schedule`; empty for the canonical run. Plays a run for
    /// each of them, and some more for each pick of a task.
    public func schedule(
        of find: Exploration.Find, in scenario: Scenario, on host: HostEntry
    ) -> [Deviation] {
        guard find.tape.deviations > 0, find.run.outcome != .timedOut else { return [] }
        let rehearsal = Rehearsal(scenario, on: host, for: guest)
        var writer = ScheduleWriter(rehearsal)
        return writer.write(rehearsal.play(.inOrder(find.tape.entries.map { Int($0.answer) })))
    }
}
