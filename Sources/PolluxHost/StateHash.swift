// A hash that is the same in every process, for telling states and logs apart.

/// Takes words in and comes to 64 bits. The same words give the same hash in every process; two
/// different sequences have one hash by chance alone, once in 2⁶⁴ pairs, and nobody is protected
/// against words made up for it.
@usableFromInline
package struct StateHash: Sendable {
    @usableFromInline var state: UInt64 = 0x243F_6A88_85A3_08D3
    @usableFromInline var count: UInt64 = 0

    /// The hash of nothing.
    package init() {}

    /// Takes a word behind those it has.
    @inlinable @inline(__always)
    package mutating func add(_ word: UInt64) {
        let mixed = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        let turned = word &* 0xD6E8_FEB8_6659_FD93
        state = (mixed.high ^ mixed.low) &+ (turned << 29 | turned >> 35)
        count &+= 1
    }

    @inlinable @inline(__always)
    package mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
    @inlinable @inline(__always)
    package mutating func add(_ number: Int32) { add(Int(number)) }
    @inlinable @inline(__always)
    package mutating func add(_ truth: Bool) { add(truth ? 1 as UInt64 : 2) }

    /// Takes a number or its absence.
    @inlinable @inline(__always)
    package mutating func add(_ number: Int?) {
        add(number != nil)
        if let number { add(number) }
    }

    package mutating func add(_ words: [UInt64]) {
        add(words.count)
        for word in words { add(word) }
    }

    package mutating func add(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe add($0) } }

    package mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { unsafe add(UnsafeRawBufferPointer($0)) }
    }

    /// Eight at a time, the last ones filled up with zeros; how many there are tells those from zeros.
    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(bytes.count)
        var place = 0
        while place + 8 <= bytes.count {
            add(
                UInt64(
                    littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                ))
            place += 8
        }
        if place == bytes.count { return }
        var rest: UInt64 = 0
        for place in (place..<bytes.count).reversed() {
            rest = rest << 8 | UInt64(unsafe bytes[place])
        }
        add(rest)
    }

    /// The hash of what was taken in.
    package var value: UInt64 {
        var word = state ^ (count &* 0x9E37_79B9_7F4A_7C15)
        word = (word ^ (word >> 32)) &* 0xD6E8_FEB8_6659_FD93
        word = (word ^ (word >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return word ^ (word >> 32)
    }
}
