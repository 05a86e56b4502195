// wasi:io/streams.stream-error and wasi:io/error.

import CWASIp2

/// `stream-error`: why a call on a stream did not succeed.
public enum StreamError: Error {
    /// The stream is over, and so at every later call.
    case closed
    /// The call failed; the stream is of no more use.
    case lastOperationFailed(IOError)

    /// Whether it is ``closed``.
    public var isClosed: Bool {
        if case .closed = self { true } else { false }
    }

    /// Takes the error out of a return area, with the handle that it may own.
    init(_ area: wasi_io_streams_stream_error_t) {
        if Int(area.tag) == WASI_IO_STREAMS_STREAM_ERROR_CLOSED {
            self = .closed
        } else {
            self = .lastOperationFailed(IOError(owning: area.error))
        }
    }
}

/// An own handle of `wasi:io/error.error`: what went wrong, for people to read.
///
/// Outlives the stream that it came from. A class, because what is thrown has to be copyable; the
/// handle is dropped with the last reference.
public final class IOError: Sendable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    public init(owning handle: Int32) { self.handle = handle }

    deinit { __wasm_import_wasi_io_error_error_drop(handle) }

    /// `[method]error.to-debug-string`: a text of no particular form, in UTF-8. Embedded programs
    /// that make a `String` of it link more of the standard library.
    public var debugBytes: [UInt8] {
        var area = wasi_io_error_string_t()
        __wasm_import_wasi_io_error_method_error_to_debug_string(handle, &area)
        let bytes = Array(UnsafeBufferPointer(start: area.ptr, count: area.len))
        if area.len > 0 { cwasip2_free(area.ptr) }
        return bytes
    }

    /// `[method]error.to-debug-string`: a text of no particular form.
    public var debugString: String { String(decoding: debugBytes, as: UTF8.self) }
}
