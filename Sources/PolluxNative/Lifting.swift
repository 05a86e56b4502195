// Reading the arguments of the canonical ABI: everything a guest passes is checked before use.

import PolluxHost

/// Checks of the canonical ABI's list arguments.
package enum Lifting {
    /// The longest list in bytes (RES-19); it also keeps a length within a u32 (POLL-02).
    static let longestList = (1 << 28) - 1

    /// Whether `count` elements of `stride` bytes at `address` can be a list of the guest's; `nil` is
    /// an alignment that is the stride.
    @inline(__always)
    package static func check(
        _ address: UInt, count: Int, stride: Int, alignment: Int? = nil, in call: HostCall
    ) throws(HostTrap) {
        let alignment = alignment ?? stride
        guard address % UInt(alignment) == 0 else {
            throw HostTrap(.misaligned(address: address, alignment: alignment), in: call)
        }
        guard count >= 0, count <= longestList / stride else {
            throw HostTrap(.listTooLong(count), in: call)
        }
        guard address != 0 || count == 0 else {
            throw HostTrap(.outOfBounds(count: count), in: call)
        }
    }
}
