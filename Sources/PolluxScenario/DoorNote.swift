// What the step door knows of a run and the log does not say.

/// One fact about the program, at a place of the log, for the oracles: the log has words for
/// people, and these are the numbers behind them.
struct DoorNote {
    /// The event that it comes before, or that it explains.
    var event: Int
    /// What the door did or found.
    var what: What

    /// What the door did or found.
    enum What {
        /// The task waits from this event on, for this.
        case waits(TaskID, StepDoor.Wait)
        /// The task's wait ends with this event, by these pollables where it was for any.
        case wakes(TaskID, won: [UInt64])
        /// A task was handed out to be spawned.
        case spawned(TaskID)
        /// A task was asked to end.
        case cancelAsked(TaskID)
        /// The guest gets this pollable; without an owner it is the program's.
        case adopts(owner: TaskID?, ResourceID)
        /// The guest gets this stream; without an owner it is the program's.
        case adoptsStream(UInt64, owner: TaskID?)
        /// The guest was asked to let go of this pollable or stream.
        case released(UInt64)
        /// A message was handed out to be sent to this channel.
        case sent(Int)
        /// The program itself calls the host from here on, or does no more.
        case ownCall(Bool)
        /// A task that was done asked for a step.
        case askedAfterEnd(TaskID)
    }
}
