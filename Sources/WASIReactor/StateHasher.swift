// The state of an executor and its reactor as a number, for whoever goes through all states of a guest.

/// Takes words in and comes to a hash. The same words give the same hash in every process.
public struct StateHasher {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// A hasher that has taken nothing in.
    public init() {}

    /// Takes a word behind those it has.
    public mutating func combine(_ word: UInt64) {
        let mixed = (state ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        let turned = word &* 0x9E37_79B9_7F4A_7C15
        state = (mixed.high ^ mixed.low) &+ (turned << 31 | turned >> 33)
    }

    /// Takes a number.
    public mutating func combine(_ number: Int) { combine(UInt64(bitPattern: Int64(number))) }

    /// The hash of what was taken in.
    public var value: UInt64 {
        var word = state
        word = (word ^ (word >> 32)) &* 0xD6E8_FEB8_6659_FD93
        word = (word ^ (word >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return word ^ (word >> 32)
    }
}
