// Reading addresses.

extension IPAddress {
    /// Reads `127.0.0.1` or `2001:db8::1`, four decimal bytes or words in hexadecimal, nothing around
    /// them; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let words = Self.words(of: text) else { return nil }
            self.init(words: words)
        } else {
            guard let bits = Self.bits(of: text) else { return nil }
            self = .ipv4(bits)
        }
    }

    /// Four bytes in decimal, without needless zeroes, which others read as octal.
    private static func bits(of text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            let isDecimal = part.utf8.allSatisfy { (48...57).contains($0) }
            guard isDecimal, part.count == 1 || part.first != "0", let byte = UInt8(part) else {
                return nil
            }
            bits = bits << 8 | UInt32(byte)
        }
        return bits
    }

    /// Up to eight words, one `::` for the zeroes that are missing, and IPv4 in place of the last two.
    private static func words(of text: some StringProtocol) -> [UInt16]? {
        let text = String(text)
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
                guard let bits = bits(of: part) else { return nil }
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
