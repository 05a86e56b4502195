// The imports of wasi:io@0.2.0 (error, poll, streams) as C functions, one per import of the
// component.
//
// Parameters are the flat ones of the canonical ABI: a handle, a bool and a u32 are an int32_t, a
// u64 is an int64_t, a list is a pointer and a length. What does not fit one flat result comes back
// through the last parameter, `ret`. Memory that a result points to was allocated by the guest's
// `cabi_realloc`; it belongs to the caller, who frees it with `free` if its length is not 0.
//
// Every function traps when a handle is not live or is of another type. A trap ends the guest;
// nothing returns from it.
#ifndef WASI_IO_H
#define WASI_IO_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

// MARK: Return areas

/// `list<u32>`, the result of `poll`.
typedef struct {
    uint32_t *_Nullable ptr;
    size_t len;
} wasi_io_poll_list_u32_t;

WASI_LAYOUT(sizeof(wasi_io_poll_list_u32_t) == 2 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_poll_list_u32_t, len) == sizeof(void *));

/// `string`: UTF-8, with no terminating zero.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_io_error_string_t;

WASI_LAYOUT(sizeof(wasi_io_error_string_t) == 2 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_error_string_t, len) == sizeof(void *));

/// `list<u8>`, the bytes of a read.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_io_streams_list_u8_t;

WASI_LAYOUT(sizeof(wasi_io_streams_list_u8_t) == 2 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_streams_list_u8_t, len) == sizeof(void *));

/// The cases of `stream-error`, as `wasi_io_streams_stream_error_t.tag`.
enum {
    WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED = 0,
    WASI_IO_STREAMS_STREAM_ERROR_CLOSED = 1,
};

/// `variant stream-error`. `error` is an own handle of `error`, and means something only for
/// last-operation-failed.
typedef struct {
    uint8_t tag;
    int32_t error;
} wasi_io_streams_stream_error_t;

WASI_LAYOUT(sizeof(wasi_io_streams_stream_error_t) == 8);
WASI_LAYOUT(offsetof(wasi_io_streams_stream_error_t, error) == 4);

/// `result<list<u8>, stream-error>`. The error's handle stands at `4 + sizeof(void *)`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_io_streams_list_u8_t ok;
        wasi_io_streams_stream_error_t err;
    } value;
} wasi_io_streams_result_list_u8_t;

WASI_LAYOUT(sizeof(wasi_io_streams_result_list_u8_t) == 3 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_streams_result_list_u8_t, value.ok.ptr) == sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_streams_result_list_u8_t, value.ok.len) == 2 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_streams_result_list_u8_t, value.err.tag) == sizeof(void *));
WASI_LAYOUT(offsetof(wasi_io_streams_result_list_u8_t, value.err.error) == 4 + sizeof(void *));

/// `result<u64, stream-error>`.
typedef struct {
    uint8_t is_err;
    union {
        uint64_t ok;
        wasi_io_streams_stream_error_t err;
    } value;
} wasi_io_streams_result_u64_t;

WASI_LAYOUT(sizeof(wasi_io_streams_result_u64_t) == 16);
WASI_LAYOUT(offsetof(wasi_io_streams_result_u64_t, value.ok) == 8);
WASI_LAYOUT(offsetof(wasi_io_streams_result_u64_t, value.err.tag) == 8);
WASI_LAYOUT(offsetof(wasi_io_streams_result_u64_t, value.err.error) == 12);

/// `result<_, stream-error>`.
typedef struct {
    uint8_t is_err;
    wasi_io_streams_stream_error_t err;
} wasi_io_streams_result_void_t;

WASI_LAYOUT(sizeof(wasi_io_streams_result_void_t) == 12);
WASI_LAYOUT(offsetof(wasi_io_streams_result_void_t, err.tag) == 4);
WASI_LAYOUT(offsetof(wasi_io_streams_result_void_t, err.error) == 8);

// MARK: wasi:io/error

/// `error.to-debug-string`: a text for people, of unspecified form. Does not block. The error may
/// outlive its stream.
WASI_IMPORT("wasi:io/error@0.2.0", "[method]error.to-debug-string")
void __wasm_import_wasi_io_error_method_error_to_debug_string(
    int32_t self, wasi_io_error_string_t *_Nonnull ret);

/// Drops an own handle of `error`. Does not block.
WASI_IMPORT("wasi:io/error@0.2.0", "[resource-drop]error")
void __wasm_import_wasi_io_error_error_drop(int32_t handle);

// MARK: wasi:io/poll

/// `pollable.ready`: whether what the pollable stands for holds now (0 or 1). Never blocks.
WASI_IMPORT("wasi:io/poll@0.2.0", "[method]pollable.ready")
int32_t __wasm_import_wasi_io_poll_method_pollable_ready(int32_t self);

/// `pollable.block`: **blocks** until the pollable is ready, as a `poll` of it alone would.
WASI_IMPORT("wasi:io/poll@0.2.0", "[method]pollable.block")
void __wasm_import_wasi_io_poll_method_pollable_block(int32_t self);

/// `poll`: **blocks** until at least one pollable of the list is ready, and returns positions of
/// ready ones, never none, in no promised order; a handle may be listed more than once. Traps on an
/// empty list and on a length beyond u32.
WASI_IMPORT("wasi:io/poll@0.2.0", "poll")
void __wasm_import_wasi_io_poll_poll(
    const int32_t *_Nullable list, size_t len, wasi_io_poll_list_u32_t *_Nonnull ret);

/// Drops an own handle of `pollable`; what it watched goes on. Does not block.
WASI_IMPORT("wasi:io/poll@0.2.0", "[resource-drop]pollable")
void __wasm_import_wasi_io_poll_pollable_drop(int32_t handle);

// MARK: wasi:io/streams, input-stream

/// `input-stream.read`: at most `len` bytes of what is there; ok with none when nothing is there
/// yet. Never blocks.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.read")
void __wasm_import_wasi_io_streams_method_input_stream_read(
    int32_t self, int64_t len, wasi_io_streams_result_list_u8_t *_Nonnull ret);

/// `input-stream.blocking-read`: as `read`, but **blocks** until there is a byte, the end or a
/// failure.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.blocking-read")
void __wasm_import_wasi_io_streams_method_input_stream_blocking_read(
    int32_t self, int64_t len, wasi_io_streams_result_list_u8_t *_Nonnull ret);

/// `input-stream.skip`: as `read`, but throws the bytes away and returns how many they were. Never
/// blocks.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.skip")
void __wasm_import_wasi_io_streams_method_input_stream_skip(
    int32_t self, int64_t len, wasi_io_streams_result_u64_t *_Nonnull ret);

/// `input-stream.blocking-skip`: as `skip`, but **blocks** until there is a byte, the end or a
/// failure.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.blocking-skip")
void __wasm_import_wasi_io_streams_method_input_stream_blocking_skip(
    int32_t self, int64_t len, wasi_io_streams_result_u64_t *_Nonnull ret);

/// `input-stream.subscribe`: a new own pollable, ready while a `read` would give bytes, the end or
/// a failure. A child of the stream, to be dropped before it. Does not block.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.subscribe")
int32_t __wasm_import_wasi_io_streams_method_input_stream_subscribe(int32_t self);

/// Drops an own handle of `input-stream`. Does not block. Traps while a pollable of the stream is
/// alive.
WASI_IMPORT("wasi:io/streams@0.2.0", "[resource-drop]input-stream")
void __wasm_import_wasi_io_streams_input_stream_drop(int32_t handle);

// MARK: wasi:io/streams, output-stream

/// `output-stream.check-write`: how many bytes the next `write` may carry (the permit); 0 is "not
/// now". Never blocks.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.check-write")
void __wasm_import_wasi_io_streams_method_output_stream_check_write(
    int32_t self, wasi_io_streams_result_u64_t *_Nonnull ret);

/// `output-stream.write`: takes the whole of `contents`. Never blocks. Traps when it is longer than
/// the permit that the last `check-write` gave, thus also without one.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.write")
void __wasm_import_wasi_io_streams_method_output_stream_write(
    int32_t self, const uint8_t *_Nullable contents, size_t len,
    wasi_io_streams_result_void_t *_Nonnull ret);

/// `output-stream.blocking-write-and-flush`: writes all of `contents` in permitted parts, flushes,
/// and **blocks** until that is done. Traps on more than 4096 bytes.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush")
void __wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush(
    int32_t self, const uint8_t *_Nullable contents, size_t len,
    wasi_io_streams_result_void_t *_Nonnull ret);

/// `output-stream.flush`: asks that what was written go out; until it has, permits are 0. Never
/// blocks.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.flush")
void __wasm_import_wasi_io_streams_method_output_stream_flush(
    int32_t self, wasi_io_streams_result_void_t *_Nonnull ret);

/// `output-stream.blocking-flush`: as `flush`, and **blocks** until the stream can be written again
/// or has failed.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-flush")
void __wasm_import_wasi_io_streams_method_output_stream_blocking_flush(
    int32_t self, wasi_io_streams_result_void_t *_Nonnull ret);

/// `output-stream.subscribe`: a new own pollable, ready while `check-write` would give a permit
/// above 0 or an error. A child of the stream, to be dropped before it. Does not block.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.subscribe")
int32_t __wasm_import_wasi_io_streams_method_output_stream_subscribe(int32_t self);

/// `output-stream.write-zeroes`: as a `write` of `len` zero bytes, under the same permit. Never
/// blocks. Traps beyond the permit.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.write-zeroes")
void __wasm_import_wasi_io_streams_method_output_stream_write_zeroes(
    int32_t self, int64_t len, wasi_io_streams_result_void_t *_Nonnull ret);

/// `output-stream.blocking-write-zeroes-and-flush`: as `blocking-write-and-flush` of `len` zero
/// bytes; **blocks**. Traps above 4096.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-zeroes-and-flush")
void __wasm_import_wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
    int32_t self, int64_t len, wasi_io_streams_result_void_t *_Nonnull ret);

/// `output-stream.splice`: moves up to `len` bytes from the input stream `src`, and returns how
/// many; 0 when one side is not ready. Never blocks. An error of either side is the result.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.splice")
void __wasm_import_wasi_io_streams_method_output_stream_splice(
    int32_t self, int32_t src, int64_t len, wasi_io_streams_result_u64_t *_Nonnull ret);

/// `output-stream.blocking-splice`: as `splice`, but **blocks** until this stream can be written
/// and `src` can be read.
WASI_IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-splice")
void __wasm_import_wasi_io_streams_method_output_stream_blocking_splice(
    int32_t self, int32_t src, int64_t len, wasi_io_streams_result_u64_t *_Nonnull ret);

/// Drops an own handle of `output-stream`. A host may block until it has handed on what was
/// written, or lose it: flush first. Traps while a pollable of the stream is alive.
WASI_IMPORT("wasi:io/streams@0.2.0", "[resource-drop]output-stream")
void __wasm_import_wasi_io_streams_output_stream_drop(int32_t handle);

WASI_END_DECLS

#endif
