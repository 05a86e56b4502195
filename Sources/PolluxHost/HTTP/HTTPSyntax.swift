// What HTTP and its URIs take for names, values, methods and authorities.

enum HTTPSyntax {
    /// RFC 9110's token: the name of a field or method.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// No control characters but tabs; bytes beyond ASCII may be anything (HTTP-07).
    static func isFieldValue(_ value: [UInt8]) -> Bool {
        value.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    }

    /// The value of `content-length`: digits that a u64 can count (HTTP-08).
    static func length(_ value: [UInt8]) -> UInt64? {
        guard !value.isEmpty, value.allSatisfy(isDigit) else { return nil }
        return UInt64(String(decoding: value, as: UTF8.self))
    }

    /// RFC 3986's scheme (HTTP-22).
    static func isScheme(_ text: String) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first), !isDigit(first) else {
            return false
        }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "+-.".utf8.contains($0) }
    }

    /// A path, and perhaps a query behind a `?`: no spaces, controls or fragment, and nothing beyond
    /// ASCII, which has to be percent-encoded (HTTP-25).
    static func isPathWithQuery(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"#<>`".utf8.contains($0) }
    }

    /// Whether it can be an authority (HTTP-23, HTTP-24).
    static func isAuthority(_ text: String) -> Bool { parts(ofAuthority: text) != nil }

    /// An authority's parts; `nil` for what is none.
    static func parts(
        ofAuthority text: String
    ) -> (userInfo: Substring?, host: Substring, port: UInt16?)? {
        var rest = text[...]
        var userInfo: Substring?
        if let at = rest.lastIndex(of: "@") {
            userInfo = rest[..<at]
            rest = rest[rest.index(after: at)...]
            guard userInfo!.utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ":") }) else {
                return nil
            }
        }
        let host: Substring
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[...end]
            rest = rest[rest.index(after: end)...]
            guard let address = IPAddress(host.dropFirst().dropLast()), address.family == .ipv6
            else { return nil }
        } else {
            host = rest.prefix { $0 != ":" }
            rest = rest[host.endIndex...]
            guard !host.isEmpty, host.utf8.allSatisfy(isNameByte) else { return nil }
        }
        if rest.isEmpty { return (userInfo, host, nil) }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), !digits.isEmpty, digits.utf8.allSatisfy(isDigit),
            let port = UInt16(digits)
        else { return nil }
        return (userInfo, host, port)
    }

    /// RFC 3986: unreserved, percent-encoded or a delimiter within a part.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~%!$&'()*+,;=".utf8.contains(byte)
    }
}
