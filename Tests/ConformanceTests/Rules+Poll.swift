// POLL: wasi:io/poll.

extension Rule {
    static let poll = [
        Rule("POLL-01", "A poll of an empty list traps."),
        Rule("POLL-02", "A poll of more entries than a u32 can count traps."),
        Rule("POLL-03", "A list may name one handle several times."),
        Rule(
            "POLL-04",
            "A list may hold several pollables of one source, and each may be reported."),
        Rule(
            "POLL-05",
            """
            A poll returns positions of ready pollables, at least one, each once; at once if one \
            is ready, else when the first becomes so.
            """),
        Rule(
            "POLL-06",
            """
            The order of an engine that groups results by source is among the orders a host may \
            choose.
            """),
        Rule(
            "POLL-07",
            """
            Ascending positions are a policy; the winner first and the rest ascending can be \
            chosen.
            """),
        Rule(
            "POLL-08",
            """
            No order of the result is promised: every permutation can be chosen, by a seed \
            repeatably; the friendly one is by age.
            """),
        Rule(
            "POLL-09",
            """
            A host may report any subset of the ready but the empty one, and any copies but none; \
            the friendly one reports all.
            """),
        Rule("POLL-10", "A fresh zero timer may be left out of a result that has a ready source."),
        Rule(
            "POLL-11",
            """
            Under the policy of ascending positions, a timer listed after its data never comes \
            first.
            """),
        Rule(
            "POLL-12",
            """
            A poll of what is never ready waits for ever: a simulated world calls it a deadlock, \
            and stopping the guest ends it.
            """),
        Rule(
            "POLL-13", "A source that is closed or has failed is ready; poll reports no errors."),
        Rule("POLL-14", "`block` is a poll of the one pollable, its result dropped."),
        Rule("POLL-15", "`ready` never waits, and never says yes to what is not ready."),
        Rule(
            "POLL-16",
            """
            Once a poll or block has reported a pollable, `ready` says yes until the condition \
            ends.
            """),
        Rule("POLL-17", "A pollable follows its condition up and down, and is never used up."),
        Rule("POLL-18", "A clock pollable stays ready once its instant has come."),
        Rule(
            "POLL-19",
            """
            A guest that polls a source beside something always ready sees the source within a \
            bounded number of polls.
            """),
        Rule(
            "POLL-20",
            """
            `ready` of a zero timer says yes within 20 tries of a guest that waits for others \
            between them.
            """),
        Rule(
            "POLL-21",
            """
            `ready` may say no to a fresh zero timer, but only so often as the policy allows; the \
            friendly host says yes.
            """),
        Rule(
            "POLL-22",
            """
            A guest that only asks `ready` sees its source: the world gets a turn at least every \
            16th call.
            """),
        Rule(
            "POLL-23",
            """
            Connects, responses and trailers may get on only while their pollable is looked at; \
            `finish-connect` and `accept` look themselves.
            """),
        Rule(
            "POLL-24",
            "What happens while the guest is in no call is latched; nothing calls into the guest."),
        Rule("POLL-25", "Dropping a pollable leaves its source as it is; a dropped timer is gone."),
        Rule(
            "POLL-26",
            "A pollable never comes to watch another resource that got its source's number."),
        Rule(
            "POLL-27",
            """
            An input stream may be ready and then give nothing; whatever else is ready keeps its \
            word.
            """),
        Rule(
            "POLL-28", "Spurious readiness inside a blocking call of the host's is bounded."),
        Rule(
            "POLL-29",
            """
            A list of sources and one timer, zero for no waiting, serves a libc's `poll` as it \
            stands.
            """),
    ]
}
