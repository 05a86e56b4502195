// The drops of wasi:io's other resources as C symbols.

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_io_error_error_drop(_ handle: Int32) {
    CurrentHost.with(.errorDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .error, in: .errorDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_input_stream_drop(_ handle: Int32) {
    CurrentHost.with(.inputStreamDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .inputStream, in: .inputStreamDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_output_stream_drop(_ handle: Int32) {
    CurrentHost.with(.outputStreamDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .outputStream, in: .outputStreamDrop)
    }
}
