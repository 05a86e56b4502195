// Symbol tables of ELF files: 64 bits, little-endian, as x86-64 and AArch64 have them.

/// Reads the one table of symbols that counts: an object's own, or the dynamic one of what is linked.
enum ELFObject {
    private static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
    private static let sectionSize: UInt64 = 64
    private static let symbolSize: UInt64 = 24
    /// More sections or symbols than any file here has bytes for are refused by the bounds alone.
    private enum Kind {
        static let relocatable: UInt64 = 1
        static let shared: UInt64 = 3
        static let symbolTable: UInt64 = 2
        static let dynamicSymbols: UInt64 = 11
    }

    /// Adds the global symbols of a file.
    static func addSymbols(
        of file: ObjectBytes, to symbols: inout ObjectSymbols
    ) throws(ObjectFlaw) {
        guard file.starts(with: magic) else { throw otherFormat(file) }
        guard try file.number(at: 4, size: 1, of: "the header") == 2,
            try file.number(at: 5, size: 1, of: "the header") == 1
        else { throw ObjectFlaw("an ELF file that is not of 64 bits and little-endian") }
        let type = try file.number(at: 16, size: 2, of: "the header")
        guard type == Kind.relocatable || type == Kind.shared else {
            throw ObjectFlaw("an ELF file that is neither an object nor a shared object")
        }
        let wanted = type == Kind.relocatable ? Kind.symbolTable : Kind.dynamicSymbols
        let table = try sections(of: file)
        for index in 0..<(UInt64(table.count) / sectionSize) {
            let section = try table.part(
                at: index * sectionSize, count: sectionSize, of: "a section")
            guard try section.number(at: 4, size: 4, of: "a section") == wanted else { continue }
            try addTable(section, of: file, among: table, to: &symbols)
        }
    }

    /// The headers of the sections.
    private static func sections(of file: ObjectBytes) throws(ObjectFlaw) -> ObjectBytes {
        let offset = try file.number(at: 40, size: 8, of: "the header")
        var count = try file.number(at: 60, size: 2, of: "the header")
        let size = try file.number(at: 58, size: 2, of: "the header")
        if offset == 0 { throw ObjectFlaw("an ELF file without sections: it was stripped of them") }
        guard size == sectionSize else {
            throw ObjectFlaw("the ELF header says that a section's has \(size) bytes")
        }
        if count == 0 {
            // Too many for the header's field: the first section has the number.
            let first = try file.part(at: offset, count: sectionSize, of: "the first section")
            count = try first.number(at: 32, size: 8, of: "the first section")
        }
        let (whole, isTooMuch) = count.multipliedReportingOverflow(by: sectionSize)
        guard !isTooMuch else { throw ObjectFlaw("the ELF header counts \(count) sections") }
        return try file.part(at: offset, count: whole, of: "the table of sections")
    }

    private static func addTable(
        _ section: ObjectBytes, of file: ObjectBytes, among sections: ObjectBytes,
        to symbols: inout ObjectSymbols
    ) throws(ObjectFlaw) {
        let content = try content(of: section, in: file, called: "the table of symbols")
        let link = try section.number(at: 40, size: 4, of: "a section")
        let names = try self.content(
            of: sections.part(at: link * sectionSize, count: sectionSize, of: "the names' section"),
            in: file, called: "the names of the symbols")
        // The first symbol is none.
        for index in 0..<(UInt64(content.count) / symbolSize) where index > 0 {
            let symbol = try content.part(at: index * symbolSize, count: symbolSize, of: "a symbol")
            let binding = try symbol.number(at: 4, size: 1, of: "a symbol") >> 4
            // Local ones are nobody else's.
            if binding == 0 { continue }
            let offset = try symbol.number(at: 0, size: 4, of: "a symbol")
            let name = try names.name(at: offset, of: "a symbol's name")
            if name.isEmpty { continue }
            let text = String(decoding: name, as: UTF8.self)
            if try symbol.number(at: 6, size: 2, of: "a symbol") == 0 {
                symbols.need(text)
            } else {
                symbols.define(text)
            }
        }
    }

    private static func content(
        of section: ObjectBytes, in file: ObjectBytes, called what: String
    ) throws(ObjectFlaw) -> ObjectBytes {
        try file.part(
            at: section.number(at: 24, size: 8, of: "a section"),
            count: section.number(at: 32, size: 8, of: "a section"), of: what)
    }

    /// What people are likely to have instead, and what to do about it.
    private static func otherFormat(_ file: ObjectBytes) -> ObjectFlaw {
        let formats: [(magic: [UInt8], words: String)] = [
            (
                [0x00, 0x61, 0x73, 0x6D],
                "a module of WebAssembly; stubs are for the same sources compiled for Linux"
            ),
            ([0x42, 0x43, 0xC0, 0xDE], "bitcode of LLVM; compile without -flto"),
            (Archive.thinMagic, "a thin archive, which only names its members; name those"),
            ([0xCF, 0xFA, 0xED, 0xFE], "an object of macOS; stubs are for Linux"),
            (Archive.magic, "an archive within an archive"),
        ]
        let known = formats.first { file.starts(with: $0.magic) }
        return ObjectFlaw(known?.words ?? "neither an ELF object nor an archive of them")
    }
}
