// CLOCK: wasi:clocks.

extension Rule {
    static let clocks = [
        Rule(
            "CLOCK-01",
            "The monotonic clock never goes back, whatever happens to the wall clock."),
        Rule(
            "CLOCK-02",
            "The monotonic clock may begin anywhere, and is above 0 at a guest's first reading."),
        Rule("CLOCK-03", "A clock that has run past a u64 of nanoseconds traps."),
        Rule("CLOCK-04", "The monotonic resolution is above 0."),
        Rule("CLOCK-05", "An instant that is now or has passed is ready at once, and no error."),
        Rule("CLOCK-06", "A duration of 0 is ready at once."),
        Rule(
            "CLOCK-07",
            """
            A duration that ends past what the clock can count is never over; it neither traps nor \
            wraps.
            """),
        Rule("CLOCK-08", "The last instant that a u64 can count never comes."),
        Rule(
            "CLOCK-09",
            """
            A timer is ready at its deadline or later, never 1 ns before, however waits of the \
            world end.
            """),
        Rule("CLOCK-10", "After d, and at now + d, are the same instant."),
        Rule(
            "CLOCK-11",
            "The wall clock may be set back; its nanoseconds stay below a second."),
        Rule("CLOCK-12", "The wall resolution has the same form, and reaches the guest as it is."),
        Rule("CLOCK-13", "Clocks can be put under a guest, which then sees exactly these."),
        Rule("CLOCK-14", "A libc's sleep, subscribe and block, lasts its time; 0 returns at once."),
        Rule(
            "CLOCK-15",
            "Of 100,000 timers with one deadline all are ready after it."),
    ]
}
