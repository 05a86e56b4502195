// What HTTP and its URIs take for names, values, methods and authorities.

package enum HTTPSyntax {
    /// RFC 9110's token: the name of a field or method.
    package static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        if isAlphanumeric(byte) { return true }
        return switch byte {
        case 33, 35, 36, 37, 38, 39, 42, 43, 45, 46, 94, 95, 96, 124, 126: true
        default: false
        }
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
    package static func isFieldValue(_ value: [UInt8]) -> Bool {
        value.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    }

    /// The value of `content-length`: digits that a u64 can count (HTTP-08).
    package static func length(_ value: [UInt8]) -> UInt64? {
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
    package static func isPathWithQuery(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"): false
            default: (0x21...0x7e).contains(byte)
            }
        }
    }

    /// Whether it can be an authority (HTTP-23, HTTP-24).
    static func isAuthority(_ text: String) -> Bool { parts(ofAuthority: text) != nil }

    /// An authority's parts; `nil` for what is none.
    package static func parts(
        ofAuthority text: String
    ) -> (userInfo: Substring?, host: Substring, port: UInt16?)? {
        let colon = UInt8(ascii: ":")
        var rest = text.utf8[...]
        var userInfo: Substring?
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
            guard rest[..<at].allSatisfy({ isNameByte($0) || $0 == colon }) else { return nil }
            userInfo = text[..<at]
            rest = rest[rest.index(after: at)...]
        }
        let host: Substring
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = text[rest.startIndex...end]
            rest = rest[rest.index(after: end)...]
            guard let address = IPAddress(host.dropFirst().dropLast()), address.family == .ipv6
            else { return nil }
        } else {
            let name = rest.prefix { $0 != colon }
            host = text[name.startIndex..<name.endIndex]
            rest = rest[name.endIndex...]
            guard !name.isEmpty, name.allSatisfy(isNameByte) else { return nil }
        }
        if rest.isEmpty { return (userInfo, host, nil) }
        guard rest.popFirst() == colon, !rest.isEmpty, rest.allSatisfy(isDigit),
            let port = UInt16(Substring(rest))
        else { return nil }
        return (userInfo, host, port)
    }

    /// RFC 3986: unreserved, percent-encoded or a delimiter within a part.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        if isAlphanumeric(byte) { return true }
        return switch byte {
        // Without " # : / < > and the like.
        case 33, 36...46, 59, 61, 95, 126: true
        default: false
        }
    }
}
