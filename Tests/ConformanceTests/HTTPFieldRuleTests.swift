// HTTP-01 to HTTP-19: wasi:http/types.fields.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPFieldRuleTests {
    private static let forbidden = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "transfer-encoding", "upgrade", "host", "http2-settings",
    ]

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-01: a name is found in any case`(rules: HostPolicy.Rules) throws {
        let found = try HTTPWorld(rules: rules).run {
            let fields = try Fields([Field("Content-Type", "text/plain")])
            return ["content-type", "CONTENT-TYPE", "Content-Type"].map {
                fields.has($0) && fields.values(of: $0) == [Array("text/plain".utf8)]
            }
        }
        #expect(found == [true, true, true])
    }

    @Test func `HTTP-02: names keep their case by the text, and are in lower case in wasmtime`()
        throws
    {
        func names(_ rules: HostPolicy.Rules) throws -> [String] {
            try HTTPWorld(rules: rules).run {
                try Fields([Field("X-One", "1"), Field("x-TWO", "2")]).entries.map(\.name)
            }
        }
        #expect(try names(.spec) == ["X-One", "x-TWO"])
        #expect(try names(.wasmtime) == ["x-one", "x-two"])
    }

    @Test func `HTTP-03: all values of a name are there in order, in wasmtime side by side`() throws
    {
        func entries(_ rules: HostPolicy.Rules) throws -> [Field] {
            try HTTPWorld(rules: rules).run {
                let fields = try Fields([Field("a", "1"), Field("b", "2"), Field("a", "3")])
                try fields.append("b", "4")
                return fields.entries
            }
        }
        #expect(
            try entries(.spec) == [
                Field("a", "1"), Field("b", "2"), Field("a", "3"), Field("b", "4"),
            ])
        #expect(
            try entries(.wasmtime) == [
                Field("a", "1"), Field("a", "3"), Field("b", "2"), Field("b", "4"),
            ])
    }

    @Test func `HTTP-04: a clone can be changed, whatever it is of, and changes nothing else`()
        throws
    {
        let (errors, original, copy) = try HTTPWorld().run {
            let request = try HTTPGuest.request(headers: [Field("a", "1")])
            let headers = request.headers()
            let copy = headers.clone()
            let error = HTTPGuest.error { () throws(HeaderError) in try headers.append("b", "2") }
            let other = HTTPGuest.error { () throws(HeaderError) in try copy.append("b", "2") }
            return ([error, other], headers.entries.count, copy.entries.count)
        }
        #expect(errors == [.immutable, nil])
        #expect(original == 1)
        #expect(copy == 2)
    }

    @Test func `HTTP-05: the first bad entry of a list is its error, and no fields come of it`()
        throws
    {
        let errors = try HTTPWorld().run {
            [
                [Field("a", "1"), Field("host", "x"), Field("bad name", "y")],
                [Field("bad name", "y"), Field("host", "x")],
            ].map { entries in
                HTTPGuest.error { () throws(HeaderError) in _ = try Fields(entries) }
            }
        }
        #expect(errors == [.forbidden, .invalidSyntax])
    }

    @Test(arguments: ["malformed header name", "", "a:b", "ä", "a\n", "a\u{7f}"])
    func `HTTP-06: a name that is no token is invalid`(name: String) throws {
        let errors = try HTTPWorld().run {
            let fields = Fields()
            return [
                HTTPGuest.error { () throws(HeaderError) in try fields.append(name, "ok") },
                HTTPGuest.error { () throws(HeaderError) in try fields.set(name, to: "ok") },
                HTTPGuest.error { () throws(HeaderError) in _ = try Fields([Field(name, "ok")]) },
            ]
        }
        #expect(errors == [.invalidSyntax, .invalidSyntax, .invalidSyntax])
    }

    @Test func `HTTP-07: control characters in a value are invalid, and other bytes are not`()
        throws
    {
        let errors = try HTTPWorld().run {
            let fields = Fields()
            let values: [[UInt8]] = [
                Array("bad\nvalue".utf8), [0], [127], Array("tab\there".utf8), [0xff, 0x80], [],
            ]
            return values.map { value in
                HTTPGuest.error { () throws(HeaderError) in try fields.append("a", value) }
            }
        }
        #expect(errors == [.invalidSyntax, .invalidSyntax, .invalidSyntax, nil, nil, nil])
    }

    @Test func `HTTP-08: content-length is a number, and loses its leading zeros`() throws {
        let (errors, kept) = try HTTPWorld().run {
            let fields = Fields()
            let errors = ["", "-1", "1.5", "+1", "18446744073709551616"].map { value in
                HTTPGuest.error { () throws(HeaderError) in
                    try fields.set("Content-Length", to: value)
                }
            }
            try fields.set("content-length", to: "0018446744073709551615")
            return (errors, fields.values(of: "content-length"))
        }
        #expect(errors == Array(repeating: .invalidSyntax, count: 5))
        #expect(kept == [Array("18446744073709551615".utf8)])
    }

    @Test(arguments: forbidden)
    func `HTTP-09: a name that is the host's own is forbidden, in any case`(name: String) throws {
        let errors = try HTTPWorld().run {
            let fields = Fields()
            return [name, name.uppercased()].flatMap { name in
                [
                    HTTPGuest.error { () throws(HeaderError) in try fields.append(name, "x") },
                    HTTPGuest.error { () throws(HeaderError) in try fields.set(name, to: "x") },
                    HTTPGuest.error { () throws(HeaderError) in try fields.delete(name) },
                ]
            }
        }
        #expect(errors == Array(repeating: .forbidden, count: 6))
    }

    @Test func `HTTP-10: fields of a message cannot be changed`() throws {
        let errors = try HTTPWorld().run {
            let request = try HTTPGuest.request(headers: [Field("a", "1")])
            let headers = request.headers()
            return [
                HTTPGuest.error { () throws(HeaderError) in try headers.append("a", "2") },
                HTTPGuest.error { () throws(HeaderError) in try headers.set("a", to: "2") },
                HTTPGuest.error { () throws(HeaderError) in try headers.delete("a") },
            ]
        }
        #expect(errors == [.immutable, .immutable, .immutable])
    }

    @Test func `HTTP-11: of several faults the name's comes first, and each call has its order`()
        throws
    {
        let errors = try HTTPWorld().run {
            let request = try HTTPGuest.request()
            let fixed = request.headers()
            let bad: [UInt8] = [0]
            return [
                HTTPGuest.error { () throws(HeaderError) in try fixed.append("bad name", bad) },
                HTTPGuest.error { () throws(HeaderError) in try fixed.append("host", bad) },
                HTTPGuest.error { () throws(HeaderError) in try fixed.append("a", bad) },
                HTTPGuest.error { () throws(HeaderError) in try fixed.append("a", [1 + 64]) },
                HTTPGuest.error { () throws(HeaderError) in try fixed.set("host", to: [bad]) },
                HTTPGuest.error { () throws(HeaderError) in try fixed.set("a", to: [bad]) },
                HTTPGuest.error { () throws(HeaderError) in try fixed.delete("bad name") },
                HTTPGuest.error { () throws(HeaderError) in try fixed.delete("host") },
            ]
        }
        #expect(
            errors == [
                .invalidSyntax, .forbidden, .invalidSyntax, .immutable, .forbidden, .immutable,
                .invalidSyntax, .forbidden,
            ])
    }

    @Test(arguments: ["absent", "no token"])
    func `HTTP-12: a name that is not there, or cannot be, has no values`(name: String) throws {
        let (values, isThere) = try HTTPWorld().run {
            let fields = try Fields([Field("a", "1")])
            return (fields.values(of: name), fields.has(name))
        }
        #expect(values == [])
        #expect(!isThere)
    }

    @Test func `HTTP-13: an empty value is one`() throws {
        let (values, isThere) = try HTTPWorld().run {
            let fields = try Fields([Field("a", "")])
            return (fields.values(of: "a"), fields.has("a"))
        }
        #expect(values == [[]])
        #expect(isThere)
    }

    @Test func `HTTP-14: setting no values takes the name out`() throws {
        let counts = try HTTPWorld().run {
            let fields = try Fields([Field("a", "1"), Field("a", "2"), Field("b", "3")])
            try fields.set("b", to: [[1 + 64], [2 + 64]])
            let before = fields.entries.count
            try fields.set("A", to: [])
            return [before, fields.entries.count, fields.has("a") ? 1 : 0]
        }
        #expect(counts == [4, 2, 0])
    }

    @Test func `HTTP-15: deleting a name takes all its values out, and one that is absent is fine`()
        throws
    {
        let counts = try HTTPWorld().run {
            let fields = try Fields([Field("a", "1"), Field("A", "2"), Field("b", "3")])
            try fields.delete("absent")
            let before = fields.entries.count
            try fields.delete("A")
            return [before, fields.entries.count]
        }
        #expect(counts == [3, 1])
    }

    @Test func `HTTP-16: fields beyond the limit trap`() {
        expectTrap(
            "fields-too-large", "HTTP-16", saying: "no more than 131072", on: HTTPWorld().host
        ) {
            let fields = Fields()
            for _ in 0..<2_000 { try! fields.append("a", String(repeating: "x", count: 100)) }
        }
        expectTrap(
            "fields-too-large", "HTTP-16", saying: "no more than 131072", on: HTTPWorld().host
        ) {
            try! Fields().set("a", to: Array(repeating: [], count: 4_000))
        }
    }

    @Test func `HTTP-16: what was taken out counts no more`() throws {
        let world = HTTPWorld()
        world.host.httpLimits.fieldsSize = 400
        let count = try world.run {
            let fields = Fields()
            for _ in 0..<20 {
                try fields.set("a", to: String(repeating: "x", count: 300))
                try fields.delete("a")
                try fields.append("b", "y")
                try fields.set("B", to: [])
            }
            return fields.entries.count
        }
        #expect(count == 0)
    }

    @Test func `HTTP-17: a request consumes its headers, and gives new handles of them`() throws {
        let (handles, count) = try HTTPWorld().run {
            let request = try HTTPGuest.request(headers: [Field("a", "1")])
            let one = request.headers()
            let two = request.headers()
            return ([one.handle, two.handle], one.entries.count + two.entries.count)
        }
        #expect(handles[0] != handles[1])
        #expect(count == 2)
        let fresh = HTTPWorld(policy: HostPolicy(handles: .fresh))
        expectTrap("unknown-handle", "RES-08", saying: "fields", on: fresh.host) {
            let fields = Fields()
            let handle = fields.release()
            let request = OutgoingRequest(Fields(owning: handle))
            _ = Fields(owning: handle).entries
            _ = consume request
        }
    }

    @Test func `HTTP-18: the headers and trailers of a response cannot be changed`() throws {
        let door = HTTPDoor.answering([
            .head(200, [HTTPField("a", "1")]),
            .init(.end(trailers: [HTTPField("t", "2")])),
        ])
        let errors = try HTTPWorld([door]).run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let headers = response.headers()
            let future = try response.body().finish()
            future.subscribe().block()
            guard case .value(let trailers?) = future.get() else { throw HTTPRefusal() }
            return [
                HTTPGuest.error { () throws(HeaderError) in try headers.append("b", "2") },
                HTTPGuest.error { () throws(HeaderError) in try trailers.delete("t") },
            ]
        }
        #expect(errors == [.immutable, .immutable])
    }

    @Test
    func `HTTP-19: names that a guest may not set are not seen in a response, and no limit holds`()
        throws
    {
        var wire = Self.forbidden.map { HTTPField($0.capitalized, "x") }
        wire.append(HTTPField("Secret", "x"))
        wire += (0..<2_000).map { HTTPField("n\($0)", String(repeating: "x", count: 100)) }
        let world = HTTPWorld([.ok("", wire)])
        world.host.httpLimits.forbiddenNames = ["secret"]
        let (names, refusal) = try world.run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let names = response.headers().entries.map(\.name)
            let refusal = HTTPGuest.error { () throws(HeaderError) in
                try Fields().set("SECRET", to: "x")
            }
            return (names, refusal)
        }
        #expect(names.count == 2_000)
        #expect(names.first == "n0")
        #expect(refusal == .forbidden)
    }
}
