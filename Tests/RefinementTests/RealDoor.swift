// What stands behind a resource in the real world, and its far end in the script's hands.

import Glibc
import PolluxHost
import PolluxScenario

/// A pair of connected sockets: the guest's source is one end, the script has the other. A level rises
/// when a byte comes that nobody reads.
final class RealDoor: @unchecked Sendable {
    /// The guest's end.
    let descriptor: Int32
    /// The script's end.
    private var far: Int32

    init() {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let status = socketpair(AF_UNIX, type, 0, &ends)
        precondition(status == 0, "no descriptors left")
        (descriptor, far) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        if far >= 0 { close(far) }
    }

    /// Whether a change can be brought about here, on a resource of this kind.
    static func canBring(about change: Fact.Change, on kind: Resource.Kind) -> Bool {
        switch (kind, change) {
        case (.level, .ready(true)), (.input, .chunk), (.input, .closed), (.stdin, .chunk),
            (.stdin, .closed):
            true
        default: false
        }
    }

    /// Brings a change about.
    func bring(about change: Fact.Change) {
        switch change {
        case .ready(true): put([1])
        case .chunk(_, let bytes): put(bytes)
        case .closed:
            close(far)
            far = -1
        case .ready, .empty, .permit, .flushed, .failed, .answers, .calls, .head:
            preconditionFailure("not in a real world")
        }
    }

    private func put(_ bytes: [UInt8]) {
        let count = send(far, bytes, bytes.count, Int32(MSG_DONTWAIT))
        precondition(count == bytes.count, "more than what a socket holds")
    }
}
