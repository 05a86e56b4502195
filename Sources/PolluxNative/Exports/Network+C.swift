// wasi:sockets/network and instance-network as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_sockets_instance_network_instance_network() -> Int32 {
    CurrentHost.with(.instanceNetwork) { host throws(HostTrap) in
        try host.instanceNetwork()
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_network_network_drop(_ handle: Int32) {
    CurrentHost.with(.networkDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .network, in: .networkDrop)
    }
}
