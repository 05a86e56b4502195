// A stream as the second runtime has it.

import CPolluxHarness
import CWASIp2

/// A stream straight on the imports.
struct NaiveStream {
    var handle: Int32
    var isInput: Bool

    /// A step on a stream, and how far it is.
    struct Job {
        enum Work {
            case read(Int64)
            /// What is still to be written.
            case write(ArraySlice<UInt8>)
            case flush(isAsked: Bool)
        }
        let stream: NaiveStream
        var work: Work

        /// How the step ended; `nil` where it has to wait.
        mutating func advance() -> NaiveGuest.Outcome? {
            switch work {
            case .read(let count):
                return stream.read(count)
            case .write(let bytes):
                var rest = bytes
                defer { work = .write(rest) }
                while !rest.isEmpty {
                    let (permit, failure) = stream.permit()
                    if let failure { return failure }
                    if permit == 0 { return nil }
                    let part = rest.prefix(permit)
                    if let failure = stream.write(Array(part)) { return failure }
                    rest = rest.dropFirst(part.count)
                }
                return .init(tag: POLLUX_OUTCOME_NONE)
            case .flush(isAsked: false):
                work = .flush(isAsked: true)
                let failure = stream.flush()
                return failure ?? advance()
            case .flush(isAsked: true):
                let (permit, failure) = stream.permit()
                return failure ?? (permit == 0 ? nil : .init(tag: POLLUX_OUTCOME_NONE))
            }
        }
    }

    func subscribe() -> Int32 {
        isInput
            ? __wasm_import_wasi_io_streams_method_input_stream_subscribe(handle)
            : __wasm_import_wasi_io_streams_method_output_stream_subscribe(handle)
    }

    func drop() {
        if isInput {
            __wasm_import_wasi_io_streams_input_stream_drop(handle)
        } else {
            __wasm_import_wasi_io_streams_output_stream_drop(handle)
        }
    }

    private func read(_ count: Int64) -> NaiveGuest.Outcome? {
        var area = wasi_io_streams_result_list_u8_t()
        __wasm_import_wasi_io_streams_method_input_stream_read(handle, count, &area)
        if area.is_err != 0 { return Self.failure(area.value.err) }
        if area.value.ok.len == 0 { return nil }
        defer { cwasip2_free(area.value.ok.ptr) }
        let bytes = UnsafeBufferPointer(start: area.value.ok.ptr, count: area.value.ok.len)
        return .init(tag: POLLUX_OUTCOME_BYTES, bytes: Array(bytes))
    }

    private func permit() -> (Int, NaiveGuest.Outcome?) {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_check_write(handle, &area)
        return area.is_err == 0 ? (Int(area.value.ok), nil) : (0, Self.failure(area.value.err))
    }

    private func write(_ bytes: [UInt8]) -> NaiveGuest.Outcome? {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_write(
            handle, bytes, bytes.count, &area)
        return area.is_err == 0 ? nil : Self.failure(area.err)
    }

    private func flush() -> NaiveGuest.Outcome? {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_flush(handle, &area)
        return area.is_err == 0 ? nil : Self.failure(area.err)
    }

    private static func failure(_ error: wasi_io_streams_stream_error_t) -> NaiveGuest.Outcome {
        if Int(error.tag) == WASI_IO_STREAMS_STREAM_ERROR_CLOSED {
            return .init(tag: POLLUX_OUTCOME_CLOSED)
        }
        var text = wasi_io_error_string_t()
        __wasm_import_wasi_io_error_method_error_to_debug_string(error.error, &text)
        defer { if text.len > 0 { cwasip2_free(text.ptr) } }
        __wasm_import_wasi_io_error_error_drop(error.error)
        let bytes = UnsafeBufferPointer(start: text.ptr, count: text.len)
        return .init(tag: POLLUX_OUTCOME_FAILED, bytes: Array(bytes))
    }
}
