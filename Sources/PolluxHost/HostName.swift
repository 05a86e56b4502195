// What resolve-addresses takes for a name.

/// The name of a look-up, read.
enum HostName: Hashable {
    /// It is an address already (DNS-03).
    case address(IPAddress)
    /// A valid name in lower case, ASCII alone (DNS-05), without the dot at its end.
    case name(String)

    /// Reads a name; `nil` for what cannot be one (DNS-02).
    init?(_ text: some StringProtocol, rules: HostPolicy.Rules) {
        if text.utf8.first == UInt8(ascii: "["), text.hasSuffix("]") {
            guard let address = IPAddress(text.dropFirst().dropLast()), address.family == .ipv6
            else { return nil }
            self = .address(address)
            return
        }
        if let address = IPAddress(text) {
            self = .address(address)
            return
        }
        guard let name = Self.ascii(text) else { return nil }
        if Self.endsInNumber(name) {
            // What ends in a number is an address or nothing (DNS-04).
            guard rules == .wasmtime, let bits = Self.looseBits(name) else { return nil }
            self = .address(.ipv4(bits))
            return
        }
        self = .name(name)
    }

    /// Its labels in lower case, those beyond ASCII in Punycode; `nil` where one is not to be had.
    private static func ascii(_ text: some StringProtocol) -> String? {
        var labels: [String] = []
        var parts = text.lowercased().split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "\u{3002}" })
        if parts.count > 1, parts.last == "" { parts.removeLast() }
        for part in parts {
            let isASCII = part.utf8.allSatisfy { $0 < 128 }
            guard let label = isASCII ? String(part) : Punycode.label(part),
                (1...63).contains(label.utf8.count), isLabel(label)
            else { return nil }
            labels.append(label)
        }
        let name = labels.joined(separator: ".")
        return name.utf8.count <= 253 ? name : nil
    }

    private static func isLabel(_ label: String) -> Bool {
        label.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 95
        } && !label.hasPrefix("-") && !label.hasSuffix("-")
    }

    // MARK: Addresses as URLs have them

    private static func endsInNumber(_ name: String) -> Bool {
        guard let last = name.split(separator: ".").last else { return false }
        return last.utf8.allSatisfy { (48...57).contains($0) } || number(last) != nil
    }

    /// One to four numbers, decimal, octal (0…) or hexadecimal (0x…); the last fills what is left.
    private static func looseBits(_ name: String) -> UInt32? {
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false).map(number)
        guard (1...4).contains(numbers.count), let last = numbers.last ?? nil else { return nil }
        var bits: UInt64 = 0
        for number in numbers.dropLast() {
            guard let number, number < 256 else { return nil }
            bits = bits << 8 | number
        }
        let rest = UInt64(8 * (5 - numbers.count))
        guard last < 1 << rest else { return nil }
        return UInt32(bits << rest | last)
    }

    private static func number(_ text: Substring) -> UInt64? {
        if text.hasPrefix("0x") {
            return text.count == 2 ? 0 : UInt64(text.dropFirst(2), radix: 16)
        }
        if text.hasPrefix("0"), text.count > 1 { return UInt64(text, radix: 8) }
        guard text.utf8.first.map({ (48...57).contains($0) }) ?? false else { return nil }
        return UInt64(text)
    }
}

/// RFC 3492: a label of any characters as one of ASCII.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26

    /// `xn--…` for a label in lower case; `nil` where it is too long for any.
    static func label(_ label: Substring) -> String? {
        let scalars = label.unicodeScalars.map { Int($0.value) }
        guard scalars.count <= 63 else { return nil }
        var output = scalars.filter { $0 < 128 }.map { UInt8($0) }
        let basic = output.count
        if basic > 0 { output.append(45) }
        var (code, delta, bias, handled) = (128, 0, 72, basic)
        while handled < scalars.count {
            let next = scalars.filter { $0 >= code }.min()!
            delta += (next - code) * (handled + 1)
            code = next
            for scalar in scalars {
                if scalar < code { delta += 1 }
                if scalar == code {
                    append(delta, bias, to: &output)
                    bias = adapt(delta, handled + 1, isFirst: handled == basic)
                    delta = 0
                    handled += 1
                }
            }
            delta += 1
            code += 1
        }
        return "xn--" + String(decoding: output, as: UTF8.self)
    }

    /// A number of variable length, in digits a to z and 0 to 9.
    private static func append(_ delta: Int, _ bias: Int, to output: inout [UInt8]) {
        var rest = delta
        var position = base
        while true {
            let threshold = min(max(position - bias, tMin), tMax)
            if rest < threshold { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? 97 + value : 22 + value) }

    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var position = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            position += base
        }
        return position + (base - tMin + 1) * delta / (delta + 38)
    }
}
