// A body in chunks (RFC 9112, 7.1), taken apart.

import PolluxHost

/// Reads a body that comes in chunks, and the lines of trailers after it.
///
/// libcurl could do that, but does not say when the last chunk has come: with a request that still goes on, a
/// guest would wait for the end of a response that is there.
struct ChunkReader {
    /// The last chunk and all trailers have come.
    var isAtEnd: Bool { part == .end }

    private var part = Part.size
    /// Bytes of the chunk that have not come.
    private var left: UInt64 = 0
    /// What has come of a line.
    private var line: [UInt8] = []

    private enum Part { case size, data, dataEnd, trailers, end }

    /// Bytes of a line before the body with a chunk's size, and what may stand after that.
    private static let longestSizeLine = 4_096

    /// Reads more; what is body goes to the end of `body`. Bytes after the end are nobody's.
    /// - Parameter trailers: reads one line of the trailers, and the empty one after them.
    /// - Returns: what is wrong, where something is; there is nothing to be read after that.
    mutating func read(
        _ bytes: some Collection<UInt8>, into body: inout [UInt8],
        trailers: (ArraySlice<UInt8>) -> HTTPErrorCode?
    ) -> HTTPErrorCode? {
        var bytes = ArraySlice(bytes)
        while let byte = bytes.first, part != .end {
            switch part {
            case .data:
                let taken = Int(min(left, UInt64(bytes.count)))
                body += bytes.prefix(taken)
                bytes.removeFirst(taken)
                left -= UInt64(taken)
                if left == 0 { part = .dataEnd }
            case .size, .dataEnd, .trailers:
                bytes.removeFirst()
                line.append(byte)
                if byte != 10 {
                    if let fault = faultOfLength { return fault }
                    continue
                }
                if let fault = endLine(trailers) { return fault }
                line.removeAll(keepingCapacity: true)
            case .end: break
            }
        }
        return nil
    }

    private var faultOfLength: HTTPErrorCode? {
        switch part {
        case .size where line.count > Self.longestSizeLine, .dataEnd where line.count > 1:
            .protocolError
        case .trailers where line.count > ResponseReader.limit:
            .responseTrailerSectionSize(UInt32(clamping: line.count))
        default: nil
        }
    }

    private mutating func endLine(
        _ trailers: (ArraySlice<UInt8>) -> HTTPErrorCode?
    ) -> HTTPErrorCode? {
        if part == .trailers {
            let fault = trailers(line[...])
            if line == [10] || line == [13, 10] { part = .end }
            return fault
        }
        guard line.suffix(2) == [13, 10] else { return .protocolError }
        if part == .dataEnd {
            part = .size
            return line.count == 2 ? nil : .protocolError
        }
        guard let size = Self.size(line.dropLast(2)) else { return .protocolError }
        left = size
        part = size == 0 ? .trailers : .data
        return nil
    }

    /// The hexadecimal number at the beginning of a line, which nothing but extensions may follow.
    private static func size(_ line: ArraySlice<UInt8>) -> UInt64? {
        let number = line.prefix { byte in
            switch byte {
            case 48...57, 65...70, 97...102: true
            default: false
            }
        }
        let rest = line[number.endIndex...].drop { $0 == 32 || $0 == 9 }
        guard number.count <= 16, rest.isEmpty || rest.first == 59 else { return nil }
        return UInt64(String(decoding: number, as: UTF8.self), radix: 16)
    }
}
