// wasi:random.

import CWASIp2

/// `wasi:random`: numbers that nobody can guess, and some that anybody may.
public enum Random {
    /// `random.get-random-bytes`: `count` bytes that nobody can guess. Traps where a host does not give
    /// so many at once; 64 MiB is safe.
    public static func bytes(_ count: UInt64) -> [UInt8] {
        var area = wasi_random_list_u8_t()
        __wasm_import_wasi_random_random_get_random_bytes(Int64(bitPattern: count), &area)
        return take(area)
    }

    /// `random.get-random-u64`.
    public static func integer() -> UInt64 {
        UInt64(bitPattern: __wasm_import_wasi_random_random_get_random_u64())
    }

    /// `insecure.get-insecure-random-bytes`: bytes that may be guessed.
    public static func insecureBytes(_ count: UInt64) -> [UInt8] {
        var area = wasi_random_list_u8_t()
        __wasm_import_wasi_random_insecure_get_insecure_random_bytes(
            Int64(bitPattern: count), &area)
        return take(area)
    }

    /// `insecure.get-insecure-random-u64`.
    public static func insecureInteger() -> UInt64 {
        UInt64(bitPattern: __wasm_import_wasi_random_insecure_get_insecure_random_u64())
    }

    /// `insecure-seed`: a seed for hash tables, the same at every call.
    public static func insecureSeed() -> (UInt64, UInt64) {
        var area = wasi_random_insecure_seed_t()
        __wasm_import_wasi_random_insecure_seed_insecure_seed(&area)
        return (area.first, area.second)
    }

    private static func take(_ area: wasi_random_list_u8_t) -> [UInt8] {
        let bytes = Array(UnsafeBufferPointer(start: area.ptr, count: area.len))
        if area.len > 0 { cwasip2_free(area.ptr) }
        return bytes
    }
}
