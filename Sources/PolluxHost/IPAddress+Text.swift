// Reading addresses.

extension IPAddress {
    /// Reads `127.0.0.1` or `2001:db8::1`, four decimal bytes or words in hexadecimal, nothing around
    /// them; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// As ``init(_:)`` of any text.
    public init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let words = Self.words(of: text) else { return nil }
            self.init(words: words)
        } else {
            guard let bits = Self.bits(of: text.utf8) else { return nil }
            self = .ipv4(bits)
        }
    }

    /// Four bytes in decimal, without needless zeroes, which others read as octal.
    private static func bits(of text: some Collection<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        var parts = 1
        // The part that is being read; `nil` before its first digit.
        var part: UInt32?
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard let whole = part, parts < 4 else { return nil }
                bits = bits << 8 | whole
                parts += 1
                part = nil
                continue
            }
            guard (48...57).contains(byte), part != 0 else { return nil }
            let longer = (part ?? 0) * 10 + UInt32(byte - 48)
            guard longer < 256 else { return nil }
            part = longer
        }
        guard let last = part, parts == 4 else { return nil }
        return bits << 8 | last
    }

    /// Up to eight words, one `::` for the zeroes that are missing, and IPv4 in place of the last two.
    private static func words(of text: String) -> [UInt16]? {
        guard !text.contains(":::") else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            let words = run(text)
            return words?.count == 8 ? words : nil
        }
        guard let front = run(String(text[..<gap.lowerBound]), isEnd: false),
            let back = run(String(text[gap.upperBound...])), front.count + back.count < 8
        else { return nil }
        return front + Array(repeating: 0, count: 8 - front.count - back.count) + back
    }

    private static func run(_ text: String, isEnd: Bool = true) -> [UInt16]? {
        if text.isEmpty { return [] }
        var words: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            if isEnd, place == parts.count - 1, part.contains(".") {
                guard let bits = bits(of: part.utf8) else { return nil }
                words += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
                continue
            }
            let isHexadecimal = part.utf8.allSatisfy {
                (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0)
            }
            guard isHexadecimal, (1...4).contains(part.count), let word = UInt16(part, radix: 16)
            else { return nil }
            words.append(word)
        }
        return words
    }
}
