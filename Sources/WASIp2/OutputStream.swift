// wasi:io/streams' resource to write to.

import CWASIp2

/// An own handle of `wasi:io/streams.output-stream`: somewhere to write to.
///
/// Writing without blocking takes turns: ``checkWrite()`` says how many bytes the next
/// ``write(_:)`` may carry. A longer one, or a second one, traps. Ending the value drops the
/// handle; flush first, for a host may lose what is still on its way. Pollables from
/// ``subscribe()`` must be dropped before it, or the drop traps.
@frozen
public struct OutputStream: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_io_streams_output_stream_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    // MARK: Writing

    /// `[method]output-stream.check-write`: how many bytes the next write may carry; 0 is "not
    /// now": wait for the pollable. Never blocks.
    public borrowing func checkWrite() throws(StreamError) -> UInt64 {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_check_write(handle, &area)
        return try area.get()
    }

    /// `[method]output-stream.write`: hands over all of `bytes`. Never blocks. Traps on more than
    /// the last ``checkWrite()`` allowed.
    public borrowing func write(_ bytes: Span<UInt8>) throws(StreamError) {
        let area = bytes.withUnsafeBufferPointer { call($0, isBlocking: false) }
        try area.get()
    }

    /// `[method]output-stream.write`: hands over all of `bytes`. Never blocks. Traps on more than
    /// the last ``checkWrite()`` allowed.
    public borrowing func write(_ bytes: [UInt8]) throws(StreamError) {
        let area = bytes.withUnsafeBufferPointer { call($0, isBlocking: false) }
        try area.get()
    }

    /// `[method]output-stream.blocking-write-and-flush`: hands over all of `bytes`, at most 4096,
    /// and blocks until they have gone out. Needs no permit.
    public borrowing func blockingWriteAndFlush(_ bytes: Span<UInt8>) throws(StreamError) {
        let area = bytes.withUnsafeBufferPointer { call($0, isBlocking: true) }
        try area.get()
    }

    /// `[method]output-stream.blocking-write-and-flush`: hands over all of `bytes`, at most 4096,
    /// and blocks until they have gone out. Needs no permit.
    public borrowing func blockingWriteAndFlush(_ bytes: [UInt8]) throws(StreamError) {
        let area = bytes.withUnsafeBufferPointer { call($0, isBlocking: true) }
        try area.get()
    }

    private borrowing func call(
        _ bytes: UnsafeBufferPointer<UInt8>, isBlocking: Bool
    ) -> wasi_io_streams_result_void_t {
        var area = wasi_io_streams_result_void_t()
        if isBlocking {
            __wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush(
                handle, bytes.baseAddress, bytes.count, &area)
        } else {
            __wasm_import_wasi_io_streams_method_output_stream_write(
                handle, bytes.baseAddress, bytes.count, &area)
        }
        return area
    }

    /// `[method]output-stream.write-zeroes`: as a write of `count` zero bytes, under the same
    /// permit.
    public borrowing func writeZeroes(_ count: UInt64) throws(StreamError) {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_write_zeroes(
            handle, Int64(bitPattern: count), &area)
        try area.get()
    }

    /// `[method]output-stream.blocking-write-zeroes-and-flush`: as ``blockingWriteAndFlush(_:)`` of
    /// `count` zero bytes, at most 4096.
    public borrowing func blockingWriteZeroesAndFlush(_ count: UInt64) throws(StreamError) {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
            handle, Int64(bitPattern: count), &area)
        try area.get()
    }

    // MARK: Flushing and waiting

    /// `[method]output-stream.flush`: asks that what was written go out. Never blocks; until it
    /// has, permits may be 0.
    public borrowing func flush() throws(StreamError) {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_flush(handle, &area)
        try area.get()
    }

    /// `[method]output-stream.blocking-flush`: flushes, and blocks until the stream can be written
    /// again.
    public borrowing func blockingFlush() throws(StreamError) {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_blocking_flush(handle, &area)
        try area.get()
    }

    /// `[method]output-stream.subscribe`: a pollable, ready while ``checkWrite()`` would give more
    /// than 0 or an error. Drop it before the stream.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(owning: __wasm_import_wasi_io_streams_method_output_stream_subscribe(handle))
    }

    // MARK: Splicing

    /// `[method]output-stream.splice`: moves up to `count` bytes from `source` without blocking,
    /// and returns how many; 0 where one of the two is not ready.
    public borrowing func splice(
        from source: borrowing InputStream, _ count: UInt64
    ) throws(StreamError) -> UInt64 {
        try Self.splice(into: handle, from: source.handle, count)
    }

    /// As ``splice(from:_:)``, of the streams that own these handles, for whoever keeps the numbers nearer than the
    /// streams. Both have to live, or the call traps.
    public static func splice(
        into handle: Int32, from source: Int32, _ count: UInt64
    ) throws(StreamError) -> UInt64 {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_splice(
            handle, source, Int64(bitPattern: count), &area)
        return try area.get()
    }

    /// `[method]output-stream.blocking-splice`: as ``splice(from:_:)``, but blocks until both are
    /// ready, so that it moves at least one byte unless `count` is 0.
    public borrowing func blockingSplice(
        from source: borrowing InputStream, _ count: UInt64
    ) throws(StreamError) -> UInt64 {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_blocking_splice(
            handle, source.handle, Int64(bitPattern: count), &area)
        return try area.get()
    }
}

extension wasi_io_streams_result_void_t {
    /// Nothing, or what went wrong.
    func get() throws(StreamError) {
        if is_err != 0 { throw StreamError(err) }
    }
}
