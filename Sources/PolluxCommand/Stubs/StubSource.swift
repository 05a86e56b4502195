// The source of what bindings name and hosts have under another name, or not at all.

/// Sorts the missing symbols of some files, and writes C for them.
struct StubSource {
    /// Other names of imports, in the order of the files.
    private(set) var aliases: [(symbol: String, target: ImportName)] = []
    /// Symbols that only draw something in.
    private(set) var forceLinks: [String] = []
    /// Imports that no host here has, each with words for it.
    private(set) var unoffered: [(symbol: String, words: String)] = []
    /// Names that may mean one import or another.
    private(set) var ambiguous: [(symbol: String, targets: [ImportName])] = []
    /// How many imports need no source.
    private(set) var ownCount = 0

    init(_ symbols: [String], _ names: ImportSymbols) throws(ObjectFlaw) {
        for symbol in symbols {
            let meaning = names.meaning(of: symbol)
            // The name goes into a source; a file can call a symbol anything.
            if meaning != .foreign, !Self.isIdentifier(symbol) {
                throw ObjectFlaw(
                    "it names an import that no C compiler wrote: \(Self.shown(symbol))")
            }
            switch meaning {
            case .foreign: break
            case .own: ownCount += 1
            case .alias(let target): aliases.append((symbol, target))
            case .forceLink: forceLinks.append(symbol)
            case .unoffered(let words): unoffered.append((symbol, words))
            case .ambiguous(let targets): ambiguous.append((symbol, targets))
            }
        }
    }

    /// The source, which compiles as C and as C++, by clang and by GCC.
    func text(for files: [String]) -> String {
        var text = """
            // What native code needs beside the imports of WASI under their own names. Written by
            // `pollux stubs`, to be compiled into the same program or library.

            """
        if !aliases.isEmpty { text += Self.aliasing }
        for (symbol, target) in aliases {
            text += "\n// \(target.text)\nALIAS(\(symbol), \(target.symbol));\n"
        }
        if !forceLinks.isEmpty || !unoffered.isEmpty {
            text += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
        }
        for symbol in forceLinks {
            text += "\n// On wasm it draws in the types of the component. Here there are none.\n"
            text += "void \(symbol)(void);\nvoid \(symbol)(void) {}\n"
        }
        if !unoffered.isEmpty {
            text +=
                "\n__attribute__((__noreturn__)) void wasip2_unreachable(const char *message);\n"
        }
        for (symbol, words) in unoffered {
            text += "\n// No host offers it: a call ends the guest.\nvoid \(symbol)(void);\n"
            text += "void \(symbol)(void) { wasip2_unreachable(\"no host offers \(words)\"); }\n"
        }
        if !forceLinks.isEmpty || !unoffered.isEmpty {
            text += "\n#ifdef __cplusplus\n}\n#endif\n"
        }
        return text
    }

    /// An alias of what another file defines is a jump: the linker has no other.
    private static let aliasing = """

        #if defined(__x86_64__)
        #define JUMP "jmp "
        #define THERE "@PLT"
        #elif defined(__aarch64__)
        #define JUMP "b "
        #define THERE ""
        #else
        #error "these stubs are for x86-64 and AArch64"
        #endif

        #define ALIAS(name, target)                                   \\
            __asm__(".text\\n.globl " #name "\\n.type " #name ", @function\\n" \\
                    #name ":\\n\\t" JUMP #target THERE "\\n"             \\
                    ".size " #name ", . - " #name "\\n")

        """

    private static func isIdentifier(_ symbol: String) -> Bool {
        !symbol.isEmpty && symbol.utf8.count <= 1_000
            && symbol.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }

    /// The beginning of a name, without what steers a terminal.
    private static func shown(_ symbol: String) -> String {
        String(
            symbol.unicodeScalars.prefix(60).map {
                $0.isASCII && $0.value >= 32 ? Character($0) : "?"
            })
    }
}
