// What a server says before and after a body, line by line.

import PolluxHost

/// Reads the heads and the trailers of one response from lines that libcurl hands over.
///
/// libcurl has taken the connection's bytes apart, HTTP/2's frames too, but believes much of what a server
/// writes. Here is where it is looked at: names are tokens, values have no control bytes, no line goes on
/// in the next one (RFC 9112, 5.2), and all of it together is bounded.
struct ResponseReader {
    /// Bytes of all heads of a response together, and as many of its trailers.
    static let limit = 131_072

    /// What a line came to.
    enum Reading: Equatable {
        /// There is more to come.
        case more
        /// The response's head is complete; what follows are trailers.
        case head(HTTPResponseHead)
        /// No response is to be had from this.
        case failed(HTTPErrorCode)
    }

    /// 1 for HTTP/1.0 and 1.1, 2 for HTTP/2; 0 before the first line.
    private(set) var version = 0
    /// Those of a response whose head is complete, in order.
    private(set) var trailers: [HTTPField] = []
    private var part = Part.start
    private var status: UInt16 = 0
    private var fields: [HTTPField] = []
    /// Bytes of the heads, then of the trailers.
    private var size = 0

    private enum Part { case start, fields, trailers }

    /// Reads one line, with or without what ends it.
    mutating func read(_ line: some Collection<UInt8>) -> Reading {
        size += line.count
        var line = ArraySlice(line)
        while line.last == 10 || line.last == 13 { line.removeLast() }
        if size > Self.limit { return .failed(excess(line)) }
        if line.isEmpty { return endPart() }
        switch part {
        case .start: return begin(line)
        case .fields, .trailers:
            guard let field = Self.field(line) else { return .failed(.protocolError) }
            if part == .fields { fields.append(field) } else { trailers.append(field) }
            return .more
        }
    }

    /// The line is the one too many.
    private func excess(_ line: ArraySlice<UInt8>) -> HTTPErrorCode {
        let size = UInt32(clamping: size)
        // One field alone?
        if line.count > Self.limit / 2, part != .start, let field = Self.field(line) {
            let field = HTTPFieldSize(name: field.name, size: UInt32(clamping: line.count))
            return part == .trailers ? .responseTrailerSize(field) : .responseHeaderSize(field)
        }
        return part == .trailers
            ? .responseTrailerSectionSize(size) : .responseHeaderSectionSize(size)
    }

    /// A line without anything on it.
    private mutating func endPart() -> Reading {
        switch part {
        case .start: return .failed(.protocolError)
        case .trailers: return .more
        case .fields: break
        }
        defer { fields = [] }
        if status < 200 {
            // Nobody has asked to switch protocols; what follows would be no HTTP.
            if status == 101 { return .failed(.protocolError) }
            part = .start
            return .more
        }
        let coding = fields.values("transfer-encoding").joined(separator: ", ")
        let lengths = fields.values("content-length")
        // HTTP/2 has frames of its own, and no chunks.
        if version == 2, !coding.isEmpty { return .failed(.protocolError) }
        if !coding.isEmpty, coding.lowercased() != "chunked" {
            return .failed(.responseTransferCoding(coding))
        }
        // One body is not as long as two fields say, however they differ.
        guard lengths.allSatisfy({ $0 == lengths[0] && HTTPResponseHead.length($0) != nil }) else {
            return .failed(.protocolError)
        }
        part = .trailers
        size = 0
        return .head(HTTPResponseHead(status: status, fields: fields))
    }

    /// `HTTP/1.1 200 OK`, `HTTP/2 200`.
    private mutating func begin(_ line: ArraySlice<UInt8>) -> Reading {
        guard let space = line.firstIndex(of: 32) else { return .failed(.protocolError) }
        let version = line[..<space]
        let code = line[(space + 1)...].prefix { $0 != 32 }
        guard code.count == 3, code.allSatisfy({ (48...57).contains($0) }) else {
            return .failed(.protocolError)
        }
        if version.elementsEqual("HTTP/1.1".utf8) || version.elementsEqual("HTTP/1.0".utf8) {
            self.version = 1
        } else if version.elementsEqual("HTTP/2".utf8) {
            self.version = 2
        } else {
            return .failed(.protocolError)
        }
        status = code.reduce(0) { $0 * 10 + UInt16($1 - 48) }
        guard status >= 100 else { return .failed(.protocolError) }
        part = .fields
        return .more
    }

    // MARK: Fields

    /// `name: value`; `nil` for what is no field.
    private static func field(_ line: ArraySlice<UInt8>) -> HTTPField? {
        guard let colon = line.firstIndex(of: 58) else { return nil }
        let name = line[..<colon]
        var value = line[(colon + 1)...]
        while let byte = value.first, isSpace(byte) { value.removeFirst() }
        while let byte = value.last, isSpace(byte) { value.removeLast() }
        guard !name.isEmpty, name.allSatisfy(isTokenByte), value.allSatisfy(isValueByte) else {
            return nil
        }
        return HTTPField(String(decoding: name, as: UTF8.self), Array(value))
    }

    /// White space inside a line.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    /// RFC 9110, 5.5, without the control bytes that it lets pass.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        byte == 9 || byte >= 32 && byte != 127
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 33, 35, 36, 37, 38, 39, 42, 43, 45, 46, 94, 95, 96, 124, 126: true
        default: false
        }
    }
}

extension [HTTPField] {
    /// The values of a field, whose name is in lower case here.
    fileprivate func values(_ name: String) -> [String] {
        filter { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name }
            .map { String(decoding: $0.value, as: UTF8.self) }
    }
}

extension HTTPResponseHead {
    /// How the end of a body is known.
    enum Framing: Equatable {
        /// So many bytes.
        case length(UInt64)
        /// By the last chunk.
        case chunked
        /// By the end of the connection, or of HTTP/2's stream.
        case open
    }

    /// - Parameter method: the request's.
    func framing(after method: HTTPMethod) -> Framing {
        if method == .head || status == 204 || status == 304 { return .length(0) }
        if !fields.values("transfer-encoding").isEmpty { return .chunked }
        let length = fields.values("content-length").first
        return length.flatMap(Self.length).map { .length($0) } ?? .open
    }

    /// Digits and nothing else.
    fileprivate static func length(_ text: String) -> UInt64? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? UInt64(text) : nil
    }
}
