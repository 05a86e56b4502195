// wasi:sockets/network and instance-network.

import CWASIp2

/// An own handle of `wasi:sockets/network.network`: the right to use a network.
///
/// Ending the value drops the handle; what was opened with it goes on.
@frozen
public struct Network: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `instance-network`: the network that this program may use.
    @inlinable
    public init() { handle = __wasm_import_wasi_sockets_instance_network_instance_network() }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_sockets_network_network_drop(handle) }
}
