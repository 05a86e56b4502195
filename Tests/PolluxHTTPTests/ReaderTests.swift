// Heads, trailers and chunks, read without a connection.

import PolluxHost
import Testing

@testable import PolluxHTTP

@Suite struct ReaderTests {
    /// What comes of a head, whose lines stand here without their ends.
    private func read(_ lines: String...) -> ResponseReader.Reading {
        var reader = ResponseReader()
        for line in lines {
            let reading = reader.read(Array("\(line)\r\n".utf8))
            if reading != .more { return reading }
        }
        return reader.read([13, 10])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK", "HTTP/1.0 200", "HTTP/2 200 ", "HTTP/1.1 200  two  words ",
    ])
    func `a status line`(line: String) {
        #expect(read(line) == .head(HTTPResponseHead(status: 200)))
    }

    @Test(arguments: [
        "", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 20x",
        "HTTP/1.1  200",
        "HTTP/3 200", "HTTP/1.2 200", "http/1.1 200", "HTTP/1.1 099", "HTTP/1.1 +20",
        " HTTP/1.1 200",
    ])
    func `no status line`(line: String) {
        #expect(read(line) == .failed(.protocolError))
    }

    @Test func `a field is a name, and a value without white space around it`() {
        let head = read("HTTP/1.1 200 OK", "X-A:1", "b: \t two  words \t", "c:")
        let fields = [HTTPField("X-A", "1"), HTTPField("b", "two  words"), HTTPField("c", "")]
        #expect(head == .head(HTTPResponseHead(status: 200, fields: fields)))
    }

    @Test(arguments: [
        "x", ":", ": 1", "x : 1", " x: 1", "\tx: 1", "x y: 1", "x\u{7f}: 1", "x(: 1", "x: \u{1}",
        "x: a\rb", "x: \u{7f}", "\u{e9}: 1",
    ])
    func `no field`(line: String) {
        #expect(read("HTTP/1.1 200 OK", line) == .failed(.protocolError))
    }

    @Test(arguments: ["5x", "-5", "+5", "", "5, 5", "18446744073709551616", "0x5"])
    func `no length`(length: String) {
        #expect(read("HTTP/1.1 200 OK", "content-length: \(length)") == .failed(.protocolError))
    }

    @Test func `the same length twice is a length`() {
        guard
            case .head(let head) = read("HTTP/1.1 200 OK", "Content-Length: 5", "content-length: 5")
        else {
            Issue.record("no head")
            return
        }
        #expect(head.framing(after: .get) == .length(5))
    }

    @Test func `HTTP/2 has no chunks`() {
        #expect(read("HTTP/2 200", "transfer-encoding: chunked") == .failed(.protocolError))
    }

    @Test func `chunks count for more than a length`() {
        guard
            case .head(let head) =
                read("HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: Chunked")
        else {
            Issue.record("no head")
            return
        }
        #expect(head.framing(after: .post) == .chunked)
        #expect(head.framing(after: .head) == .length(0))
    }

    @Test func `heads have one limit, trailers another`() {
        var reader = ResponseReader()
        let line = Array("x: \(String(repeating: "v", count: 995))\r\n".utf8)
        #expect(reader.read(Array("HTTP/1.1 200 OK\r\n".utf8)) == .more)
        for _ in 0..<131 { #expect(reader.read(line) == .more) }
        guard case .head = reader.read([13, 10]) else {
            Issue.record("no head")
            return
        }
        for _ in 0..<131 { #expect(reader.read(line) == .more) }
        #expect(reader.read(line) == .failed(.responseTrailerSectionSize(132_000)))
    }

    // MARK: Chunks

    /// What a body in chunks comes to when it comes in pieces of this size.
    private func chunks(
        _ text: String, by size: Int = .max
    ) -> (body: String, lines: [String], isAtEnd: Bool, fault: HTTPErrorCode?) {
        var reader = ChunkReader()
        var body: [UInt8] = []
        var lines: [String] = []
        var fault: HTTPErrorCode?
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty, fault == nil {
            fault = reader.read(bytes.prefix(size), into: &body) { line in
                lines.append(String(decoding: line, as: UTF8.self))
                return nil
            }
            bytes = bytes.dropFirst(size)
        }
        return (String(decoding: body, as: UTF8.self), lines, reader.isAtEnd, fault)
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func `chunks come to one body, in whatever pieces`(size: Int) {
        let read = chunks("3\r\nabc\r\nA;x=y\r\n0123456789\r\n000\r\nX: 1\r\n\r\nmore", by: size)
        #expect(read.body == "abc0123456789")
        #expect(read.lines == ["X: 1\r\n", "\r\n"])
        #expect(read.isAtEnd)
        #expect(read.fault == nil)
    }

    @Test(arguments: [
        "\r\n", "x\r\n", "-1\r\n", "3 3\r\nabc\r\n", "3\nabc\r\n", "3\r\nabcd\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "12345678123456781\r\n", " 3\r\nabc\r\n", "3\r\nabcX\n", "0x3\r\nabc\r\n",
    ])
    func `chunks that are none`(text: String) {
        #expect(chunks(text).fault == .protocolError)
    }

    @Test func `the line of a chunk's size does not go on for ever`() {
        #expect(chunks("3;" + String(repeating: "x", count: 5_000)).fault == .protocolError)
        let line = "x: " + String(repeating: "x", count: 131_072)
        #expect(chunks("0\r\n" + line).fault == .responseTrailerSectionSize(131_073))
    }

    @Test func `a chunk of any size is taken as it comes`() {
        let read = chunks("ffffffffffffffff\r\n\(String(repeating: "x", count: 10))")
        #expect(read.body == "xxxxxxxxxx")
        #expect(read.fault == nil && !read.isAtEnd)
    }

    // MARK: Pieces

    @Test func `pieces that stand in line come out in order, whole or not`() {
        var queue = ChunkQueue()
        for size in 1...200 {
            queue.append([UInt8](repeating: UInt8(size % 256), count: size))
        }
        #expect(queue.count == 20_100)
        #expect(queue.take(upTo: 10) == [1])
        #expect(queue.take(upTo: 1) == [2])
        #expect(queue.take(upTo: 1) == [2])
        var out = [UInt8](repeating: 0, count: 20_000)
        let filled = unsafe out.withUnsafeMutableBytes { unsafe queue.fill($0) }
        #expect(filled == 20_000)
        let expected = (3...200).flatMap { [UInt8](repeating: UInt8($0 % 256), count: $0) }
        #expect(out == Array(expected.prefix(20_000)))
        #expect(queue.count == 97)
        #expect(queue.take(upTo: 100) == Array(expected.suffix(97)))
        #expect(queue.isEmpty)
    }
}
