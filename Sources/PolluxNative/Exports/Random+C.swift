// wasi:random as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_random_random_get_random_bytes(
    _ len: Int64, _ ret: UnsafeMutablePointer<wasi_random_list_u8_t>
) {
    CurrentHost.with(.getRandomBytes) { host throws(HostTrap) in
        let bytes = try host.randomBytes(UInt64(bitPattern: len))
        unsafe ret.pointee = lower(bytes, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_random_random_get_random_u64() -> Int64 {
    CurrentHost.with(.getRandomInteger) { host throws(HostTrap) in
        Int64(bitPattern: try host.randomInteger())
    }
}

@c @implementation
public func __wasm_import_wasi_random_insecure_get_insecure_random_bytes(
    _ len: Int64, _ ret: UnsafeMutablePointer<wasi_random_list_u8_t>
) {
    CurrentHost.with(.getInsecureRandomBytes) { host throws(HostTrap) in
        let bytes = try host.insecureRandomBytes(UInt64(bitPattern: len))
        unsafe ret.pointee = lower(bytes, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_random_insecure_get_insecure_random_u64() -> Int64 {
    CurrentHost.with(.getInsecureRandomInteger) { host throws(HostTrap) in
        Int64(bitPattern: try host.insecureRandomInteger())
    }
}

@c @implementation
public func __wasm_import_wasi_random_insecure_seed_insecure_seed(
    _ ret: UnsafeMutablePointer<wasi_random_insecure_seed_t>
) {
    CurrentHost.with(.insecureSeed) { host throws(HostTrap) in
        let seed = try host.insecureSeed()
        unsafe ret.pointee = wasi_random_insecure_seed_t(first: seed.0, second: seed.1)
    }
}

private func lower(_ bytes: [UInt8], for host: WASIHost) -> wasi_random_list_u8_t {
    let (start, count) = unsafe Lowering.list(bytes, for: host)
    return unsafe wasi_random_list_u8_t(ptr: start, len: count)
}
