// UDP: wasi:sockets/udp, udp-create-socket.

extension Rule {
    static let udp = [
        Rule("UDP-01", "A policy without UDP denies access when a socket is made."),
        Rule("UDP-02", "A new socket's options are above 0, and it can send at once."),
        Rule("UDP-03", "A finish-bind without a start is not-in-progress."),
        Rule("UDP-04", "A bound socket cannot be bound again."),
        Rule("UDP-05", "A second start-bind conflicts with the first."),
        Rule("UDP-06", "A socket with streams cannot be bound."),
        Rule(
            "UDP-07",
            """
            A bind finds a free port for 0, and refuses an address that is taken, foreign, of the \
            other family or mapped.
            """),
        Rule("UDP-08", "A multicast address is not refused by the host's own checks."),
        Rule("UDP-09", "The local address is known once the socket is bound, whatever its peers."),
        Rule("UDP-10", "The remote address is known while there is a peer."),
        Rule("UDP-11", "An unbound socket has no streams."),
        Rule("UDP-12", "Before finish-bind wasmtime's socket has streams (`rules`)."),
        Rule(
            "UDP-13",
            "An unspecified, mapped or foreign-family peer, or port 0, is invalid and changes nothing."
        ),
        Rule("UDP-14", "A multicast or broadcast peer passes the host's own checks."),
        Rule("UDP-15", "Peers may come, change and go, and the remote address follows."),
        Rule("UDP-16", "A change of peers leaves the local address as it is."),
        Rule(
            "UDP-17",
            """
            A new pair of streams beside a live one traps in wasmtime, and silences the old pair by \
            the text (`rules`).
            """),
        Rule(
            "UDP-18", "A host may trap when it still receives in the background.",
            .notApplicable("nothing is received in the background here")),
        Rule("UDP-19", "A peer that the policy denies is access-denied."),
        Rule("UDP-20", "A receive of 0 datagrams is ok and empty."),
        Rule("UDP-21", "A receive of nothing is ok and empty, never would-block."),
        Rule("UDP-22", "A receive gives datagrams in order, 16 at most."),
        Rule("UDP-23", "Datagrams of others than the peer are not received."),
        Rule("UDP-24", "An empty datagram is received."),
        Rule("UDP-25", "A refusal of an earlier send to the peer is told by a receive, once."),
        Rule("UDP-26", "An error behind datagrams is not told with them."),
        Rule("UDP-27", "A datagram of a sender that the policy does not admit is discarded."),
        Rule("UDP-28", "No datagram is cut."),
        Rule("UDP-29", "An incoming stream is ready exactly while a receive gives something."),
        Rule("UDP-30", "A stream that can send permits a datagram or more."),
        Rule("UDP-31", "A stream that cannot send now permits none, and is not ready."),
        Rule("UDP-32", "A send beyond the permit, or without one, traps."),
        Rule("UDP-33", "A send of nothing is ok and needs no permit."),
        Rule("UDP-34", "A send within its permit says how many datagrams went out."),
        Rule("UDP-35", "An error behind a datagram that went out is not told."),
        Rule("UDP-36", "A send to nobody is invalid."),
        Rule("UDP-37", "A send to another than the peer is invalid, to the peer by name it is ok."),
        Rule(
            "UDP-38",
            "A send to another family, a mapped, unspecified or port-0 address is invalid."
        ),
        Rule("UDP-39", "A datagram of more than 65,535 bytes is too large."),
        Rule(
            "UDP-40", "An error of a send in the background is told by the next send.",
            .notApplicable("nothing is sent in the background here")),
        Rule("UDP-41", "A send without a peer to a closed port succeeds."),
        Rule(
            "UDP-42", "A drop waits for a send in the background.",
            .notApplicable("nothing is sent in the background here")),
        Rule("UDP-43", "A socket's own pollable is always ready."),
        Rule("UDP-44", "A socket with a live stream cannot be dropped, a stream of a pair can."),
        Rule("UDP-45", "Hop limit and buffer sizes are legal in every state, and 0 is invalid."),
    ]
}
