// Writing the results of wasi:io/streams.

import CWASIp2
import PolluxHost

extension Lowering {
    /// `stream-error`.
    static func error(_ failure: StreamFailure) -> wasi_io_streams_stream_error_t {
        var area = wasi_io_streams_stream_error_t()
        switch failure {
        case .lastOperationFailed(let error):
            area.tag = UInt8(WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED)
            area.error = error
        case .closed:
            area.tag = UInt8(WASI_IO_STREAMS_STREAM_ERROR_CLOSED)
        }
        return area
    }

    /// `result<u64, stream-error>`.
    static func count(_ result: Result<UInt64, StreamFailure>) -> wasi_io_streams_result_u64_t {
        var area = wasi_io_streams_result_u64_t()
        switch result {
        case .success(let count): unsafe area.value.ok = count
        case .failure(let failure):
            area.is_err = 1
            unsafe area.value.err = error(failure)
        }
        return area
    }

    /// `result<_, stream-error>`; `nil` is ok.
    static func nothing(_ failure: StreamFailure?) -> wasi_io_streams_result_void_t {
        var area = wasi_io_streams_result_void_t()
        if let failure {
            area.is_err = 1
            area.err = error(failure)
        }
        return area
    }
}
