//! The raw imports, as C's bindings name them, and the areas in which they leave their results.

use crate::clocks::wall_clock::Datetime;
use crate::io::streams::{Error, StreamError};

/// Declares imports under short names.
macro_rules! imports {
    ($($symbol:literal fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        extern "C" {
            $(#[link_name = $symbol] pub fn $name($($argument: $type),*) $(-> $result)?;)*
        }
    };
}

imports! {
    "__wasm_import_wasi_io_error_error_drop" fn error_drop(handle: i32);
    "__wasm_import_wasi_io_error_method_error_to_debug_string"
        fn error_to_debug_string(handle: i32, area: *mut List<u8>);
    "__wasm_import_wasi_io_poll_pollable_drop" fn pollable_drop(handle: i32);
    "__wasm_import_wasi_io_poll_method_pollable_ready" fn pollable_ready(handle: i32) -> i32;
    "__wasm_import_wasi_io_poll_method_pollable_block" fn pollable_block(handle: i32);
    "__wasm_import_wasi_io_poll_poll"
        fn poll(list: *const i32, len: usize, area: *mut List<u32>);
    "__wasm_import_wasi_io_streams_input_stream_drop" fn input_stream_drop(handle: i32);
    "__wasm_import_wasi_io_streams_method_input_stream_read"
        fn input_stream_read(handle: i32, len: i64, area: *mut ReadResult);
    "__wasm_import_wasi_io_streams_method_input_stream_blocking_read"
        fn input_stream_blocking_read(handle: i32, len: i64, area: *mut ReadResult);
    "__wasm_import_wasi_io_streams_method_input_stream_subscribe"
        fn input_stream_subscribe(handle: i32) -> i32;
    "__wasm_import_wasi_io_streams_output_stream_drop" fn output_stream_drop(handle: i32);
    "__wasm_import_wasi_io_streams_method_output_stream_check_write"
        fn output_stream_check_write(handle: i32, area: *mut NumberResult);
    "__wasm_import_wasi_io_streams_method_output_stream_write"
        fn output_stream_write(handle: i32, start: *const u8, len: usize, area: *mut UnitResult);
    "__wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush"
        fn output_stream_blocking_write_and_flush(
            handle: i32, start: *const u8, len: usize, area: *mut UnitResult);
    "__wasm_import_wasi_io_streams_method_output_stream_flush"
        fn output_stream_flush(handle: i32, area: *mut UnitResult);
    "__wasm_import_wasi_io_streams_method_output_stream_blocking_flush"
        fn output_stream_blocking_flush(handle: i32, area: *mut UnitResult);
    "__wasm_import_wasi_io_streams_method_output_stream_subscribe"
        fn output_stream_subscribe(handle: i32) -> i32;
    "__wasm_import_wasi_clocks_monotonic_clock_now" fn monotonic_now() -> i64;
    "__wasm_import_wasi_clocks_monotonic_clock_resolution" fn monotonic_resolution() -> i64;
    "__wasm_import_wasi_clocks_monotonic_clock_subscribe_instant"
        fn subscribe_instant(when: i64) -> i32;
    "__wasm_import_wasi_clocks_monotonic_clock_subscribe_duration"
        fn subscribe_duration(when: i64) -> i32;
    "__wasm_import_wasi_clocks_wall_clock_now" fn wall_now(area: *mut Datetime);
    "__wasm_import_wasi_clocks_wall_clock_resolution" fn wall_resolution(area: *mut Datetime);
    "__wasm_import_wasi_cli_stdin_get_stdin" fn get_stdin() -> i32;
    "__wasm_import_wasi_cli_stdout_get_stdout" fn get_stdout() -> i32;
    "__wasm_import_wasi_cli_stderr_get_stderr" fn get_stderr() -> i32;
    "free" fn free(block: *mut std::ffi::c_void);
}

/// A list that the host has put on the guest's heap.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct List<T> {
    start: *mut T,
    count: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self { Self { start: std::ptr::null_mut(), count: 0 } }
}

impl<T: Copy> List<T> {
    /// Copies the list and frees it.
    pub unsafe fn take(self) -> Vec<T> {
        if self.count == 0 { return Vec::new(); }
        let list = std::slice::from_raw_parts(self.start, self.count).to_vec();
        free(self.start.cast());
        list
    }
}

#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Failure {
    tag: u8,
    error: i32,
}

impl Failure {
    fn take(self) -> StreamError {
        match self.tag {
            0 => StreamError::LastOperationFailed(unsafe { Error::from_handle(self.error as u32) }),
            _ => StreamError::Closed,
        }
    }
}

#[derive(Clone, Copy)]
#[repr(C)]
union ReadValue {
    bytes: List<u8>,
    failure: Failure,
}

#[repr(C)]
pub struct ReadResult {
    is_err: u8,
    value: ReadValue,
}

impl Default for ReadResult {
    fn default() -> Self { Self { is_err: 0, value: ReadValue { bytes: List::default() } } }
}

impl ReadResult {
    pub unsafe fn take(self) -> Result<Vec<u8>, StreamError> {
        if self.is_err != 0 { Err(self.value.failure.take()) } else { Ok(self.value.bytes.take()) }
    }
}

#[derive(Clone, Copy)]
#[repr(C)]
union NumberValue {
    number: u64,
    failure: Failure,
}

#[repr(C)]
pub struct NumberResult {
    is_err: u8,
    value: NumberValue,
}

impl Default for NumberResult {
    fn default() -> Self { Self { is_err: 0, value: NumberValue { number: 0 } } }
}

impl NumberResult {
    pub fn take(self) -> Result<u64, StreamError> {
        unsafe {
            if self.is_err != 0 { Err(self.value.failure.take()) } else { Ok(self.value.number) }
        }
    }
}

#[derive(Default)]
#[repr(C)]
pub struct UnitResult {
    is_err: u8,
    failure: Failure,
}

impl UnitResult {
    pub fn take(self) -> Result<(), StreamError> {
        if self.is_err != 0 { Err(self.failure.take()) } else { Ok(()) }
    }
}
