// Scenarios with requests, played by both shipped guests: what servers do, and what is said of scripts that
// nobody met.

import PolluxHost
import ScenarioGuest
import ScenarioHTTPGuest
import Testing

@testable import PolluxScenario

struct StepDoorHTTPTests {
    /// What is said of a document, from line 3 on, by each of the shipped guests; they must agree.
    private func hear(_ lines: String) throws -> [String] {
        let text = "pollux: 1\nname: n\n\(lines)\n"
        let local = try Played(text, on: .local).said
        #expect(try Played(text, on: .swift).said == local)
        return local
    }

    // MARK: Servers

    @Test func `a server without a script answers every request alike, with all that it has`()
        throws
    {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/x?y', status: 404, fields: {x-one: [a, b]}, a: hel, b: lo, after: 2ms}}
            program: {A: [repeat 2 times fetch api as r and read api until closed as body and drop api]}
            expect: {value: {r: "404 x-one: a, x-one: b", body: hello}, eventually: [{A.done: 4ms}]}
            """)
        #expect(said == [])
    }

    @Test func `what a server is to do before its request comes happens as soon as that is there`()
        throws
    {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/', a: early}}
            program: {A: [sleep 5ms, fetch api as r, read api until closed as body]}
            events: [1ms: api head, 2ms: [api a, api closed]]
            expect: {value: {r: 200, body: early}, eventually: [{A.done: 5ms}]}
            """)
        #expect(said == [])
    }

    @Test func `a silent server has no connection until it accepts`() throws {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/'}}
            program: {A: [fetch api connect 4ms as r]}
            events: [0ms: api silent, 3ms: api accepts, 9ms: api head]
            expect: {value: {r: 200}, eventually: [{A.done: 9ms}]}
            """)
        #expect(said == [])
    }

    @Test func `a server that answers after the body waits for its end, and takes it meanwhile`()
        throws
    {
        let said = try hear(
            """
            world: {api: {http: 'POST http://a.example/', answers: after-body}}
            program: {A: [fetch api sending ab cd "e f" as r, read api until closed as body]}
            events: [0ms: [api permit 0, api head], 4ms: [api permit 3, api closed]]
            expect: {value: {r: 200, api: "abcde f"}, relations: [A.done within 0ms of api.open], eventually: [{A.done: 4ms}]}
            """)
        #expect(said == [])
    }

    @Test func `HTTP-29: a server that never answers is given up by the host's own timeout`() throws
    {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/', after: never}}
            program: {A: [fetch api as r]}
            expect: {value: {r: {failed: connection-read-timeout}}, eventually: [{A.done: 600s}]}
            """)
        #expect(said == [])
    }

    @Test(arguments: ["18446744073709551615ns", "18446744073s"])
    func `CLOCK-07: a server whose answer lies behind the end of the clock never answers`(
        delay: String
    ) throws {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/', after: \(delay)}}
            program: {A: [work 1s, fetch api as r]}
            expect: {value: {r: {failed: connection-read-timeout}}, eventually: [{A.done: 601s}]}
            """)
        #expect(said == [])
    }

    @Test
    func
        `a request that is given up in its middle, or whose response is, is broken for its server`()
        throws
    {
        let said = try hear(
            """
            world:
              upload: {http: 'POST http://a.example/'}
              download: {http: 'GET http://b.example/'}
              whole: {http: 'POST http://c.example/', answers: after-body}
            program:
              main: [spawn A, spawn B, spawn C, sleep 2ms, cancel A and join, cancel B and join, join C]
              A: [fetch upload sending abc]
              B: [fetch download, read download]
              C: [fetch whole sending abc]
            events: [0ms: [upload permit 0, download head]]
            expect: {value: {upload: {failed: broken}, download: {failed: broken}, whole: abc}}
            """)
        #expect(said == [])
    }

    @Test
    func `what requests say of themselves is a value: the fields that steps name, and trailers`()
        throws
    {
        let said = try hear(
            """
            world: {api: {http: 'PUT http://a.example/', answers: after-body}, none: {http: 'GET http://b.example/', optional: true}}
            program: {A: [repeat 2 times fetch api with X-One=1 x-two="a b" sending hi trailing sum=7 and drop api, fetch api sending lo]}
            expect: {value: {api: hihilo, api.fields: "x-one: 1, x-two: a b, x-one: 1, x-two: a b", api.trailers: "sum: 7, sum: 7", none.fields: nothing, none.trailers: nothing}}
            """)
        #expect(said == [])
    }

    @Test func `fields and trailers that are not those of the claim are a failure at the claim`()
        throws
    {
        let said = try hear(
            """
            world: {api: {http: 'PUT http://a.example/', answers: after-body}}
            program: {A: [fetch api with x-one=1 sending hi]}
            expect: {value: {api.fields: "x-one: 2", api.trailers: "sum: 7"}}
            """)
        #expect(
            said == [
                "5:18: value: 'api.fields' is 'x-one: 1', not 'x-one: 2'",
                "5:42: value: 'api.trailers' is 'nothing', not 'sum: 7'",
            ])
    }

    // MARK: Faults

    @Test func `a second request to a server with a script is a fault at its step`() throws {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/'}}
            program: {A: [fetch api, drop api, fetch api]}
            events: [0ms: api head]
            """)
        #expect(said == ["4:36: 'api' has had a request, and its script says nothing of another"])
    }

    @Test func `a fetch of what is open is a fault at its step, and so is a read of what is not`()
        throws
    {
        let world = "world: {api: {http: 'GET http://a.example/'}}\n"
        #expect(
            try hear(world + "program: {A: [fetch api, fetch api]}")
                == ["4:26: the response of 'api' is open already; drop it first"])
        #expect(
            try hear(world + "program: {A: [read api as r]}")
                == ["4:15: 'api' is not open at this point of the run; 'fetch api' opens it"])
        #expect(
            try hear(world + "program: {A: [trailers api as t]}")
                == ["4:15: 'api' is not open at this point of the run; 'fetch api' opens it"])
    }

    @Test func `a fetch that fails without a name for its result is a failure of its task`() throws
    {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/', error: DNS-timeout}}
            program: {A: [fetch api, say on]}
            expect: {order: [A.fail, A.say]}
            """)
        #expect(said == [])
    }

    // MARK: Use

    @Test func `a server that nobody asks is told of at its line`() throws {
        let said = try hear(
            "world: {api: {http: 'GET http://a.example/'}}\nprogram: {A: [yield]}")
        #expect(
            said == [
                "3:9: use: 'api' was never opened; add 'optional: true' where nobody need use it"
            ])
    }

    @Test func `a chunk that nobody reads and trailers that nobody asks for are told of`() throws {
        let said = try hear(
            """
            world:
              api: {http: 'GET http://a.example/', a: hel, b: lo, trailers: {sum: "7"}}
            program: {A: [fetch api, read api as r]}
            """)
        #expect(
            said == [
                "4:48: use: chunk 'b' of 'api' was never read to its end; add 'optional: true' "
                    + "where nobody need read all",
                "4:3: use: the trailers of 'api' were never asked for; add 'optional: true' where "
                    + "nobody need have them",
            ])
    }

    @Test func `each mark of a script that no answer rests on is told of at its place`() throws {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/', a: hi}}
            program: {A: [fetch api, drop api, sleep 9ms]}
            timeline: |
              ms   0    5
              api  _+3#a|
            """)
        #expect(
            said == [
                "7:12: use: chunk 'a' of 'api' at 4ms was never read; add 'optional: true' where "
                    + "nobody need read all",
                "7:10: use: the permit 3 of 'api' at 2ms was never met; add 'optional: true' where "
                    + "nobody need meet it",
                "7:13: use: the end of 'api' at 5ms was never met; add 'optional: true' where "
                    + "nobody need meet it",
            ])
    }

    @Test func `an optional server need not be used, nor used up`() throws {
        let said = try hear(
            """
            world:
              api: {http: 'GET http://a.example/', a: hi, trailers: {sum: "7"}, optional: true}
              other: {http: 'GET http://b.example/', optional: true}
            program: {A: [fetch api]}
            """)
        #expect(said == [])
    }

    // MARK: Guests

    @Test(arguments: [
        GuestProgram(name: "local", entry: LocalGuest.main),
        GuestProgram(name: "swift", entry: SwiftGuest.main),
    ])
    func `a guest without a client is skipped, and never passes`(_ guest: GuestProgram) throws {
        let scenario = try Scenario.parse(
            path: "f",
            text: """
                pollux: 1
                name: n
                world: {api: {http: 'GET http://a.example/'}}
                program: {A: [fetch api]}
                """)[0]
        let run = Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: 1)
        #expect(run.outcome == .unsupported(Place(line: 4, column: 15)))
    }

    // MARK: Choices

    private static let tie = """
        pollux: 1
        name: n
        world:
          api: {http: "GET http://a.example/"}
        program:
          A: [fetch api first-byte 5ms as r]
        timeline: |
          ms   0    5
          api  -----#
        hosts: [{timeout-ties: any}]
        schedule:
          - {at: tie api, timeout: true}
        expect:
          value: {r: {failed: connection-read-timeout}, api: {failed: broken}}

        """

    @Test func `a schedule says which timeout wins against the response of its instant`() throws {
        let scenario = try Scenario.parse(path: "f", text: Self.tie)[0]
        for guest in [GuestProgram.local, .swift] {
            let played = Player(guest: guest).runSchedule(of: scenario, on: scenario.hosts[0])
            #expect(played.failures.map(\.message) == [])
        }
        #expect(Draft(scenario).text == Self.tie)
    }

    @Test func `without the freedom a response at the instant of its timeout has come in time`()
        throws
    {
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/'}}
            program: {A: [fetch api first-byte 5ms as r]}
            events: [5ms: api head]
            hosts: [friendly, wasmtime, {like: any, timeout-ties: response}]
            expect: {value: {r: 200}}
            """)
        #expect(said == [])
    }

    @Test func `a response before the instant of its timeout is in time, whenever it is asked for`()
        throws
    {
        // The task that awaits it is kept from its poll until the very instant.
        let said = try hear(
            """
            world: {api: {http: 'GET http://a.example/'}}
            program: {A: [fetch api first-byte 5ms as r], B: [work 5ms]}
            events: [3ms: api head]
            hosts: [{timeout-ties: any}]
            explore: exhaustive
            expect: {value: {r: 200}}
            """)
        #expect(said == [])
    }

    // MARK: Files

    private static let everything = """
        pollux: 1
        name: all of the door and the steps of HTTP
        world:
          api: {http: "POST http://a.example:8080/x?y=1", status: 404, fields: {x-one: "1", x-two: ["a", "b"]}, a: "hel", b: "lo", trailers: {sum: "7"}, error: HTTP-protocol-error, answers: after-body}
          late: {http: "GET https://[2001:db8::1]/", after: 4ms, optional: true}
          lost: {http: "PURGE http://10.0.0.5/", after: never, optional: true}
        program:
          A:
            - fetch api connect 1ms first-byte 2ms between-bytes 3ms with x-one=1 x-two="a=b c" x-none="" sending one "t wo" trailing sum=7 as r
          B:
            - fetch late
            - read late 4 as x
            - trailers late as t
            - drop late
            - fetch lost with x-one=1 x-one=2
            - fetch lost sending "as" "and" "a=b" "trailing" with
            - trailers api
        timeline: |
          ms   0    5    10
          api  _-+04#a-b-!

        """

    @Test func `a file with all of HTTP is read and laid out as it stands`() throws {
        let scenario = try Scenario.parse(path: "f", text: Self.everything)[0]
        #expect(Draft(scenario).text == Self.everything)
        let formatted = try Formatter.format(path: "f", bytes: Array(Self.everything.utf8))
        #expect(String(decoding: formatted, as: UTF8.self) == Self.everything)
    }

    @Test func `facts of a server without a ruler are events, and are read again`() throws {
        var draft = Draft(try Scenario.parse(path: "f", text: Self.everything)[0])
        draft.timeline = nil
        for index in draft.facts.indices { draft.facts[index].time *= 1_000 }
        #expect(draft.text.contains("api head"))
        #expect(Draft(try draft.scenario()).text == draft.text)
    }

    @Test func `the times of a draft are those of its servers and of its requests, too`() throws {
        let draft = Draft(try Scenario.parse(path: "f", text: Self.everything)[0])
        let slow = draft.retimed { $0 * 3 }
        #expect(slow.times == draft.times.map { $0 * 3 })
        #expect(slow.text.contains("first-byte 6ms"))
        #expect(slow.text.contains("after: 12ms"))
    }

    @Test func `a server that goes takes the steps on it along`() throws {
        let draft = Draft(try Scenario.parse(path: "f", text: Self.everything)[0])
        let without = draft.without(draft.names(with: "api"))
        #expect(!without.text.contains("api"))
        #expect(throws: Never.self) { try without.scenario() }
        let renamed = draft.renamed(["api": "web"])
        #expect(!renamed.text.contains("api"))
        #expect(throws: Never.self) { try renamed.scenario() }
    }

    // MARK: Words

    @Test func `the story of a request is told without what makes it up`() throws {
        let scenario = try Scenario.parse(
            path: "f",
            text: """
                pollux: 1
                name: n
                world: {api: {http: 'GET http://a.example/', a: hi}}
                program: {A: [fetch api, read api until closed as body]}
                timeline: |
                  ms   0    5
                  api  --#a|
                """)[0]
        let run = Player(guest: .local).run(scenario, on: scenario.hosts[0], seed: 1)
        #expect(
            Story(run).sentences == [
                "at 0ms A starts, sends GET http://a.example/ to api, subscribes api and waits for "
                    + "the response of api",
                "at 0ms the guest polls api, at 2ms api responds 200 (line 7), at 2ms api is ready; "
                    + "it returns api, which wakes A",
                "at 2ms A wakes, because 2 returned api; it drops api, gets the response 200 of "
                    + "api, drops the response of api, drops the future of api, subscribes api and "
                    + "waits to read api",
                "at 2ms the guest polls api, at 3ms api gets \"hi\" (line 7), at 3ms api is ready; "
                    + "it returns api, which wakes A",
                "at 3ms A wakes, because 4 returned api; it reads \"hi\" from api and waits to read "
                    + "api",
                "at 3ms the guest polls api, at 4ms api closes (line 7), at 4ms api is ready; it "
                    + "returns api, which wakes A",
                "at 4ms A wakes, because 6 returned api; it finds api closed, drops api, drops the "
                    + "stream api, drops the body of api and ends",
            ])
    }
}
