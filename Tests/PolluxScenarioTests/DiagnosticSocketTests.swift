// What the parser says about sockets and names that are none: the sentence and the place.

import PolluxScenario
import Testing

/// A document whose `peer`, in line 3 from column 15, has this door.
private func world(_ door: String) -> String {
    Malformed.document("world: {peer: \(door)}\nprogram: {A: []}\n")
}

/// A document in which task `A`, in line 8 from column 7, has these steps.
private func program(_ steps: String) -> String {
    Malformed.document(
        """
        world:
          server: {tcp: '10.0.0.5:80'}
          ns: {udp: '10.0.0.53:53'}
          name: {dns: example.com, addresses: [10.0.0.5]}
        program:
          A: [\(steps)]

        """)
}

/// A document with this lane of `peer` in line 7 from column 9.
private func lane(_ lane: String, of door: String) -> String {
    Malformed.document(
        """
        world: {peer: \(door), web: {listen: '127.0.0.1:80'}}
        program: {A: []}
        timeline: |
          ms    0    5
          peer  \(lane)

        """)
}

/// A document with these events in line 5 from column 10.
private func events(_ events: String, of door: String) -> String {
    Malformed.document(
        "world: {peer: \(door), web: {listen: '127.0.0.1:80'}}\nprogram: {A: []}\n"
            + "events: [\(events)]\n")
}

@Suite("Diagnostics of sockets")
struct DiagnosticSocketTests {
    static let doors: [Malformed] = [
        Malformed(
            "a server without an address", world("tcp"),
            "f:3:15: error: the door 'tcp' needs an address, such as {tcp: '127.0.0.1:80'}"),
        Malformed(
            "a client without a listener", world("calls"),
            "f:3:15: error: the door 'calls' needs the name of a listener, such as {calls: web}"),
        Malformed(
            "a name without itself", world("dns"),
            "f:3:15: error: the door 'dns' needs a name and an answer, such as "
                + "{dns: example.com, addresses: [10.0.0.5]}"),
        Malformed(
            "an address without a port", world("{tcp: 10.0.0.5}"),
            "f:3:21: error: an address is such as 10.0.0.5:80 or '[2001:db8::5]:80', not "
                + "'10.0.0.5'"),
        Malformed(
            "a name in place of an address", world("{udp: 'example.com:53'}"),
            "f:3:22: error: an address is such as 10.0.0.5:80 or '[2001:db8::5]:80', not "
                + "'example.com:53'"),
        Malformed(
            "an address of IPv6 without brackets", world("{tcp: '2001:db8::5:80'}"),
            "f:3:22: error: an address is such as 10.0.0.5:80 or '[2001:db8::5]:80', not "
                + "'2001:db8::5:80'"),
        Malformed(
            "a port that is none", world("{tcp: '10.0.0.5:65536'}"),
            "f:3:22: error: an address is such as 10.0.0.5:80 or '[2001:db8::5]:80', not "
                + "'10.0.0.5:65536'"),
        Malformed(
            "port 0", world("{listen: '127.0.0.1:0'}"),
            "f:3:25: error: 127.0.0.1:0 is nobody's: a port is 1 to 65535, and an address one "
                + "machine's"),
        Malformed(
            "every address", world("{listen: '0.0.0.0:80'}"),
            "f:3:25: error: 0.0.0.0:80 is nobody's: a port is 1 to 65535, and an address one "
                + "machine's"),
        Malformed(
            "a chunk of two letters", world("{tcp: '10.0.0.5:80', ab: x}"),
            "f:3:36: error: a chunk's name is one letter, as in a lane, not 'ab'"),
        Malformed(
            "a chunk that is a refusal", world("{tcp: '10.0.0.5:80', x: y}"),
            "f:3:36: error: 'x' in the lane is a refusal; the chunk needs another letter"),
        Malformed(
            "a chunk without bytes", world("{tcp: '10.0.0.5:80', a: ''}"),
            "f:3:39: error: the chunk 'a' has no bytes"),
        Malformed(
            "a failure of a connection", world("{tcp: '10.0.0.5:80', '!': reset}"),
            "f:3:37: error: a chunk's name is one letter, as in a lane, not '!'"),
        Malformed(
            "two doors of the network", world("{tcp: '10.0.0.5:80', udp: '10.0.0.5:80'}"),
            "f:3:36: error: a resource has one door; this one has 'tcp'"),
        Malformed(
            "a queue for nobody", world("{listen: '127.0.0.1:80', backlog: 0}"),
            "f:3:49: error: the length of a queue is a whole number from 1 to 65535, not '0'"),
        Malformed(
            "a listener that sends", world("{listen: '127.0.0.1:80', a: x}"),
            "f:3:40: error: unknown key 'a'; the keys are backlog and optional"),
        Malformed(
            "a client of nobody", world("{calls: web}"),
            "f:3:23: error: unknown resource 'web'; there is only 'peer'"),
        Malformed(
            "a client of a server",
            Malformed.document(
                "world: {a: {tcp: '10.0.0.5:80'}, b: {calls: a}}\nprogram: {A: []}\n"),
            "f:3:45: error: 'a' is no listener, such as {listen: '127.0.0.1:80'}"),
        Malformed(
            "two servers at one address",
            Malformed.document(
                "world: {a: {tcp: '10.0.0.5:80'}, b: {tcp: '10.0.0.5:80'}}\nprogram: {A: []}\n"),
            "f:3:34: error: 10.0.0.5:80 is 'a' of line 3 already"),
        Malformed(
            "a client that never connects",
            Malformed.document(
                "world: {web: {listen: '127.0.0.1:80'}, b: {calls: web}}\nprogram: {A: []}\n"),
            "f:3:40: error: 'b' never connects: no '+' in its lane and no event 'calls'"),
        Malformed(
            "a name that is an address", world("{dns: 10.0.0.5, addresses: [10.0.0.5]}"),
            "f:3:21: error: '10.0.0.5' is no name of a host"),
        Malformed(
            "the machine's own name", world("{dns: LocalHost, addresses: [10.0.0.5]}"),
            "f:3:21: error: 'localhost' is this machine's own and asks nobody"),
        Malformed(
            "a name without an answer", world("{dns: example.com}"),
            "f:3:16: error: the answer for 'example.com' needs 'addresses', an 'error' or "
                + "'after: never'"),
        Malformed(
            "an answer that is two", world("{dns: a.b, addresses: [10.0.0.5], error: unknown}"),
            "f:3:26: error: an answer has 'addresses' or an 'error', not both"),
        Malformed(
            "an answer at two times", world("{dns: a.b, error: unknown, after: 1ms, at: 2ms}"),
            "f:3:54: error: the answer comes 'after' the look-up or 'at' a time, not both"),
        Malformed(
            "an answer of nothing", world("{dns: a.b, addresses: []}"),
            "f:3:37: error: an answer has an address at least; 'error: unknown' says that there "
                + "is none"),
        Malformed(
            "an address that is a name", world("{dns: a.b, addresses: [b.c]}"),
            "f:3:38: error: 'b.c' is no address"),
        Malformed(
            "an error that is none", world("{dns: a.b, error: lost}"),
            "f:3:33: error: unknown error 'lost'; the errors are unknown, temporary and permanent"),
        Malformed(
            "a key that no name has", world("{dns: a.b, address: 10.0.0.5}"),
            "f:3:26: error: unknown key 'address'; did you mean 'addresses'?"),
        Malformed(
            "two doors of one name",
            Malformed.document(
                "world: {p: {dns: a.b, error: unknown}, q: {dns: A.b, error: unknown}}\n"
                    + "program: {A: []}\n"),
            "f:3:40: error: a.b is 'p' of line 3 already"),
    ]

    @Test(arguments: Self.doors)
    func `a wrong door of the network is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    private static let server = "{tcp: '10.0.0.5:80', a: hi}"
    private static let client = "{calls: web, a: hi}"

    static let lanes: [Malformed] = [
        Malformed(
            "a flush of a server", lane("--f", of: server),
            "f:7:11: error: unknown chunk 'f'; there is only 'a'"),
        Malformed(
            "a level of a server", lane("--#", of: server),
            "f:7:11: error: lane 'peer' has '#' at 2ms; a server's lane has only - _ + x 0-9 | ! "
                + "and the letters of its chunks"),
        Malformed(
            "a client that refuses", lane("+-x", of: client),
            "f:7:11: error: lane 'peer' has 'x' at 2ms; a client's lane has only - + 0-9 | ! and "
                + "the letters of its chunks"),
        Malformed(
            "a client that connects twice", lane("+-+", of: "{calls: web}"),
            "f:7:11: error: 'peer' connects once, and did at 0ms (line 7)"),
        Malformed(
            "datagrams that end", lane("--|", of: "{udp: '10.0.0.5:80'}"),
            "f:7:11: error: lane 'peer' has '|' at 2ms; a lane of datagrams has only - + x and the "
                + "letters of its chunks"),
        Malformed(
            "bytes behind a reset", lane("-!a", of: server),
            "f:7:11: error: lane 'peer' goes on after '!', which ends the stream"),
        Malformed(
            "a lane of a listener", lane("---", of: "{listen: '127.0.0.1:81'}"),
            "f:7:3: error: 'peer' is a listener and has no lane: clients connect to it, in theirs"),
        Malformed(
            "a lane of a name", lane("---", of: "{dns: a.b, error: unknown}"),
            "f:7:3: error: 'peer' is a name and has no lane: its door says when the answer comes"),
        Malformed(
            "a chunk that is never sent", lane("---", of: server),
            "f:3:36: error: the chunk 'a' of 'peer' is in no lane and no event"),
    ]

    @Test(arguments: Self.lanes)
    func `a wrong lane of the network is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let facts: [Malformed] = [
        Malformed(
            "a server that calls", events("1ms: peer calls", of: server),
            "f:5:20: error: unknown fact 'calls'; the facts are a, accepts, refuses, silent, "
                + "permit, closed and failed"),
        Malformed(
            "a client that is silent", events("1ms: peer silent", of: client),
            "f:5:20: error: unknown fact 'silent'; the facts are a, calls, permit, closed and "
                + "failed"),
        Malformed(
            "a permit without a number", events("1ms: peer permit", of: server),
            "f:5:26: error: the number of bytes that the output takes is missing"),
        Malformed(
            "an event of a name", events("1ms: peer ready", of: "{dns: a.b, error: unknown}"),
            "f:5:15: error: 'peer' is a name and has no events: its door says when the answer "
                + "comes"),
    ]

    @Test(arguments: Self.facts)
    func `a wrong event of the network is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let steps: [Malformed] = [
        Malformed(
            "a connect to a name", program("connect name"),
            "f:8:15: error: 'connect' needs a 'tcp' or 'udp' door, and 'name' is a name"),
        Malformed(
            "a listen on a server", program("listen server"),
            "f:8:14: error: 'listen' needs a listener, and 'server' is a server"),
        Malformed(
            "an accept of datagrams", program("accept ns"),
            "f:8:14: error: 'accept' needs a listener, and 'ns' is a peer for datagrams"),
        Malformed(
            "a shut of datagrams", program("shut ns"),
            "f:8:12: error: 'shut' needs a connection, and 'ns' is a peer for datagrams"),
        Malformed(
            "a shut of an unknown direction", program("shut server sending"),
            "f:8:19: error: unexpected 'sending' after the step 'shut'"),
        Malformed(
            "a lookup of a server", program("lookup server"),
            "f:8:14: error: 'lookup' needs a 'dns' door, and 'server' is a server"),
        Malformed(
            "a stream of a server", program("stream server"),
            "f:8:14: error: 'stream' needs a 'udp' door, and 'server' is a server"),
        Malformed(
            "a stream while something else", program("stream ns while asleep"),
            "f:8:23: error: expected 'binding' instead of 'asleep'"),
        Malformed(
            "a wait for a name", program("wait name"),
            "f:8:12: error: 'name' is a name; 'lookup name' waits for its answer"),
        Malformed(
            "a subscription of a name", program("subscribe name as n1"),
            "f:8:17: error: 'name' is a name; 'lookup name' waits for its answer"),
        Malformed(
            "a drop of a name", program("drop name"),
            "f:8:12: error: 'name' is a name, of which a task holds nothing"),
        Malformed(
            "datagrams until their end", program("read ns until closed"),
            "f:8:12: error: 'ns' is a peer for datagrams, and datagrams have no end"),
        Malformed(
            "half a datagram", program("read ns 4"),
            "f:8:12: error: 'ns' is a peer for datagrams, and a datagram is received whole"),
        Malformed(
            "a flush of datagrams", program("flush ns"),
            "f:8:13: error: 'ns' is a peer for datagrams, and a datagram is sent at once"),
        Malformed(
            "a connect to nobody", program("connect sever"),
            "f:8:15: error: unknown resource 'sever'; did you mean 'server'?"),
    ]

    @Test(arguments: Self.steps)
    func `a wrong step on sockets is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }
}
