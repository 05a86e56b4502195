// CLI: wasi:cli; RND: wasi:random.

extension Rule {
    static let commandLine = [
        Rule(
            "CLI-01",
            "Each call for a standard stream gives a new handle of the one stream; dropping it closes nothing."
        ),
        Rule(
            "CLI-02", "The host reads no more of standard input than the guest asked for."),
        Rule("CLI-03", "Standard input at its end is ready, and closed."),
        Rule(
            "CLI-04", "Standard input that is a directory fails at its first read."),
        Rule("CLI-05", "A read of 0 bytes of standard input does not wait."),
        Rule("CLI-06", "Waiting for standard input does not hold up the rest of the world."),
        Rule("CLI-07", "A standard stream that is absent is ready and closed at once."),
        Rule(
            "CLI-08", "What was written to standard output is outside once it is flushed."),
        Rule("CLI-09", "Standard output whose reader is gone is closed; nobody is killed."),
        Rule("CLI-10", "Standard output at rest permits 50 bytes or more."),
        Rule(
            "CLI-11", "Very large output all arrives."),
        Rule("CLI-12", "Splicing standard input to standard output copies all of it."),
        Rule("CLI-13", "`exit` ends the guest with 0 for ok and 1 for err, and never returns."),
        Rule(
            "CLI-14", "`exit-with-code` ends the guest with its code.",
            .open("not stable in WASI 0.2; scenarios' `exit 3` ends a guest the same way")),
        Rule(
            "CLI-15", "The `run` export's result is the status.",
            .notApplicable("a native guest is a program of its own, or a closure")),
        Rule(
            "CLI-16",
            "Arguments and variables are the same at every call, the program's name first."),
        Rule("CLI-17", "A terminal's handle is given where the stream is one, and only there."),
        Rule("CLI-18", "An exit waits for no timer and no stream."),
    ]

    static let random = [
        Rule("RND-01", "`get-random-bytes` gives exactly as many bytes as were asked for."),
        Rule("RND-02", "More than 64 MiB at once traps."),
        Rule("RND-03", "0 bytes are an empty list."),
        Rule("RND-04", "Of 100 random integers one at least is not 0."),
        Rule(
            "RND-05",
            "The insecure interfaces give bytes and integers of a generator of the guest's own."),
        Rule("RND-06", "`insecure-seed` gives one pair for the guest's life."),
        Rule(
            "RND-07", "Only a simulated world's secure numbers can be told in advance."),
    ]
}
