// STREAM: wasi:io/streams and wasi:io/error.

extension Rule {
    static let streams = [
        Rule(
            "STREAM-01",
            "A read gives one byte or more, as many as were asked for or 64 KiB at most."
        ),
        Rule("STREAM-02", "A read of an open stream with nothing there is ok, empty and at once."),
        Rule("STREAM-03", "The read that meets the end says closed, not first nothing."),
        Rule("STREAM-04", "A stream that has said closed says it for ever."),
        Rule(
            "STREAM-05",
            """
            A failure comes after the bytes before it, once, and the stream is then closed; \
            wasmtime's outputs repeat it (`rules`).
            """),
        Rule("STREAM-06", "A read of 0 bytes of an open stream is ok."),
        Rule(
            "STREAM-07",
            "A read of 0 bytes after the end is closed; wasmtime's stdin says ok (`rules`)."),
        Rule("STREAM-08", "A length beyond any memory is cut and allocates nothing."),
        Rule(
            "STREAM-09",
            "A blocking read waits for a byte, the end or a failure, through stale readiness."),
        Rule("STREAM-10", "A blocking read of 0 bytes waits until the stream is ready."),
        Rule("STREAM-11", "A skip is a read that returns the count instead of the bytes."),
        Rule(
            "STREAM-12",
            "An input's pollable is ready while there are bytes, a failure or the end to read."),
        Rule(
            "STREAM-13",
            "A permit of 0 means not now, and the pollable waits for a larger one."
        ),
        Rule("STREAM-14", "`check-write` of a closed or failed stream is an error."),
        Rule("STREAM-15", "A write within the permit is accepted whole, at once and in order."),
        Rule(
            "STREAM-16",
            """
            A write beyond the last permit, or without one, traps; wasmtime's stdout takes it \
            (`rules`).
            """),
        Rule(
            "STREAM-17",
            """
            A permit covers one write that is not empty; wasmtime's memory streams count it down \
            (`rules`).
            """),
        Rule("STREAM-18", "An empty write is ok and uses no permit."),
        Rule("STREAM-19", "A write to a stream that has closed is closed, never a trap."),
        Rule(
            "STREAM-20", "A write while an earlier one is on its way traps without a new permit."),
        Rule(
            "STREAM-21",
            "A flush returns at once, and until it is done permits are 0 and nothing is ready."),
        Rule("STREAM-22", "A flush of a closed stream is closed."),
        Rule(
            "STREAM-23",
            "A blocking flush waits until the stream can be written again or has ended."),
        Rule("STREAM-24", "A blocking write of more than 4096 bytes traps."),
        Rule(
            "STREAM-25",
            "A blocking write of up to 4096 bytes needs no permit and takes whatever room comes."
        ),
        Rule(
            "STREAM-26",
            "A stream that closes once all of a blocking write is accepted is no error of it."
        ),
        Rule("STREAM-27", "A blocking write of more than 4096 zeroes traps."),
        Rule(
            "STREAM-28",
            """
            Zeroes beyond the permit trap before they take memory; wasmtime asks for their permit \
            itself (`rules`).
            """),
        Rule(
            "STREAM-29",
            """
            A splice moves what there is up to length and permit, never waits, gives either side's \
            end, and loses no byte.
            """),
        Rule("STREAM-30", "A splice takes streams of any two kinds."),
        Rule(
            "STREAM-31",
            "A blocking splice waits for room, then for bytes, moves at least one and flushes."),
        Rule("STREAM-32", "An output's pollable is ready while a permit is to be had, or an end."),
        Rule("STREAM-33", "A stream with a live pollable cannot be dropped."),
        Rule(
            "STREAM-34",
            "What an output accepted before its drop goes out while the guest goes on waiting."),
        Rule("STREAM-35", "Dropping a connection's output alone ends nothing."),
        Rule("STREAM-36", "Dropping a connection's input alone shows nowhere."),
        Rule("STREAM-37", "After a shutdown of receiving, reads are closed at once."),
        Rule(
            "STREAM-38", "After a shutdown of sending, writes, permits and flushes are closed."),
        Rule(
            "STREAM-39", "A shutdown of sending lets what is on its way arrive."),
        Rule("STREAM-40", "A write after the other side is gone is closed or a failure."),
        Rule("STREAM-41", "Handles of one stream share its bytes, its order and its end."),
        Rule("STREAM-42", "An error's text can always be had, and it outlives its stream."),
        Rule(
            "STREAM-43",
            "Asking what an error is does not use it up, and is none for another interface's.",
            .open("comes with wasi:filesystem and wasi:http")),
        Rule("STREAM-44", "A permit may be any number from 1 to the room there is."),
    ]
}
