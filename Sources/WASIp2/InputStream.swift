// wasi:io/streams' resource to read from.

import CWASIp2

/// An own handle of `wasi:io/streams.input-stream`: bytes to read.
///
/// Ending the value drops the handle. Pollables from ``subscribe()`` must be dropped before it, or
/// the drop traps.
@frozen
public struct InputStream: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_io_streams_input_stream_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    // MARK: Reading

    /// `[method]input-stream.read`: up to `count` bytes of what is there; none is "nothing now",
    /// also right after the pollable was ready. Never blocks. At most 64 KiB.
    public borrowing func read(_ count: Int) throws(StreamError) -> [UInt8] {
        try bytes(count, isBlocking: false)
    }

    /// `[method]input-stream.blocking-read`: as ``read(_:)``, but blocks until there is a byte, the
    /// end or a failure.
    public borrowing func blockingRead(_ count: Int) throws(StreamError) -> [UInt8] {
        try bytes(count, isBlocking: true)
    }

    /// As ``read(_:)``, into memory of the caller's and without any allocation. Returns how many
    /// bytes at its beginning were filled.
    public borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(StreamError) -> Int {
        let area = call(into: buffer, isBlocking: false)
        if area.is_err != 0 { throw StreamError(area.value.err) }
        return area.value.ok.len
    }

    /// As ``blockingRead(_:)``, into memory of the caller's and without any allocation.
    public borrowing func blockingRead(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(StreamError) -> Int {
        let area = call(into: buffer, isBlocking: true)
        if area.is_err != 0 { throw StreamError(area.value.err) }
        return area.value.ok.len
    }

    /// Reads into an array that is as long as what came: one for all that might come would be 64 KiB that
    /// its reader keeps for a few bytes.
    private borrowing func bytes(
        _ count: Int, isBlocking: Bool
    ) throws(StreamError) -> [UInt8] {
        precondition(count >= 0, "a number of bytes is not negative")
        var area = wasi_io_streams_result_list_u8_t()
        var bytes: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: min(count, 1_024), alignment: 16) { block in
            area = call(lending: block, count: count, isBlocking)
            guard area.is_err == 0, area.value.ok.len > 0, let list = area.value.ok.ptr else {
                return
            }
            bytes = [UInt8](UnsafeRawBufferPointer(start: list, count: area.value.ok.len))
            if UnsafeMutableRawPointer(list) != block.baseAddress { cwasip2_free(list) }
        }
        if area.is_err != 0 { throw StreamError(area.value.err) }
        return bytes
    }

    /// Reads into the buffer; whatever does not land in it is moved there.
    private borrowing func call(
        into buffer: UnsafeMutableRawBufferPointer, isBlocking: Bool
    ) -> wasi_io_streams_result_list_u8_t {
        let area = call(lending: buffer, count: buffer.count, isBlocking)
        if area.is_err == 0, area.value.ok.len > 0, let list = area.value.ok.ptr,
            UnsafeMutableRawPointer(list) != buffer.baseAddress
        {
            buffer.copyMemory(from: UnsafeRawBufferPointer(start: list, count: area.value.ok.len))
            cwasip2_free(list)
        }
        return area
    }

    /// Reads with a block lent to the allocator, which takes it where it is large enough.
    private borrowing func call(
        lending block: UnsafeMutableRawBufferPointer, count: Int, _ isBlocking: Bool
    ) -> wasi_io_streams_result_list_u8_t {
        var area = wasi_io_streams_result_list_u8_t()
        if let start = block.baseAddress { cwasip2_scratch_arm(start, block.count) }
        if isBlocking {
            __wasm_import_wasi_io_streams_method_input_stream_blocking_read(
                handle, Int64(count), &area)
        } else {
            __wasm_import_wasi_io_streams_method_input_stream_read(handle, Int64(count), &area)
        }
        cwasip2_scratch_disarm()
        return area
    }

    // MARK: Skipping and waiting

    /// `[method]input-stream.skip`: as ``read(_:)``, but throws the bytes away and counts them.
    public borrowing func skip(_ count: UInt64) throws(StreamError) -> UInt64 {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_input_stream_skip(
            handle, Int64(bitPattern: count), &area)
        return try area.get()
    }

    /// `[method]input-stream.blocking-skip`: as ``blockingRead(_:)``, but throws the bytes away and
    /// counts them.
    public borrowing func blockingSkip(_ count: UInt64) throws(StreamError) -> UInt64 {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_input_stream_blocking_skip(
            handle, Int64(bitPattern: count), &area)
        return try area.get()
    }

    /// `[method]input-stream.subscribe`: a pollable, ready while a read would give bytes, the end
    /// or a failure. Drop it before the stream.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(owning: __wasm_import_wasi_io_streams_method_input_stream_subscribe(handle))
    }
}

extension wasi_io_streams_result_u64_t {
    /// The number, or what went wrong.
    func get() throws(StreamError) -> UInt64 {
        if is_err != 0 { throw StreamError(value.err) }
        return value.ok
    }
}
