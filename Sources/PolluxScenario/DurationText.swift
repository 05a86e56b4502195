// Spans of time as scenario files write them: 10ms, 0.5ms, 0.

/// Reads durations into whole nanoseconds; ``TimeText`` prints them.
enum DurationText {
    /// Why a word is not a duration.
    enum Problem: Error, Hashable {
        /// It does not have the form at all.
        case malformed
        /// It comes out as a fraction of a nanosecond.
        case notWhole
        /// It is more than 2⁶⁴ − 1 nanoseconds.
        case tooLong
    }

    /// The units, smallest first.
    static let units: [(name: String, nanoseconds: UInt64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ]

    /// The nanoseconds of `10ns`, `10us`, `10ms`, `10s`, of a decimal fraction of one, or of `0`.
    static func nanoseconds(_ text: String) throws(Problem) -> UInt64 {
        if text == "0" { return 0 }
        guard let end = text.firstIndex(where: { $0.isLetter }) else { throw .malformed }
        let number = text[..<end]
        guard let unit = units.first(where: { $0.name == text[end...] }) else { throw .malformed }
        return try nanoseconds(number, of: unit.nanoseconds)
    }

    /// The nanoseconds of a decimal number of units.
    static func nanoseconds(_ number: Substring, of unit: UInt64) throws(Problem) -> UInt64 {
        // No time of 64 bits needs as many digits, and no untrusted word deserves more work.
        guard number.utf8.count <= 40 else { throw .tooLong }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, parts.allSatisfy(isDigits) else {
            throw .malformed
        }
        guard let count = UInt64(whole) else { throw .tooLong }
        var (total, overflows) = count.multipliedReportingOverflow(by: unit)
        guard !overflows else { throw .tooLong }
        var place = unit
        for digit in parts.dropFirst().first ?? "" {
            guard let value = digit.wholeNumberValue, value > 0 else {
                place /= 10
                continue
            }
            guard place >= 10 else { throw .notWhole }
            place /= 10
            (total, overflows) = total.addingReportingOverflow(UInt64(value) &* place)
            guard !overflows else { throw .tooLong }
        }
        return total
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
