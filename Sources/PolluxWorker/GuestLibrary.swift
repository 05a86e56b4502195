// A guest that is a shared library: any runtime, unmodified, behind its adapter.

/// A shared library with a guest in it: a function without parameters that serves task 0 of the step
/// door and returns when that is done.
///
/// The library leaves the imports that it calls undefined; they are there when it is loaded.
public struct GuestLibrary: Hashable, Sendable {
    /// The entry of a library that does not say which.
    public static let usualSymbol = "pollux_guest"

    /// How scenarios and the command line call it.
    public var name: String
    /// The file.
    public var path: String
    /// The function.
    public var symbol: String

    /// A library by its file and, behind a colon, its entry: `./libmine.so`, `./libmine.so:other`. It is
    /// called `mine`, or `mine-other`, or what stands before an equals sign: `name=./libmine.so`.
    ///
    /// `nil` where that is no path: it has neither a slash nor an ending of a shared library.
    public init?(_ text: String) {
        var text = text[...]
        var name: String?
        if let sign = text.firstIndex(of: "="), !text[..<sign].contains("/") {
            name = String(text[..<sign])
            text = text[text.index(after: sign)...]
        }
        var symbol: String?
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") {
            symbol = String(text[text.index(after: colon)...])
            text = text[..<colon]
        }
        let isLibrary = text.contains("/") || text.hasSuffix(".so") || text.contains(".so.")
        guard isLibrary, name != "", symbol != "" else { return nil }
        path = String(text)
        self.symbol = symbol ?? Self.usualSymbol
        self.name = name ?? Self.name(of: text, symbol)
    }

    /// A library by its file and, behind a colon, its entry, under a name.
    public init(_ path: String, called name: String) {
        self.name = name
        let colon = path.lastIndex(of: ":").flatMap { path[$0...].contains("/") ? nil : $0 }
        self.path = String(path[..<(colon ?? path.endIndex)])
        symbol = colon.map { String(path[path.index(after: $0)...]) } ?? Self.usualSymbol
    }

    private static func name(of path: Substring, _ symbol: String?) -> String {
        var name = path.split(separator: "/").last ?? path
        if name.hasPrefix("lib") { name = name.dropFirst(3) }
        if let end = name.firstRange(of: ".so") { name = name[..<end.lowerBound] }
        let parts = [String(name), symbol].compactMap { $0 }
        let text = parts.joined(separator: "-").map { $0.isLetter || $0.isNumber ? $0 : "-" }
        return text.isEmpty ? "library" : String(text)
    }
}

/// What is done so that one run of a library finds nothing of the one before.
public enum Isolation: String, CaseIterable, Sendable {
    /// Its variables are set back and its heap is emptied between runs.
    case restore
    /// Each run has a process of its own: slower, and nothing at all is left over.
    case fork
    /// Nothing: a run finds what the ones before have left.
    case none
}

/// Why a library cannot be used.
public struct UnusableLibrary: Error, CustomStringConvertible {
    /// The library's file.
    public var path: String
    /// The reason.
    public var reason: String

    /// A library that cannot be used.
    public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// `./libmine.so: reason`
    public var description: String {
        reason.hasPrefix(path) ? reason : "\(path): \(reason)"
    }
}
