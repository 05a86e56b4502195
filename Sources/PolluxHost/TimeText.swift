// Times as people write them.

/// Prints nanoseconds in the largest unit that is exact to three places.
public enum TimeText {
    /// `30ms`, `1.5ms`, `200ns`, `2s`; `0ms` for nothing.
    public static func string(_ nanoseconds: UInt64) -> String {
        if nanoseconds == 0 { return "0ms" }
        for (unit, scale) in [("s", 1_000_000_000 as UInt64), ("ms", 1_000_000), ("us", 1_000)]
        where nanoseconds >= scale && nanoseconds % (scale / 1_000) == 0 {
            let thousandths = nanoseconds % scale / (scale / 1_000)
            if thousandths == 0 { return "\(nanoseconds / scale)\(unit)" }
            var digits = String(thousandths + 1_000).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            return "\(nanoseconds / scale).\(digits)\(unit)"
        }
        return "\(nanoseconds)ns"
    }
}
