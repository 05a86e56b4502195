// wasi:clocks as C symbols. A u64 travels in the bits of an Int64.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_clocks_monotonic_clock_now() -> Int64 {
    CurrentHost.with(.monotonicNow) { host throws(HostTrap) in
        Int64(bitPattern: try host.monotonicNow())
    }
}

@c @implementation
public func __wasm_import_wasi_clocks_monotonic_clock_resolution() -> Int64 {
    CurrentHost.with(.monotonicResolution) { host throws(HostTrap) in
        Int64(bitPattern: try host.monotonicResolution())
    }
}

@c @implementation
public func __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(_ when: Int64) -> Int32 {
    CurrentHost.with(.subscribeInstant) { host throws(HostTrap) in
        try host.subscribe(instant: UInt64(bitPattern: when))
    }
}

@c @implementation
public func __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(_ when: Int64) -> Int32 {
    CurrentHost.with(.subscribeDuration) { host throws(HostTrap) in
        try host.subscribe(duration: UInt64(bitPattern: when))
    }
}

@c @implementation
public func __wasm_import_wasi_clocks_wall_clock_now(
    _ ret: UnsafeMutablePointer<wasi_clocks_wall_clock_datetime_t>
) {
    let now = CurrentHost.with(.wallNow) { host throws(HostTrap) in try host.wallNow() }
    unsafe ret.pointee = lower(now)
}

@c @implementation
public func __wasm_import_wasi_clocks_wall_clock_resolution(
    _ ret: UnsafeMutablePointer<wasi_clocks_wall_clock_datetime_t>
) {
    let tick = CurrentHost.with(.wallResolution) { host throws(HostTrap) in
        try host.wallResolution()
    }
    unsafe ret.pointee = lower(tick)
}

private func lower(_ instant: WallInstant) -> wasi_clocks_wall_clock_datetime_t {
    wasi_clocks_wall_clock_datetime_t(seconds: instant.seconds, nanoseconds: instant.nanoseconds)
}
