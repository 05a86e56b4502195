// The world behind the rules.
//
// A driver is shaped like a kernel: clocks, levels of readiness, one blocking wait. It knows no
// handle, no pollable and no WASI rule, and it never calls the guest; it latches what happened and
// returns. Whatever must hold on every host stands above it and runs on every driver.

/// The world of one host: real or simulated time, and sources that become ready.
public protocol Driver: AnyObject {
    /// The monotonic clock. Never decreases (CLOCK-01).
    var now: MonotonicInstant { get }
    /// ns between two readings of the monotonic clock that can differ; above 0 (CLOCK-04).
    var monotonicResolution: UInt64 { get }
    /// The wall clock (CLOCK-11).
    var wallNow: WallInstant { get }
    /// The wall clock's resolution (CLOCK-12).
    var wallResolution: WallInstant { get }

    /// Where the world logs its own events; set by the host before the guest begins.
    var trace: Trace? { get set }

    /// Whether the source's latched level is ready. Never blocks, gives the world no turn.
    func isReady(_ source: SourceID) -> Bool

    /// Lets the world take in what has happened, without waiting.
    func turn()

    /// Waits until one of `sources` may be ready or the clock reaches `deadline`; may return early
    /// for no reason. The sources are the ones whose level the poll in progress found unready.
    func wait(until deadline: MonotonicInstant?, for sources: borrowing [SourceID]) -> Waited

    /// How many host calls in a row may pass at one instant without waiting before the clock
    /// creeps; `nil` in a world whose clock runs by itself.
    var patience: Int? { get }

    /// Moves a simulated clock by `step` ns, but not past the next fact nor past `deadline`.
    /// Returns whether it came to one of the two.
    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool
}

/// How a driver's wait ended.
public enum Waited: Sendable {
    /// Something may have changed: look again.
    case again
    /// Nothing can ever change; only a world that knows its own future says this.
    case never
}
