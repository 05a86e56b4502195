// What passes through the step door, both ways, as Swift values.

import PolluxHost

/// What the door hands out: a step of `pollux_harness.h`, before lowering.
enum HandOut: Equatable {
    case done
    case adopt(slot: UInt32, handle: Int32, isOwnedByTask: Bool)
    case waitAny([StepDoor.Slot])
    case waitAll([StepDoor.Slot])
    case release(UInt32)
    case sleep(UInt64)
    case yield
    case spawn(Int)
    case join(Int)
    case cancel(Int)
    case send(Int)
    case receive(Int)
    case adoptStream(slot: UInt32, handle: Int32, isInput: Bool, isOwnedByTask: Bool)
    case read(slot: UInt32, upTo: Int)
    case write(slot: UInt32, [UInt8])
    case flush(slot: UInt32)
    indirect case connect(slot: UInt32, SocketAddress, isOwnedByTask: Bool)
    indirect case listen(slot: UInt32, SocketAddress, backlog: Int?, isOwnedByTask: Bool)
    case accept(listener: UInt32, slot: UInt32, isOwnedByTask: Bool)
    case shut(slot: UInt32, ShutdownKind)
    case lookUp([UInt8])
    indirect case connectDatagrams(slot: UInt32, SocketAddress, isOwnedByTask: Bool)
    case fetch(slot: UInt32, [UInt8], isOwnedByTask: Bool)
    case trailers(slot: UInt32)
}

/// What an adapter reports of a step.
enum StepReport: Equatable, CustomStringConvertible {
    case none
    case index(Int)
    case unsupported
    case cancelled
    case bytes([UInt8])
    case closed
    case failed(String)

    var description: String {
        switch self {
        case .none: "none"
        case .index(let index): "index \(index)"
        case .unsupported: "unsupported"
        case .cancelled: "cancelled"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .closed: "closed"
        case .failed: "failed"
        }
    }
}
