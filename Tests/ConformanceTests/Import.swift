// The imports as a guest without an overlay calls them.

import CWASIp2
import PolluxHost

/// The raw imports under short names: each is the C symbol of the seam and nothing more.
enum Import {
    /// `poll`; the result list is copied and freed, as its owner has to.
    static func poll(_ handles: [Int32]) -> [Int] {
        var area = wasi_io_poll_list_u32_t()
        handles.withUnsafeBufferPointer {
            __wasm_import_wasi_io_poll_poll($0.baseAddress, $0.count, &area)
        }
        defer { cwasip2_free(area.ptr) }
        return UnsafeBufferPointer(start: area.ptr, count: area.len).map(Int.init)
    }

    /// `poll` of `count` handles that are said to stand at `address`.
    static func poll(address: Int, count: Int) {
        var area = wasi_io_poll_list_u32_t()
        __wasm_import_wasi_io_poll_poll(UnsafePointer(bitPattern: address), count, &area)
    }

    static func ready(_ pollable: Int32) -> Bool {
        __wasm_import_wasi_io_poll_method_pollable_ready(pollable) != 0
    }
    static func block(_ pollable: Int32) {
        __wasm_import_wasi_io_poll_method_pollable_block(pollable)
    }

    static func drop(pollable: Int32) { __wasm_import_wasi_io_poll_pollable_drop(pollable) }
    static func drop(error: Int32) { __wasm_import_wasi_io_error_error_drop(error) }
    static func drop(inputStream: Int32) {
        __wasm_import_wasi_io_streams_input_stream_drop(inputStream)
    }
    static func drop(outputStream: Int32) {
        __wasm_import_wasi_io_streams_output_stream_drop(outputStream)
    }

    static func now() -> UInt64 {
        UInt64(bitPattern: __wasm_import_wasi_clocks_monotonic_clock_now())
    }
    static func resolution() -> UInt64 {
        UInt64(bitPattern: __wasm_import_wasi_clocks_monotonic_clock_resolution())
    }
    static func subscribe(at instant: UInt64) -> Int32 {
        __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(Int64(bitPattern: instant))
    }
    static func subscribe(after duration: UInt64) -> Int32 {
        __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(Int64(bitPattern: duration))
    }
    static func wallNow() -> WallInstant {
        var area = wasi_clocks_wall_clock_datetime_t()
        __wasm_import_wasi_clocks_wall_clock_now(&area)
        return WallInstant(seconds: area.seconds, nanoseconds: area.nanoseconds)
    }
    static func wallResolution() -> WallInstant {
        var area = wasi_clocks_wall_clock_datetime_t()
        __wasm_import_wasi_clocks_wall_clock_resolution(&area)
        return WallInstant(seconds: area.seconds, nanoseconds: area.nanoseconds)
    }
}
