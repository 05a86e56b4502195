// wasi:io/poll's resource: something that is ready or not.

import CWASIp2

/// An own handle of `wasi:io/poll.pollable`: something that is ready or not yet.
///
/// Level-triggered: it is ready while its condition holds, and may be used again and again. Ending
/// the value drops the handle. Must be dropped before the resource that it was subscribed from.
@frozen
public struct Pollable: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_io_poll_pollable_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]pollable.ready`: whether it is ready now. Never blocks. A host may say no for a
    /// while after the condition came true, but not after it has said yes.
    @inlinable
    public var isReady: Bool { __wasm_import_wasi_io_poll_method_pollable_ready(handle) != 0 }

    /// `[method]pollable.block`: blocks until it is ready.
    @inlinable
    public borrowing func block() { __wasm_import_wasi_io_poll_method_pollable_block(handle) }

    /// This pollable as an entry of a list for ``poll(_:)``; valid while the pollable lives.
    @inlinable
    public var borrow: Borrow { Borrow(handle: handle) }

    /// A borrowed handle: one entry of a poll list. Copying it copies no ownership; using it after
    /// its pollable was dropped traps.
    @frozen
    public struct Borrow: Hashable, Sendable {
        /// The number of the borrowed handle.
        public let handle: Int32

        /// A borrow of the live handle of this number.
        @inlinable
        public init(handle: Int32) { self.handle = handle }
    }

    /// `pollable.ready`, which is ``isReady`` here.
    @available(*, unavailable, renamed: "isReady")
    public borrowing func ready() -> Bool { isReady }
}
