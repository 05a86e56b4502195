// Policies by name: the canonical one, those of real hosts, and the freest.

extension HostPolicy {
    /// The host that never makes use of a freedom: the canonical one.
    public static let friendly = HostPolicy()

    /// What wasmtime does, as far as its source and its tests show it.
    ///
    /// * `order`: groups of what watches one resource, by that resource's number in the host's own
    ///   table, positions ascending in a group, every copy listed (POLL-06, RES-29).
    /// * `ready-lag`: a fresh zero timer answers no once (POLL-21). Here any pollable may.
    /// * `handles`: the number freed last is the next one (RES-04).
    /// * `spurious`: a TCP stream may say that it is ready after a read that drained it (POLL-27).
    /// * `timers`: about a millisecond of granularity (CLOCK-09).
    /// * `stdin`: a helper thread reads it, started at the first use (CLI-06).
    /// * `parent-drop`: traps (RES-23).
    /// * `connects`: lazy (TCP-23).
    public static let wasmtime = HostPolicy(
        order: .byResource, readyLag: 1, spurious: 1, timers: .grain(1_000_000),
        stdin: .lazyFirstRead, connects: .lazy)

    /// What jco's shim for Node does, as far as its source shows it.
    ///
    /// * `order`: positions ascending (POLL-07).
    /// * `spurious`: the flag behind a stream's `ready` is set before anything has come (POLL-27).
    /// * `parent-drop`: traps; it keeps count of the pollables of streams (RES-26).
    public static let jcoNode = HostPolicy(order: .ascending, spurious: 1)

    /// What jco's shim for browsers does, as far as its source shows it.
    ///
    /// * `order`: the winner of a race of promises first, the others ascending (POLL-07).
    /// * `subset`: what its flags show at that moment, which need not be all that is ready.
    /// * `timers`: whole milliseconds (CLOCK-04, CLOCK-09). That it cuts them off, and so can be
    ///   early, is a bug and no freedom: here they are rounded up.
    public static let jcoBrowser = HostPolicy(
        order: .winnerFirst, subset: .any, timers: .grain(1_000_000))

    /// What this host does in real time, on libuv.
    ///
    /// All that is ready, by age; numbers as in wasmtime; a permit is what the kernel takes. Only
    /// `timers` is not the friendly answer: one timerfd serves them, at most 126 µs late in the
    /// measurement of docs/Architecture.md.
    public static let uv = HostPolicy(timers: .late(126_000))

    /// Every freedom that some text or some real host grounds, but none that moves the clock, at all
    /// choices at once, and nothing left out more than twice.
    ///
    /// Timers are exact, since what is late contradicts every lane; `timers` may be set on top. A parent that
    /// is dropped before its children traps: of the two answers that is the one that a guest must
    /// be fit for.
    public static let any = HostPolicy(
        order: .any, subset: .any, duplicates: .any, readyLag: 2, handles: .any, fair: 2,
        reads: .any, permits: .any, spurious: 2, stdin: .lazyFirstRead,
        finishLag: 2, segments: .any, timeoutTies: .any)

    /// The presets by their names in scenario files, the canonical one first.
    public static let presets: [(name: String, policy: HostPolicy)] = [
        ("friendly", .friendly), ("wasmtime", .wasmtime), ("jco-node", .jcoNode),
        ("jco-browser", .jcoBrowser), ("uv", .uv), ("any", .any),
    ]
}
