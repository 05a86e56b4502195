// Scenarios with sockets and look-ups, played by both shipped guests: what peers do, and what is said
// of scripts that nobody met.

import PolluxHost
import Testing
import WASIAsyncRuntime
import WASIp2

@testable import PolluxScenario
@testable import ScenarioGuest

/// A guest that connects, blocking, and keeps the socket for ever.
private let hoarder = GuestProgram(name: "hoarder") {
    final class Hoard {
        let socket: TCPSocket
        init(_ socket: consuming TCPSocket) { self.socket = socket }
    }
    func connect(to address: WASIp2.SocketAddress) {
        do throws(WASIp2.NetworkError) {
            let hoard = Hoard(try TCPSocket(address.ip.family))
            try hoard.socket.startConnect(WASIp2.Network(), to: address)
            hoard.socket.subscribe().block()
            _ = try hoard.socket.finishConnect()
            _ = Unmanaged.passRetained(hoard)
        } catch {
            preconditionFailure("\(error)")
        }
    }
    func run(_ task: UInt32) {
        while true {
            switch Steps.next(task, .none) {
            case .done: return
            case .spawn: break
            case .join(let other): run(other)
            case .connect(_, let address, _): connect(to: address)
            default: preconditionFailure("no such step")
            }
        }
    }
    run(0)
}

struct StepDoorSocketTests {
    /// What is said of a document, from line 3 on, by each of the shipped guests; they must agree.
    private func hear(_ lines: String) throws -> [String] {
        let text = "pollux: 1\nname: n\n\(lines)\n"
        let local = try Played(text, on: .local).said
        #expect(try Played(text, on: .swift).said == local)
        return local
    }

    // MARK: Servers

    @Test func `what a server sends before there is a connection comes as soon as there is one`()
        throws
    {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80', a: early}}
            program: {C: [sleep 5ms, connect server, read server until closed as body]}
            events: [1ms: server a, 2ms: server closed]
            expect: {value: {body: early}, eventually: [{C.done: 5ms}]}
            """)
        #expect(said == [])
    }

    @Test func `a silent server answers a connect when it accepts`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80'}}
            program: {C: [connect server as c]}
            events: [0ms: server silent, 7ms: server accepts]
            expect: {value: {c: ok}, relations: [C.done within 0ms of server.open]}
            """)
        #expect(said == [])
    }

    @Test func `a connect that is refused can be tried again`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80'}}
            program: {C: [connect server as first, sleep 5ms, connect server as second]}
            events: [0ms: server refuses, 3ms: server accepts]
            expect: {value: {first: {failed: connection-refused}, second: ok}}
            """)
        #expect(said == [])
    }

    @Test func `a second connect waits until the first connection is over`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80'}}
            program: {C: [connect server, sleep 5ms, drop server, connect server as again]}
            expect: {value: {again: ok}, count: {server.open: 2, server.drop: 2}}
            """)
        #expect(said == [])
    }

    @Test func `a reset is told after what came before it`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80', a: hel}}
            program: {C: [connect server, sleep 5ms, read server as x, read server as end]}
            events: [1ms: server a, 2ms: server failed]
            expect: {value: {x: hel, end: {failed: connection reset}}}
            """)
        #expect(said == [])
    }

    @Test func `a permit bounds each write, and 0 is none`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80'}}
            program: {C: [connect server, write server hello]}
            events: [0ms: server permit 2, 0ms: server permit 0, 4ms: server permit 3]
            expect: {value: {server: hello}, eventually: [{C.done: 4ms}]}
            """)
        #expect(
            said == [
                "5:15: use: the permit 2 of 'server' at 0ms was never met; add "
                    + "'optional: true' where nobody need meet it"
            ])
    }

    @Test func `an end of what is sent leaves the other direction`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80', a: bye}}
            program: {C: [connect server, shut server as s, write server no as w, read server as r]}
            events: [1ms: server a]
            expect: {value: {s: ok, w: closed, r: bye, server: ''}}
            """.replacing("write server no as w", with: "'write server \"no\" as w'"))
        #expect(said == [])
    }

    // MARK: Clients

    @Test func `a client that comes before the guest listens connects when it does`() throws {
        let said = try hear(
            """
            world: {web: {listen: '127.0.0.1:80'}, client: {calls: web, a: hi}}
            program: {S: [sleep 5ms, listen web, accept web as who, read client as x]}
            events: [1ms: client calls, 2ms: client a]
            expect: {value: {who: client, x: hi}, eventually: [{S.done: 5ms}]}
            """)
        #expect(said == [])
    }

    @Test func `a full queue lets the next client in when one is accepted`() throws {
        let said = try hear(
            """
            world:
              web: {listen: '127.0.0.1:80', backlog: 1}
              c1: {calls: web}
              c2: {calls: web, a: hi}
            program: {S: [listen web, sleep 5ms, accept web as first, accept web as second, read c2 as x]}
            events: [1ms: c1 calls, 1ms: c2 calls, 2ms: c2 a]
            expect: {value: {first: c1, second: c2, x: hi}}
            """)
        #expect(said == [])
    }

    @Test func `of two tasks that accept each has its own client`() throws {
        let said = try hear(
            """
            world:
              web: {listen: '127.0.0.1:80'}
              c1: {calls: web}
              c2: {calls: web}
            program:
              L: [listen web, spawn A, spawn B, join A B]
              A: [accept web as a1]
              B: [accept web as b1]
            events: [1ms: c1 calls, 3ms: c2 calls]
            expect: {value: {a1: c1, b1: c2}, order: [c1.open, c2.open]}
            """)
        #expect(said == [])
    }

    @Test func `a listener of IPv6, and one beyond loopback, take clients`() throws {
        for address in ["[::1]:80", "[2001:db8::9]:80", "10.1.2.3:80"] {
            let said = try hear(
                """
                world: {web: {listen: '\(address)'}, client: {calls: web, a: hi}}
                program: {S: [listen web, accept web, read client as x]}
                events: [1ms: client calls, 1ms: client a]
                expect: {value: {x: hi}}
                """)
            #expect(said == [], "\(address)")
        }
    }

    // MARK: Datagrams

    @Test func `datagrams come one by one, an empty one among them`() throws {
        let said = try hear(
            """
            world: {ns: {udp: '[2001:db8::53]:53', a: one, b: ''}}
            program: {U: [connect ns, write ns q, read ns as x, read ns as z]}
            events: [1ms: ns a, 1ms: ns b]
            expect: {value: {x: one, z: '', ns: q}}
            """)
        #expect(said == [])
    }

    @Test(arguments: ["wasmtime", "spec"])
    func `UDP-11: the host refuses streams of a socket that nobody has bound`(rules: String) throws
    {
        let said = try hear(
            """
            world: {ns: {udp: '10.0.0.53:53', optional: true}}
            program: {U: [stream ns as r, stream ns]}
            hosts: [{rules: \(rules)}]
            expect: {value: {r: {failed: invalid-state}}, count: {U.fail: 1}, never: [leak]}
            """)
        #expect(said == [])
    }

    @Test(arguments: [("wasmtime", "ok"), ("spec", "{failed: invalid-state}")])
    func `UDP-12: streams of a socket whose bind is not over are as the rules say`(
        rules: String, answer: String
    ) throws {
        let said = try hear(
            """
            world: {ns: {udp: '[2001:db8::5]:53', optional: true}}
            program: {U: [stream ns while binding as r]}
            hosts: [{rules: \(rules)}]
            expect: {value: {r: \(answer)}, never: [leak]}
            """)
        #expect(said == [])
    }

    @Test func `UDP-25: a refused datagram is told on receive`() throws {
        let said = try hear(
            """
            world: {ns: {udp: '10.0.0.53:53'}}
            program: {U: [connect ns, write ns q, read ns as x]}
            events: [0ms: ns refuses]
            expect: {value: {x: {failed: connection-refused}, ns: ''}}
            """)
        #expect(said == [])
    }

    // MARK: Names

    @Test func `an answer comes when its door says`() throws {
        let said = try hear(
            """
            world:
              late: {dns: a.example, addresses: [10.0.0.5, '2001:db8::1'], after: 4ms}
              timed: {dns: b.example, error: temporary, at: 3ms}
              quick: {dns: c.example, addresses: [10.0.0.6]}
            program:
              A: [sleep 1ms, lookup late as a]
              B: [lookup timed as b]
              C: [sleep 8ms, lookup quick as c]
            hosts: [{rules: spec}]
            expect:
              value: {a: 10.0.0.5 2001:db8::1, b: {failed: temporary-resolver-failure}, c: 10.0.0.6}
              eventually: [{A.done: 5ms}, {B.done: 3ms}, {C.done: 8ms}]
            """)
        #expect(said == [])
    }

    @Test(arguments: [
        "after: never", "error: unknown, after: 18446744073709551615ns",
        "error: unknown, at: 18446744073709551615ns",
    ])
    func `CLOCK-07: a lookup that is never answered is a deadlock on its name`(answer: String)
        throws
    {
        let said = try hear(
            """
            world: {name: {dns: a.example, \(answer)}}
            program: {A: [lookup name]}
            expect: {outcome: {deadlock: {A: name}, at: 0ms}}
            """)
        #expect(said == [])
    }

    // MARK: What nobody met

    static let unused: [(String, [String])] = [
        (
            "program: {A: [connect server]}\nevents: [1ms: server a]",
            [
                "5:15: use: chunk 'a' of 'server' at 1ms was never read; add 'optional: true' where "
                    + "nobody need read all"
            ]
        ),
        (
            "program: {A: [connect server, read server 2]}\nevents: [1ms: server a]",
            [
                "5:15: use: chunk 'a' of 'server' at 1ms was read up to byte 2 of 5; add 'optional: "
                    + "true' where nobody need read all"
            ]
        ),
        (
            "program: {A: [connect server, read server]}\nevents: [1ms: server a, 2ms: server closed]",
            [
                "5:30: use: the end of 'server' at 2ms was never met; add 'optional: true' where "
                    + "nobody need meet it"
            ]
        ),
        (
            "program: {A: [connect server, read server]}\nevents: [1ms: server a, 2ms: server refuses]",
            [
                "5:30: use: the refusal of 'server' at 2ms was never met; add 'optional: true' where "
                    + "nobody need meet it"
            ]
        ),
        (
            "program: {A: []}\nevents: [1ms: server a]",
            ["3:9: use: 'server' was never opened; add 'optional: true' where nobody need use it"]
        ),
    ]

    @Test(arguments: unused)
    func `what a server was to do and nobody met is told where it stands`(
        _ lines: String, _ said: [String]
    ) throws {
        #expect(try hear("world: {server: {tcp: '10.0.0.5:80', a: hello}}\n" + lines) == said)
    }

    @Test func `a datagram, a client and a name that nobody met are told`() throws {
        let said = try hear(
            """
            world: {ns: {udp: '10.0.0.53:53', a: ''}, web: {listen: '127.0.0.1:80'}, c1: {calls: web}, name: {dns: a.b, error: unknown}}
            program: {A: [connect ns, listen web]}
            events: [1ms: ns a, 2ms: c1 calls]
            """)
        #expect(
            said == [
                "5:15: use: datagram 'a' of 'ns' at 1ms was never received; add 'optional: true' "
                    + "where nobody need receive all",
                "3:74: use: 'c1' was never opened; add 'optional: true' where nobody need use it",
                "3:92: use: 'name' was never opened; add 'optional: true' where nobody need use it",
            ])
    }

    // MARK: Misuse

    static let mistakes: [(String, String)] = [
        (
            "[read server]",
            "'server' is not open at this point of the run; 'connect server' opens it"
        ),
        ("[accept web]", "'web' is not open at this point of the run; 'listen web' opens it"),
        (
            "[listen web, read client]",
            "'client' is not open at this point of the run; 'accept web' opens it, once it is its "
                + "turn"
        ),
        ("[connect server, connect server]", "'server' is open already; drop it first"),
        ("[wait web]", "'web' is not open at this point of the run; 'listen web' opens it"),
    ]

    @Test(arguments: mistakes)
    func `a step on what is not open is a mistake of the scenario's, at its place`(
        _ steps: String, _ message: String
    ) throws {
        let text =
            "pollux: 1\nname: n\nworld:\n  server: {tcp: '10.0.0.5:80', optional: true}\n"
            + "  web: {listen: '127.0.0.1:80', optional: true}\n"
            + "  client: {calls: web, optional: true}\nprogram: {A: \(steps)}\n"
        let mistake = try #require(try Played(text).run.mistake)
        #expect(mistake.message == message)
        #expect(mistake.place.line == 7)
    }

    // MARK: Cancelling

    @Test func `a task that is cancelled lets go of its connection, its pollable before it`() throws
    {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80'}}
            program: {C: [connect server, read server], K: [sleep 5ms, cancel C and join]}
            expect: {order: [server.unsubscribe, server.drop, C.cancelled, K.done], never: [leak]}
            """)
        #expect(said == [])
    }

    @Test func `a socket that is kept behind the end of its task is a leak`() throws {
        let text = """
            pollux: 1
            name: n
            world: {server: {tcp: '10.0.0.5:80'}}
            program: {A: [connect server]}
            """
        let said = try Played(text, on: hoarder).said
        let leak =
            "1:1: invariant no-leak: at its end the guest still held the socket of 'server' ("
        #expect(said.count == 1 && said[0].hasPrefix(leak), "\(said)")
        #expect(try Played(text).said == [])
    }

    // MARK: Waiting

    @Test func `a wait on a connection is for what it sends`() throws {
        let said = try hear(
            """
            world: {server: {tcp: '10.0.0.5:80', a: hi}, t: {at: 3ms}}
            program: {C: [connect server, wait server | t as first, wait server as second, read server]}
            events: [5ms: server a]
            expect: {value: {first: t, second: server}, eventually: [{C.done: 5ms}]}
            """)
        #expect(said == [])
    }

    @Test func `a wait on a listener, and on datagrams, is for what comes`() throws {
        let said = try hear(
            """
            world: {web: {listen: '127.0.0.1:80'}, c1: {calls: web}, ns: {udp: '10.0.0.53:53', a: hi}}
            program: {S: [listen web, connect ns, wait web | ns as first, accept web, wait ns, read ns]}
            events: [2ms: c1 calls, 4ms: ns a]
            expect: {value: {first: web}, eventually: [{S.done: 4ms}]}
            """)
        #expect(said == [])
    }

    // MARK: Whole programs

    @Test func `a whole program meets servers, clients and names by its own sockets`() throws {
        let relay = ProgramEntry(name: "Relay") {
            do {
                try blockOn {
                    let listener = try await TCPListener.bind(to: SocketAddress(.any, port: 80))
                    let client = try await listener.accept()
                    let server = try await TCPStream.connect(to: "example.com", port: 80)
                    _ = try await server.copy(from: client.input)
                    try server.shutDown(.send)
                    _ = try await client.copy(from: server.input)
                }
            } catch {
                preconditionFailure("\(error)")
            }
        }
        let text = """
            pollux: 1
            name: n
            world:
              web: {listen: '127.0.0.1:80'}
              client: {calls: web, q: GET}
              server: {tcp: '10.0.0.5:80', r: hello}
              name: {dns: example.com, addresses: [10.0.0.5], after: 1ms}
            program: {entry: Relay}
            timeline: |
              ms      0    5
              client  -+-q|
              server  -----r|
            hosts: [friendly, any, wasmtime]
            expect: {value: {server: GET, client: hello}, order: [client.open, name.open, server.open]}
            """
        let scenario = try Scenario.parse(path: "f", text: text)[0]
        let verdict = Replayer(guests: [], entries: [relay]).replay(scenario)
        #expect(verdict.hosts.flatMap { $0.failures.map(\.message) } == [])
    }

    @Test func `a program reaches nobody but those of its world`() throws {
        let lost = ProgramEntry(name: "Lost") {
            blockOn {
                let address = SocketAddress(.ipv4(10, 0, 0, 6), port: 80)
                do {
                    _ = try await TCPStream.connect(to: address)
                } catch {
                    try? await AsyncOutputStream.standardOutput().write("\(error)\n")
                }
            }
        }
        let text = """
            pollux: 1
            name: n
            world: {server: {tcp: '10.0.0.5:80', optional: true}}
            program: {entry: Lost}
            """
        let scenario = try Scenario.parse(path: "f", text: text)[0]
        let verdict = Replayer(guests: [], entries: [lost]).replay(scenario)
        let log = try #require(verdict.hosts.first?.run).log
        #expect(log.contains { $0.contains("accessDenied") })
    }

    // MARK: Files

    private static let everything = """
        pollux: 1
        name: all doors of the network
        world:
          server: {tcp: "10.0.0.5:80", a: "hel", b: "lo\\n"}
          web: {listen: "[::1]:8080", backlog: 4}
          client: {calls: web, optional: true}
          ns: {udp: "10.0.0.53:53", d: ""}
          good: {dns: example.com, addresses: ["10.0.0.5", "2001:db8::1"], after: 4ms}
          bad: {dns: example.org, error: permanent, at: 2ms}
          lost: {dns: example.net, after: never, optional: true}
        program:
          A: [connect server as c, shut server, shut server both as s, read server until closed]
          B: [listen web, accept web as who, write client x, drop client, drop web]
          C: [lookup good as a, lookup bad, connect ns, read ns]
        timeline: |
          ms      0    5    10   15
          server  _----+a3b|
          client  +!
          ns      x----+d

        """

    @Test func `a file with every door and step of the network is read and laid out as it stands`()
        throws
    {
        let scenario = try Scenario.parse(path: "f", text: Self.everything)[0]
        #expect(Draft(scenario).text == Self.everything)
        let formatted = try Formatter.format(path: "f", bytes: Array(Self.everything.utf8))
        #expect(String(decoding: formatted, as: UTF8.self) == Self.everything)
    }

    @Test func `facts of the network without a ruler are events, and are read again`() throws {
        var draft = Draft(try Scenario.parse(path: "f", text: Self.everything)[0])
        draft.timeline = nil
        for index in draft.facts.indices { draft.facts[index].time *= 1_000 }
        #expect(draft.text.contains("server silent"))
        #expect(draft.text.contains("client calls"))
        #expect(Draft(try draft.scenario()).text == draft.text)
    }

    @Test func `a resource that goes takes the clients of its listener with it`() throws {
        let draft = Draft(try Scenario.parse(path: "f", text: Self.everything)[0])
        #expect(draft.names(with: "web") == ["web", "client"])
        #expect(throws: Never.self) { try draft.without(draft.names(with: "web")).scenario() }
        let renamed = draft.renamed(["web": "door", "client": "caller"])
        let scenario = try renamed.scenario()
        #expect(scenario.resources[1].name == "door")
        guard case .client(of: 1, _) = scenario.resources[2].kind else {
            Issue.record("the client has another listener")
            return
        }
    }

    // MARK: Determinism

    @Test func `the same seed gives the same run with peers, on a host that has choices`() throws {
        let text = """
            pollux: 1
            name: n
            world:
              server: {tcp: '10.0.0.5:80', a: hello}
              web: {listen: '127.0.0.1:80'}
              client: {calls: web, b: hi}
            program:
              A: [connect server, write server abcdef, read server until closed]
              B: [listen web, accept web, read client, write client xyz]
            timeline: |
              ms      0    5
              server  --a-|
              client  +-b
            hosts: [any]
            """
        for seed: UInt64 in 1...20 {
            let digests = Set(try (0..<3).map { _ in try Played(text, seed: seed).run.digest })
            #expect(digests.count == 1, "seed \(seed)")
        }
    }
}
