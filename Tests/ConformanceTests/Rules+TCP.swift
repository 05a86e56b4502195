// TCP: wasi:sockets/tcp, tcp-create-socket, network.

extension Rule {
    static let tcp = [
        Rule("TCP-01", "A new socket's options can all be read, and their numbers are above 0."),
        Rule("TCP-02", "An IPv6 socket carries IPv6 alone."),
        Rule("TCP-03", "A policy without TCP denies access when a socket is made."),
        Rule(
            "TCP-04",
            "Where descriptors have run out, no socket is made; wasmtime does not say why (`rules`)."
        ),
        Rule("TCP-05", "A family that the world does not have is not supported."),
        Rule("TCP-06", "Port 0 becomes a free port, and the address stays."),
        Rule("TCP-07", "The unspecified address can be bound and stays unspecified."),
        Rule("TCP-08", "An address on which somebody listens is in use."),
        Rule("TCP-09", "An address of no interface is not bindable."),
        Rule("TCP-10", "An address of the other family is invalid."),
        Rule(
            "TCP-11", "A multicast or broadcast address is invalid, and the socket may try again."),
        Rule("TCP-12", "An IPv4-mapped or IPv4-compatible IPv6 address is invalid."),
        Rule("TCP-13", "The port of a listener that is gone can be bound at once."),
        Rule("TCP-14", "A bind that failed leaves the socket unbound."),
        Rule("TCP-15", "A port or address without the right to it is denied."),
        Rule("TCP-16", "A bind has two halves, and the second may say would-block a few times."),
        Rule("TCP-17", "A connect to an unspecified address is invalid."),
        Rule("TCP-18", "A connect to port 0 is invalid."),
        Rule(
            "TCP-19",
            "A connect to another family, a mapped, multicast or broadcast address is invalid."),
        Rule("TCP-20", "An invalid argument of a connect leaves the socket as it was."),
        Rule("TCP-21", "A connect of an unbound socket binds it to a free port."),
        Rule("TCP-22", "A connect of a bound socket keeps its address."),
        Rule("TCP-23", "A connect may go out only when the guest asks after it."),
        Rule("TCP-24", "A connect under way would block, any number of times."),
        Rule("TCP-25", "A connect that succeeded gives its streams once."),
        Rule("TCP-26", "A connect that failed says why, and its socket is closed for good."),
        Rule(
            "TCP-27",
            """
            A connect that the policy denies is access-denied, by the text at its start, in \
            wasmtime at its finish (`rules`).
            """),
        Rule(
            "TCP-28",
            """
            A connect for which no port is left is address-in-use, in wasmtime \
            address-not-bindable (`rules`).
            """),
        Rule(
            "TCP-29",
            """
            A connect that is known to have succeeded makes wasmtime's socket connected before the \
            guest has finished it (`rules`).
            """),
        Rule("TCP-30", "A socket that is not bound cannot listen."),
        Rule("TCP-31", "From the start of a listen peers can connect."),
        Rule(
            "TCP-32",
            "A listen that failed closes the socket, in wasmtime for an unknown reason (`rules`)."),
        Rule("TCP-33", "An accept from an empty queue would block."),
        Rule("TCP-34", "An accepted socket is connected, bound, and no child of its listener."),
        Rule("TCP-35", "An accept after the listener was ready does not block."),
        Rule("TCP-36", "A connection that died in the queue is connection-aborted, and passes."),
        Rule(
            "TCP-37", "A peer that the policy does not admit is reset, and the guest sees nothing."),
        Rule(
            "TCP-38", "An accept for which no descriptor is left says so, and the listener goes on."
        ),
        Rule("TCP-39", "An accepted socket has the options that its listener had."),
        Rule(
            "TCP-40", "Options set on a listening socket hold for the connections that come then."),
        Rule("TCP-41", "An accepted socket keeps its options when its listener's change."),
        Rule("TCP-42", "A shutdown ends the directions it names, and may be repeated."),
        Rule("TCP-43", "A connection whose streams were not taken cannot be shut down."),
        Rule("TCP-44", "After the peer's shutdown a read is closed at the first try."),
        Rule("TCP-45", "The remote address of a connection that was reset may be unknown."),
        Rule("TCP-46", "A socket that is at nothing is ready."),
        Rule("TCP-47", "A connecting socket is ready once the outcome is known, good or bad."),
        Rule("TCP-48", "A listening socket is ready while an accept would not block."),
        Rule("TCP-49", "A pollable follows its socket from one operation to the next."),
        Rule("TCP-50", "A socket with a live stream or pollable cannot be dropped."),
        Rule(
            "TCP-51",
            "Dropping a connection is its end, and a reset where something was not read."),
        Rule("TCP-52", "Dropping a listener resets who waits in its queue, and nobody else."),
    ]

    /// From TCP-60.
    static let tcpOptions = [
        Rule("TCP-60", "A backlog of 0 is invalid before the state counts, and others are cut."),
        Rule("TCP-61", "Keep-alive can be switched."),
        Rule(
            "TCP-62",
            "An idle time of 0 is invalid, and others are whole seconds from 1 to 32,767."),
        Rule(
            "TCP-63",
            "A keep-alive interval of 0 is invalid, and others are whole seconds from 1 to 32,767."
        ),
        Rule("TCP-64", "A keep-alive count of 0 is invalid, and others are cut to 127."),
        Rule("TCP-65", "A hop limit of 0 is invalid, and others are kept."),
        Rule("TCP-66", "A buffer size of 0 is invalid, and 0x10000 reads back as it is."),
    ]
}
