// wasi:sockets/ip-name-lookup.

import CWASIp2

/// An own handle of `wasi:sockets/ip-name-lookup.resolve-address-stream`: the addresses of a name.
///
/// Ending the value drops the handle and gives the look-up up; drop its pollables first, or the drop
/// traps.
@frozen
public struct ResolveAddressStream: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `resolve-addresses`: begins to look up a name; an address is its own answer. Never blocks.
    public init(_ name: [UInt8], on network: borrowing Network) throws(NetworkError) {
        var area = wasi_sockets_result_handle_t()
        name.withUnsafeBufferPointer {
            __wasm_import_wasi_sockets_ip_name_lookup_resolve_addresses(
                network.handle, $0.baseAddress, $0.count, &area)
        }
        handle = try area.get()
    }

    /// As ``init(_:on:)-([UInt8],_)``, of a text.
    public init(_ name: String, on network: borrowing Network) throws(NetworkError) {
        try self.init(Array(name.utf8), on: network)
    }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_sockets_ip_name_lookup_resolve_address_stream_drop(handle) }

    /// `[method]resolve-address-stream.resolve-next-address`: the next address, `nil` after the last;
    /// throws `wouldBlock` while the answer is not there. Never blocks.
    public borrowing func next() throws(NetworkError) -> IPAddress? {
        var area = wasi_sockets_result_option_ip_t()
        __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
            handle, &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        let option = area.value.ok
        return option.is_some == 0 ? nil : IPAddress(option.value)
    }

    /// `[method]resolve-address-stream.subscribe`: a pollable, ready once the answer is there. Drop it
    /// before the stream.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(
            owning:
                __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(
                    handle))
    }
}
