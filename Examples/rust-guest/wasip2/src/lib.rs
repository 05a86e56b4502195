//! A stand-in for the `wasip2` crate, whose functions are `unreachable!()` off wasm32: the same paths
//! and types, as far as they go (io, clocks, stdio), on the raw imports as C symbols.
//!
//! A crate that depends on `wasip2` gets this one by a `[patch]` or a path, and is otherwise unchanged.
//! The symbols are left to whoever loads or links the program: `libpollux-native.so`, or `pollux`.

/// A handle that is dropped by an import.
macro_rules! resource {
    ($(#[$doc:meta])* $name:ident, $drop:path) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(i32);

        impl $name {
            /// Takes an own handle over.
            ///
            /// # Safety
            /// The handle must be live, of this type, and nobody else's.
            pub unsafe fn from_handle(handle: u32) -> Self { Self(handle as i32) }

            /// The handle, which stays this value's.
            pub fn handle(&self) -> u32 { self.0 as u32 }
        }

        impl Drop for $name {
            fn drop(&mut self) { unsafe { $drop(self.0) } }
        }
    };
}

mod raw;

pub mod io {
    pub mod error {
        use crate::raw;

        resource!(
            /// What broke a stream.
            Error, raw::error_drop);

        impl Error {
            pub fn to_debug_string(&self) -> String {
                let mut area = raw::List::default();
                unsafe { raw::error_to_debug_string(self.0, &mut area) };
                String::from_utf8(unsafe { area.take() }).expect("the host's text is UTF-8")
            }
        }
    }

    pub mod poll {
        use crate::raw;

        resource!(
            /// What can be waited for.
            Pollable, raw::pollable_drop);

        impl Pollable {
            pub fn ready(&self) -> bool { unsafe { raw::pollable_ready(self.0) != 0 } }
            pub fn block(&self) { unsafe { raw::pollable_block(self.0) } }
        }

        /// Blocks until at least one is ready; gives the places of ready ones.
        pub fn poll(pollables: &[&Pollable]) -> Vec<u32> {
            let handles: Vec<i32> = pollables.iter().map(|pollable| pollable.0).collect();
            let mut area = raw::List::default();
            unsafe { raw::poll(handles.as_ptr(), handles.len(), &mut area) };
            unsafe { area.take() }
        }
    }

    pub mod streams {
        pub use super::error::Error;
        pub use super::poll::Pollable;
        use crate::raw;

        #[derive(Debug)]
        pub enum StreamError {
            LastOperationFailed(Error),
            Closed,
        }

        resource!(InputStream, raw::input_stream_drop);
        resource!(OutputStream, raw::output_stream_drop);

        impl InputStream {
            pub fn read(&self, len: u64) -> Result<Vec<u8>, StreamError> {
                let mut area = raw::ReadResult::default();
                unsafe { raw::input_stream_read(self.0, len as i64, &mut area) };
                unsafe { area.take() }
            }

            pub fn blocking_read(&self, len: u64) -> Result<Vec<u8>, StreamError> {
                let mut area = raw::ReadResult::default();
                unsafe { raw::input_stream_blocking_read(self.0, len as i64, &mut area) };
                unsafe { area.take() }
            }

            pub fn subscribe(&self) -> Pollable {
                unsafe { Pollable::from_handle(raw::input_stream_subscribe(self.0) as u32) }
            }
        }

        impl OutputStream {
            pub fn check_write(&self) -> Result<u64, StreamError> {
                let mut area = raw::NumberResult::default();
                unsafe { raw::output_stream_check_write(self.0, &mut area) };
                area.take()
            }

            pub fn write(&self, contents: &[u8]) -> Result<(), StreamError> {
                let mut area = raw::UnitResult::default();
                unsafe {
                    raw::output_stream_write(self.0, contents.as_ptr(), contents.len(), &mut area)
                };
                area.take()
            }

            pub fn blocking_write_and_flush(&self, contents: &[u8]) -> Result<(), StreamError> {
                let mut area = raw::UnitResult::default();
                unsafe {
                    raw::output_stream_blocking_write_and_flush(
                        self.0, contents.as_ptr(), contents.len(), &mut area)
                };
                area.take()
            }

            pub fn flush(&self) -> Result<(), StreamError> {
                let mut area = raw::UnitResult::default();
                unsafe { raw::output_stream_flush(self.0, &mut area) };
                area.take()
            }

            pub fn blocking_flush(&self) -> Result<(), StreamError> {
                let mut area = raw::UnitResult::default();
                unsafe { raw::output_stream_blocking_flush(self.0, &mut area) };
                area.take()
            }

            pub fn subscribe(&self) -> Pollable {
                unsafe { Pollable::from_handle(raw::output_stream_subscribe(self.0) as u32) }
            }
        }
    }
}

pub mod clocks {
    pub mod monotonic_clock {
        pub use crate::io::poll::Pollable;
        use crate::raw;

        /// ns
        pub type Instant = u64;
        /// ns
        pub type Duration = u64;

        pub fn now() -> Instant { unsafe { raw::monotonic_now() as u64 } }
        pub fn resolution() -> Duration { unsafe { raw::monotonic_resolution() as u64 } }

        pub fn subscribe_instant(when: Instant) -> Pollable {
            unsafe { Pollable::from_handle(raw::subscribe_instant(when as i64) as u32) }
        }

        pub fn subscribe_duration(when: Duration) -> Pollable {
            unsafe { Pollable::from_handle(raw::subscribe_duration(when as i64) as u32) }
        }
    }

    pub mod wall_clock {
        use crate::raw;

        #[derive(Clone, Copy, Debug, Default)]
        #[repr(C)]
        pub struct Datetime {
            pub seconds: u64,
            pub nanoseconds: u32,
        }

        pub fn now() -> Datetime {
            let mut area = Datetime::default();
            unsafe { raw::wall_now(&mut area) };
            area
        }

        pub fn resolution() -> Datetime {
            let mut area = Datetime::default();
            unsafe { raw::wall_resolution(&mut area) };
            area
        }
    }
}

pub mod cli {
    pub mod stdin {
        pub use crate::io::streams::InputStream;
        pub fn get_stdin() -> InputStream {
            unsafe { InputStream::from_handle(crate::raw::get_stdin() as u32) }
        }
    }

    pub mod stdout {
        pub use crate::io::streams::OutputStream;
        pub fn get_stdout() -> OutputStream {
            unsafe { OutputStream::from_handle(crate::raw::get_stdout() as u32) }
        }
    }

    pub mod stderr {
        pub use crate::io::streams::OutputStream;
        pub fn get_stderr() -> OutputStream {
            unsafe { OutputStream::from_handle(crate::raw::get_stderr() as u32) }
        }
    }
}
