// Reading numbers and names out of bytes that may be anything.

/// Why a file is not read as an object; a sentence without a full stop.
package struct ObjectFlaw: Error, Equatable {
    package var message: String

    init(_ message: String) { self.message = message }
}

/// A part of a file, little-endian; whatever lies outside of it is a flaw of the file.
struct ObjectBytes {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var count: Int { bytes.count }

    func starts(with magic: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// An unsigned number of `size` bytes, at most 8.
    func number(at offset: UInt64, size: Int, of what: String) throws(ObjectFlaw) -> UInt64 {
        let part = try part(at: offset, count: UInt64(size), of: what)
        return part.bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// `count` bytes from `offset` on.
    func part(at offset: UInt64, count: UInt64, of what: String) throws(ObjectFlaw) -> ObjectBytes {
        let (end, isTooFar) = offset.addingReportingOverflow(count)
        guard !isTooFar, end <= UInt64(bytes.count) else {
            throw ObjectFlaw(
                "\(what) lies outside of the file (\(count) bytes at \(offset) of \(bytes.count))")
        }
        let start = bytes.startIndex + Int(offset)
        return ObjectBytes(bytes[start..<(start + Int(count))])
    }

    /// The bytes up to the next zero.
    func name(at offset: UInt64, of what: String) throws(ObjectFlaw) -> ArraySlice<UInt8> {
        let rest = try part(at: offset, count: 0, of: what)
        let tail = bytes[rest.bytes.startIndex...]
        guard let end = tail.firstIndex(of: 0) else {
            throw ObjectFlaw("\(what) has no end")
        }
        return tail[..<end]
    }

    /// All of them as text; what is not UTF-8 becomes question marks.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    var all: ArraySlice<UInt8> { bytes }
}
