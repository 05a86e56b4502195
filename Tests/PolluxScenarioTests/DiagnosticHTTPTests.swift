// What the parser says about servers and requests that are none: the sentence and the place.

import PolluxScenario
import Testing

/// A document whose `api`, in line 3 from column 14, has this door.
private func world(_ door: String) -> String {
    Malformed.document("world: {api: \(door)}\nprogram: {A: []}\n")
}

/// A document in which task `A`, in line 7 from column 7, has these steps.
private func program(_ steps: String) -> String {
    Malformed.document(
        """
        world:
          api: {http: 'GET http://a.example/', a: hi}
          server: {tcp: '10.0.0.5:80'}
        program:
          A: [\(steps)]

        """)
}

/// A document with this lane of `api` in line 7 from column 8.
private func lane(_ lane: String, of door: String = "http: 'GET http://a.example/', a: hi")
    -> String
{
    Malformed.document(
        """
        world: {api: {\(door)}}
        program: {A: []}
        timeline: |
          ms   0    5
          api  \(lane)

        """)
}

@Suite("Diagnostics of HTTP")
struct DiagnosticHTTPTests {
    static let doors: [Malformed] = [
        Malformed(
            "a server without a request", world("http"),
            "f:3:14: error: the door 'http' needs a method and a URL, such as "
                + "{http: 'GET http://a.example/'}"),
        Malformed(
            "a URL without a method", world("{http: 'http://a.example/'}"),
            "f:3:22: error: 'http://a.example/' is no method and URL; a door of HTTP is such as "
                + "'GET http://a.example/path'"),
        Malformed(
            "a method that is no token", world("{http: 'G@T http://a.example/'}"),
            "f:3:22: error: 'G@T' is no method; a door of HTTP is such as "
                + "'GET http://a.example/path'"),
        Malformed(
            "another scheme", world("{http: 'GET ftp://a.example/'}"),
            "f:3:22: error: 'ftp://a.example/' is no URL of http or https; a door of HTTP is such "
                + "as 'GET http://a.example/path'"),
        Malformed(
            "a user in the URL", world("{http: 'GET http://me@a.example/'}"),
            "f:3:22: error: 'me@a.example' is no host with or without a port; a door of HTTP is "
                + "such as 'GET http://a.example/path'"),
        Malformed(
            "a port that is none", world("{http: 'GET http://a.example:65536/'}"),
            "f:3:22: error: 'a.example:65536' is no host with or without a port; a door of HTTP is "
                + "such as 'GET http://a.example/path'"),
        Malformed(
            "a host that is no name", world("{http: 'GET http://a..b/'}"),
            "f:3:22: error: 'a..b' is no host; a door of HTTP is such as "
                + "'GET http://a.example/path'"),
        Malformed(
            "a path with a fragment", world("{http: 'GET http://a.example/#top'}"),
            "f:3:22: error: '/#top' is no path; a door of HTTP is such as "
                + "'GET http://a.example/path'"),
        Malformed(
            "an informational status", world("{http: 'GET http://a.example/', status: 103}"),
            "f:3:54: error: a status is a whole number from 200 to 999, not '103'"),
        Malformed(
            "a field's name with a blank",
            world("{http: 'GET http://a.example/', fields: {x one: y}}"),
            "f:3:55: error: 'x one' is no field's name"),
        Malformed(
            "a field's value with a line end",
            world("{http: 'GET http://a.example/', trailers: {x: \"a\\nb\"}}"),
            "f:3:60: error: the value of 'x' has characters that no field has"),
        Malformed(
            "an error that WIT does not have",
            world("{http: 'GET http://a.example/', error: connection-refussed}"),
            "f:3:53: error: unknown error code 'connection-refussed'; did you mean "
                + "'connection-refused'?"),
        Malformed(
            "an answer at another time", world("{http: 'GET http://a.example/', answers: later}"),
            "f:3:55: error: unknown value 'later'; the values are at-once and after-body"),
        Malformed(
            "a key of another door", world("{http: 'GET http://a.example/', backlog: 4}"),
            "f:3:46: error: unknown key 'backlog'; the keys are status, fields, trailers, error, "
                + "answers, after and optional"),
        Malformed(
            "a chunk that is a refusal", world("{http: 'GET http://a.example/', x: y}"),
            "f:3:46: error: 'x' in the lane is a refusal; the chunk needs another letter"),
        Malformed(
            "two servers of one request",
            Malformed.document(
                "world: {a: {http: 'GET http://a.b'}, b: {http: 'GET http://a.b/'}}\n"
                    + "program: {A: []}\n"),
            "f:3:38: error: GET http://a.b/ is 'a' of line 3 already"),
    ]

    @Test(arguments: Self.doors)
    func `a wrong door of HTTP is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let lanes: [Malformed] = [
        Malformed(
            "an empty read", lane("#-f"),
            "f:7:10: error: unknown chunk 'f'; there is only 'a'"),
        Malformed(
            "a mark that no server has", lane("#-*"),
            "f:7:10: error: lane 'api' has '*' at 2ms; a lane of HTTP has only - _ + x # 0-9 | ! "
                + "and the letters of its chunks"),
        Malformed(
            "a body without a head", lane("--a"),
            "f:7:10: error: the head of 'api' comes before its body: '#' in its lane, or the event "
                + "'head'"),
        Malformed(
            "an end without a head", lane("--|", of: "http: 'GET http://a.example/'"),
            "f:7:10: error: the head of 'api' comes before its body: '#' in its lane, or the event "
                + "'head'"),
        Malformed(
            "two heads", lane("#a#"),
            "f:7:10: error: 'api' responds once, and did at 0ms (line 7)"),
        Malformed(
            "a head behind a refusal", lane("x-#a"),
            "f:7:10: error: 'api' refuses at 0ms (line 7); nothing can follow"),
        Malformed(
            "a refusal behind a head", lane("#ax"),
            "f:7:10: error: 'api' refuses, and cannot have responded"),
        Malformed(
            "a chunk that is never sent", lane("#|"),
            "f:3:46: error: the chunk 'a' of 'api' is in no lane and no event"),
        Malformed(
            "an error that never happens",
            lane("#|", of: "http: 'GET http://a.example/', error: HTTP-protocol-error"),
            "f:3:46: error: the failure of 'api' is in no lane and no event"),
        Malformed(
            "a time beside a lane",
            lane("--#a", of: "http: 'GET http://a.example/', a: hi, after: 1ms"),
            "f:7:10: error: 'api' answers as its lane or its events say; its door cannot say "
                + "'after' as well"),
    ]

    @Test(arguments: Self.lanes)
    func `a wrong lane of HTTP is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    @Test func `a fact that no server has is refused with those that it can have`() {
        let malformed = Malformed(
            "a server that connects",
            Malformed.document(
                "world: {api: {http: 'GET http://a.example/', a: hi}}\nprogram: {A: []}\n"
                    + "events: [1ms: api calls]\n"),
            "f:5:19: error: unknown fact 'calls'; the facts are a, accepts, refuses, silent, head, "
                + "permit, closed and failed")
        #expect(malformed.firstLine() == malformed.said)
    }

    static let steps: [Malformed] = [
        Malformed(
            "a fetch of a server of TCP", program("fetch server"),
            "f:7:13: error: 'fetch' needs an 'http' door, and 'server' is a server"),
        Malformed(
            "trailers of a server of TCP", program("trailers server"),
            "f:7:16: error: 'trailers' needs an 'http' door, and 'server' is a server"),
        Malformed(
            "a connect to a server of HTTP", program("connect api"),
            "f:7:15: error: 'connect' needs a 'tcp' or 'udp' door, and 'api' is a server of HTTP"),
        Malformed(
            "a write to a server of HTTP", program("write api hello"),
            "f:7:13: error: 'write' needs an output, and 'api' is a server of HTTP"),
        Malformed(
            "a wait for a server of HTTP", program("wait api"),
            "f:7:12: error: 'api' is a server of HTTP; 'fetch api' waits for its response"),
        Malformed(
            "a subscription of a server of HTTP", program("subscribe api as p"),
            "f:7:17: error: 'api' is a server of HTTP; 'fetch api' waits for its response"),
        Malformed(
            "a timeout without a time", program("fetch api connect"),
            "f:7:24: error: a duration such as 10ms is missing"),
        Malformed(
            "a timeout twice", program("fetch api connect 1ms first-byte 2ms connect 3ms"),
            "f:7:44: error: 'connect' stands here twice"),
        Malformed(
            "nothing to send", program("fetch api sending as r"),
            "f:7:29: error: what to send is missing"),
        Malformed(
            "a part without bytes", program("fetch api sending a \"\" as r"),
            "f:7:27: error: this part has no bytes"),
        Malformed(
            "no field", program("fetch api with sending hi"),
            "f:7:30: error: expected '=' instead of 'hi'"),
        Malformed(
            "a field without a value", program("fetch api with x-one="),
            "f:7:28: error: the value of 'x-one' is missing"),
        Malformed(
            "a field whose name is none", program("fetch api with x:one=1"),
            "f:7:22: error: 'x:one' is no field's name"),
        Malformed(
            "a value that no field has", program(#""fetch api with x-one=\x01""#),
            "f:7:7: error: the value of 'x-one' has characters that no field has"),
        Malformed(
            "trailers without a body", program("fetch api trailing x-one=1"),
            "f:7:17: error: unexpected 'trailing' after the step 'fetch'"),
        Malformed(
            "a timeout behind the body", program("fetch api sending hi as r connect 1ms"),
            "f:7:33: error: unexpected 'connect' after the step 'fetch'"),
    ]

    @Test(arguments: Self.steps)
    func `a wrong step of HTTP is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    @Test func `a request is written in a hundred parts at most`() {
        let parts = Array(repeating: "x", count: 101).joined(separator: " ")
        let malformed = Malformed(
            "101 parts", program("fetch api sending \(parts)"),
            "f:7:225: error: a request is written in at most 100 parts")
        #expect(malformed.firstLine() == malformed.said)
    }
}
