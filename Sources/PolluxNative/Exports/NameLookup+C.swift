// wasi:sockets/ip-name-lookup as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_sockets_ip_name_lookup_resolve_addresses(
    _ network: Int32, _ name: UnsafePointer<UInt8>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_sockets_result_handle_t>
) {
    CurrentHost.with(.resolveAddresses) { host throws(HostTrap) in
        let name = try unsafe Lifting.string(name, count: len, in: .resolveAddresses)
        let result = try host.resolveAddresses(of: name, on: network)
        unsafe ret.pointee = Lowering.handle(result)
    }
}

@c @implementation
public func
    __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
        _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_option_ip_t>
    )
{
    CurrentHost.with(.resolveNextAddress) { host throws(HostTrap) in
        let result = try host.resolveNextAddress(self)
        unsafe ret.pointee = Lowering.address(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.resolveSubscribe) { host throws(HostTrap) in
        try host.subscribe(lookup: self)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_ip_name_lookup_resolve_address_stream_drop(_ handle: Int32) {
    CurrentHost.with(.resolveDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .resolveAddressStream, in: .resolveDrop)
    }
}
