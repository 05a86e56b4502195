// From an undefined symbol to the import that it stands for.

/// Which import a symbol of somebody's bindings means.
struct ImportSymbols {
    /// What an undefined symbol is.
    enum Meaning: Equatable {
        /// Nothing of WASI's.
        case foreign
        /// An import by the name under which a host has it.
        case own
        /// Another name for this import.
        case alias(ImportName)
        /// It would draw in the object that describes a component's types.
        case forceLink
        /// An import that no host here has; in words.
        case unoffered(String)
        /// A name that was changed, and may be any of these.
        case ambiguous([ImportName])
    }

    /// Names of interfaces, as `--rename` gave them to wit-bindgen: the interface, its new name.
    var renames: [(interface: String, name: String)] = []

    private static let bySymbol = Dictionary(
        uniqueKeysWithValues: ImportName.offered.map { ($0.symbol, $0) })
    private static let forceLink = "__component_type_object_force_link_"

    /// What this symbol means.
    func meaning(of symbol: String) -> Meaning {
        if symbol.hasPrefix(Self.forceLink) { return .forceLink }
        if symbol.hasPrefix(ImportName.prefix) {
            if Self.bySymbol[symbol] != nil { return .own }
            return renamed(String(symbol.dropFirst(ImportName.prefix.count)))
        }
        return mangled(symbol)
    }

    // MARK: C

    /// A raw import of the C bindings under a name that is not the default one.
    private func renamed(_ rest: String) -> Meaning {
        for (interface, name) in renames {
            let prefix = ImportName.snake(name) + "_"
            guard rest.hasPrefix(prefix) else { continue }
            let function = rest.dropFirst(prefix.count)
            let same = ImportName.offered.first {
                $0.interface == interface && $0.functionSymbol == function
            }
            return same.map { .alias($0) } ?? .unoffered("'\(function)' of \(interface)")
        }
        let candidates = ImportName.offered.filter { isRenamed($0, rest) }
        switch candidates.count {
        case 0: return .unoffered("'\(rest)'")
        case 1: return .alias(candidates[0])
        default: return .ambiguous(candidates)
        }
    }

    /// Whether `rest` is this import with a version in the interface's name, or with less than all of
    /// that name: `wasi_io_0_2_3_poll`, or `poll` and `io_poll`.
    private func isRenamed(_ name: ImportName, _ rest: String) -> Bool {
        let suffix = "_" + name.functionSymbol
        guard rest.hasSuffix(suffix) else { return false }
        let short = rest.dropLast(suffix.count)
        let whole = ImportName.snake(name.interface)
        if !short.isEmpty, ("_" + whole).hasSuffix("_" + short) { return true }
        // The version stands behind the package: `wasi_io` + `_0_2_3` + `_poll`.
        guard let slash = name.interface.firstIndex(of: "/") else { return false }
        let package = ImportName.snake(name.interface[..<slash]) + "_0_2_"
        let last = "_" + ImportName.snake(name.interface[name.interface.index(after: slash)...])
        guard short.hasPrefix(package), short.hasSuffix(last) else { return false }
        guard short.count > package.count + last.count else { return false }
        return short.dropFirst(package.count).dropLast(last.count).allSatisfy(\.isNumber)
    }

    // MARK: C++ and Rust

    /// A name in which the module, NUL and the function stand as they are, with whatever no identifier
    /// may have as `X` and two hexadecimal digits: `wasiX3AioX2FpollX400X2E2X2E0X00poll`.
    private func mangled(_ symbol: String) -> Meaning {
        guard symbol.contains("X3A"), symbol.contains("X00") else { return .foreign }
        guard let text = Self.demangled(symbol) else { return .foreign }
        let parts = text.split(separator: "\0", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].contains(":"), parts[0].contains("/") else {
            return .foreign
        }
        let module = parts[0].split(separator: "@", maxSplits: 1)
        // `-` has become `_`, as in C.
        let interface = ImportName.snake(module[0])
        let function = parts[1]
        let same = ImportName.offered.first {
            ImportName.snake($0.interface) == interface
                && $0.function.replacing("-", with: "_") == function.replacing("-", with: "_")
        }
        let isOurVersion = module.count == 1 || module[1].hasPrefix("0.2.")
        guard let same, isOurVersion else {
            return .unoffered("\(parts[0]) \(function)")
        }
        return .alias(same)
    }

    /// `nil` where the text is none of WIT's: it goes into a source.
    private static func demangled(_ symbol: String) -> String? {
        var text = ""
        var rest = Substring(symbol)
        while let character = rest.popFirst() {
            guard character == "X" else {
                text.append(character)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let code = UInt8(digits, radix: 16),
                "\0:/@.[]<>=#*$".unicodeScalars.contains(Unicode.Scalar(code))
            else { return nil }
            text.unicodeScalars.append(Unicode.Scalar(code))
            rest = rest.dropFirst(2)
        }
        return text
    }
}
