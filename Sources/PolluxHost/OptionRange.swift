// The values that socket options take: what is invalid, what is cut, what is rounded.

/// How a guest's value of an option becomes the kernel's, and back.
enum OptionRange {
    private static let second: UInt64 = 1_000_000_000

    /// Whether 0 is refused before the socket's phase is looked at.
    static func refusesZeroFirst(_ option: SocketOption) -> Bool {
        switch option {
        case .keepAliveIdle, .keepAliveInterval, .keepAliveCount: true
        case .keepAlive, .hopLimit, .receiveBuffer, .sendBuffer: false
        }
    }

    /// The kernel's value; `nil` for one that is invalid, which only 0 is (TCP-60 to TCP-66).
    static func lift(_ value: UInt64, for option: SocketOption) -> Int? {
        switch option {
        case .keepAlive: return value == 0 ? 0 : 1
        case .keepAliveIdle, .keepAliveInterval:
            if value == 0 { return nil }
            return Int(min(max(value / second, 1), 32_767))
        case .keepAliveCount: return value == 0 ? nil : Int(min(value, 127))
        case .hopLimit: return value == 0 ? nil : Int(min(value, 255))
        case .receiveBuffer, .sendBuffer:
            return value == 0 ? nil : Int(min(value, UInt64(Int32.max)))
        }
    }

    /// The guest's value.
    static func lower(_ value: Int, of option: SocketOption) -> UInt64 {
        let value = UInt64(max(value, 0))
        switch option {
        case .keepAliveIdle, .keepAliveInterval: return value * second
        case .keepAlive, .keepAliveCount, .hopLimit, .receiveBuffer, .sendBuffer: return value
        }
    }

    /// How many connections may wait; `nil` for 0, which is invalid (TCP-60).
    static func backlog(_ value: UInt64) -> Int? {
        value == 0 ? nil : Int(min(value, UInt64(Int32.max)))
    }

    /// How many may wait where the guest does not say.
    static let backlog = 128
}
