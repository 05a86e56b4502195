// wasmtime's test programs of HTTP that need no server, each under its own name.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPProgramTests {
    @Test func `p2_http_outbound_request_unknown_method: a method with a newline is refused`()
        throws
    {
        let refusals = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            return ["bad\nmethod", "bad method"].map { name in
                HTTPGuest.error { () throws(HTTPRefusal) in
                    try request.setMethod(.other(name))
                }
            }
        }
        #expect(refusals == [HTTPRefusal(), HTTPRefusal()])
    }

    @Test func `p2_http_outbound_request_unsupported_scheme: WS is a protocol error of the call`()
        throws
    {
        let error = try HTTPWorld().run {
            HTTPGuest.sendError(try HTTPGuest.request(.get, .other("WS"), "localhost:3000"))
        }
        #expect(error == .protocolError)
    }

    @Test func `p2_http_outbound_request_invalid_port: a port beyond 65535 is refused`() throws {
        let refusal = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            return HTTPGuest.error { () throws(HTTPRefusal) in
                try request.setAuthority("localhost:99999")
            }
        }
        #expect(refusal == HTTPRefusal())
    }

    @Test func `p2_http_outbound_request_missing_path_and_query: it is an error of the call`()
        throws
    {
        let error = try HTTPWorld().run {
            HTTPGuest.sendError(try HTTPGuest.request(.get, .https, "example.com", nil))
        }
        #expect(error != nil)
    }

    @Test func `p2_http_outbound_request_invalid_header: bad and forbidden fields are told apart`()
        throws
    {
        let world = HTTPWorld()
        world.host.httpLimits.forbiddenNames = ["custom-forbidden-header"]
        let errors = try world.run { () -> [HeaderError?] in
            let fields = Fields()
            let appended = [
                ("malformed header name", "ok value"), ("ok-header-name", "bad\nvalue"),
                ("Connection", "keep-alive"), ("Keep-Alive", "stuff"), ("Host", "example.com"),
                ("custom-forbidden-header", "yes"), ("Custom-Forbidden-Header", "yes"),
            ].map { name, value in
                HTTPGuest.error { () throws(HeaderError) in try fields.append(name, value) }
            }
            let list = [
                [Field("bad header", "value")], [Field("custom-forbidden-header", "yes")],
                [Field("ok-header-name", "bad\nvalue")],
            ].map { entries in
                HTTPGuest.error { () throws(HeaderError) in _ = try Fields(entries) }
            }
            let request = OutgoingRequest(try Fields([Field("ok-header-name", "ok value")]))
            let headers = request.headers()
            return appended + list + [
                HTTPGuest.error { () throws(HeaderError) in
                    try headers.append("ok-header-name", "ok value")
                },
                HTTPGuest.error { () throws(HeaderError) in
                    try headers.set("ok-header-name", to: [])
                },
                HTTPGuest.error { () throws(HeaderError) in try headers.delete("ok-header-name") },
            ]
        }
        #expect(
            errors == [
                .invalidSyntax, .invalidSyntax, .forbidden, .forbidden, .forbidden, .forbidden,
                .forbidden, .invalidSyntax, .forbidden, .invalidSyntax, .immutable, .immutable,
                .immutable,
            ])
    }

    @Test func `p2_http_outbound_request_response_build: what was built can be dropped unfinished`()
        throws
    {
        let refusals = try HTTPWorld().run { () -> [Bool] in
            let request = OutgoingRequest(try Fields([Field("Content-Type", "application/text")]))
            try request.setMethod(.get)
            try request.setPathWithQuery("/path")
            try request.setScheme(.https)
            try request.setAuthority("www.example.com")
            let body = try request.body()
            let stream = try body.stream()
            try HTTPGuest.write("request-body", to: stream)
            let other = OutgoingRequest(Fields())
            return [
                HTTPGuest.error { () throws(HTTPRefusal) in
                    try other.setAuthority("bad-\nhost")
                } != nil,
                HTTPGuest.error { () throws(HTTPRefusal) in
                    try other.setMethod(.other("bad\nmethod"))
                } != nil,
                HTTPGuest.error { () throws(HTTPRefusal) in
                    try other.setPathWithQuery("/bad\npath")
                } != nil,
                HTTPGuest.error { () throws(HTTPRefusal) in
                    try other.setScheme(.other("bad\nscheme"))
                } != nil,
                HTTPGuest.error { () throws(HTTPRefusal) in try other.setScheme(.other("WS")) }
                    != nil,
                HTTPGuest.error { () throws(HTTPRefusal) in try other.setAuthority("h:") } != nil,
                HTTPGuest.error { () throws(HTTPRefusal) in try other.setAuthority("[::]:443") }
                    != nil,
            ]
        }
        #expect(refusals == [true, true, true, true, false, true, false])
    }

    @Test
    func `p2_http_outbound_request_content_length: as many bytes as promised, no more, no less`()
        throws
    {
        let errors = try HTTPWorld().run { () -> [HTTPError?] in
            func send(_ parts: [String]) throws -> (BodyEnd?, HTTPError?) {
                let headers = try Fields([Field("Content-Length", "11")])
                let request = OutgoingRequest(headers)
                let body = try request.body()
                let stream = try body.stream()
                var end: BodyEnd?
                for part in parts {
                    end = HTTPGuest.error { () throws(StreamError) in
                        try stream.blockingWriteAndFlush(Array(part.utf8))
                    }.map(HTTPGuest.end)
                }
                _ = consume stream
                return (end, HTTPGuest.finishError(body))
            }
            let right = try send(["long enough"])
            let short = try send(["msg"])
            let long = try send(["more than 11 bytes"])
            var code: HTTPError?
            if case .failed(let told)? = long.0 { code = told }
            return [right.1, short.1, code, long.1]
        }
        #expect(
            errors == [nil, .requestBodySize(3), .requestBodySize(18), .requestBodySize(18)])
    }
}
