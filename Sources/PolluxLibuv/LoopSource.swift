// Sources on the driver's loop that are not the driver's own.

import PolluxHost

/// A source that something beside the driver keeps on the driver's loop, such as a direction of an HTTP
/// exchange.
///
/// The driver asks it as it asks its own: all but ``arm()`` answer from what the loop has brought, and
/// nothing blocks. The driver holds it until ``LibuvDriver/remove(_:)``.
package protocol LoopSource: AnyObject {
    /// Whether it has something to say; a latch that only the loop sets.
    var isReady: Bool { get }
    /// A turn or a wait of the loop comes that was asked for because this is not ready.
    func arm()
    /// Takes up to `count` bytes, from 1; asked of inputs.
    func read(upTo count: Int) -> ByteRead
    /// What a write would take; asked of outputs.
    var room: ByteRoom { get }
    /// Takes bytes, perhaps not all; asked of outputs.
    func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite
    /// The driver goes, and the source has not been removed: whatever it has on the loop is to be closed
    /// by uv_close now, for the loop runs once more and ends.
    func close()
}

/// A source without bytes: nobody reads or writes it.
extension LoopSource {
    /// Ends the process: there are no bytes.
    package func read(upTo count: Int) -> ByteRead {
        preconditionFailure("a read of what has no bytes")
    }
    /// Ends the process: it takes no bytes.
    package var room: ByteRoom { preconditionFailure("room in what takes no bytes") }
    /// Ends the process: it takes no bytes.
    package func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        preconditionFailure("a write to what takes no bytes")
    }
}

extension LibuvDriver {
    /// Makes a source of what somebody else keeps on the loop.
    package func add(_ source: any LoopSource) -> SourceID { addSource(.foreign(source)) }
}
