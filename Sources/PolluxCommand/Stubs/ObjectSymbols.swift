// The symbols of an object, a shared object, or an archive of objects.
//
// Read here and not by a tool: `nm` comes with binutils, which neither a Swift toolchain nor a machine
// that only runs `pollux` has to have, its output differs between GNU's and LLVM's, and what is wanted of
// a file, the names in one table, is little.

/// What a file needs from others, and what it has for them.
package struct ObjectSymbols: Equatable {
    /// Names that are used and not defined, in the order of the file.
    package private(set) var undefined: [String] = []
    /// Names that others can use.
    package private(set) var defined: Set<String> = []

    private var known: Set<String> = []

    init() {}

    /// Reads a file of any of these kinds.
    package init(bytes: [UInt8]) throws(ObjectFlaw) {
        let file = ObjectBytes(bytes[...])
        if file.starts(with: Archive.magic) {
            try Archive.addSymbols(of: file, to: &self)
        } else {
            try ELFObject.addSymbols(of: file, to: &self)
        }
    }

    mutating func need(_ name: String) {
        if known.insert(name).inserted { undefined.append(name) }
    }

    mutating func define(_ name: String) { defined.insert(name) }

    /// Adds another file's.
    mutating func add(_ other: ObjectSymbols) {
        for name in other.undefined { need(name) }
        defined.formUnion(other.defined)
    }

    /// What none of the files defines.
    package var missing: [String] { undefined.filter { !defined.contains($0) } }
}

/// Archives of objects, as `ar` writes them.
enum Archive {
    static let magic = Array("!<arch>\n".utf8)
    static let thinMagic = Array("!<thin>\n".utf8)
    private static let headerSize: UInt64 = 60

    /// Adds the symbols of all members.
    static func addSymbols(
        of file: ObjectBytes, to symbols: inout ObjectSymbols
    ) throws(ObjectFlaw) {
        var offset = UInt64(magic.count)
        while offset < UInt64(file.count) {
            let header = try file.part(at: offset, count: headerSize, of: "an archive's header")
            let name = try header.part(at: 0, count: 16, of: "a name").trimmed
            let digits = try header.part(at: 48, count: 10, of: "a size").trimmed
            guard let size = UInt64(digits), digits.allSatisfy(\.isNumber) else {
                throw ObjectFlaw("the archive's member at \(offset) has no size")
            }
            offset += headerSize
            let member = try file.part(at: offset, count: size, of: "the archive's member")
            // The archive's own tables: of symbols, and of long names.
            if !["/", "//", "/SYM64/"].contains(name) {
                try ELFObject.addSymbols(of: member, to: &symbols)
            }
            offset += size + size % 2
        }
    }
}

extension ObjectBytes {
    /// Text without the blanks that fill a field.
    fileprivate var trimmed: String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}
