//! The step door of Pollux for adapters in Rust; `pollux_harness.h` says what each step asks for.

mod slots;

use std::os::raw::c_void;

use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

pub use slots::{Slot, Slots};

/// What a task is to do next.
#[derive(Debug)]
pub enum Step {
    Done,
    /// Keep the pollable in this slot.
    Adopt(Slot, Pollable),
    WaitAny(Vec<u32>),
    WaitAll(Vec<u32>),
    Release(u32),
    /// ns
    Sleep(u64),
    Yield,
    Spawn(u32),
    Join(u32),
    Cancel(u32),
    Send(u32),
    Receive(u32),
    AdoptInput(Slot, InputStream),
    AdoptOutput(Slot, OutputStream),
    /// At most so many bytes.
    Read(u32, u64),
    Write(u32, Vec<u8>),
    Flush(u32),
    /// Younger than this crate.
    Unknown,
}

/// How the last step ended.
#[derive(Debug)]
pub enum Outcome {
    None,
    /// Which of several was ready, by its place in the list.
    Index(usize),
    /// The runtime cannot do the step.
    Unsupported,
    Cancelled,
    Bytes(Vec<u8>),
    Closed,
    Failed(String),
}

impl From<()> for Outcome {
    fn from((): ()) -> Self { Outcome::None }
}

impl From<StreamError> for Outcome {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Closed => Outcome::Closed,
            StreamError::LastOperationFailed(error) => Outcome::Failed(error.to_debug_string()),
        }
    }
}

impl From<Result<Vec<u8>, StreamError>> for Outcome {
    fn from(result: Result<Vec<u8>, StreamError>) -> Self {
        result.map_or_else(Outcome::from, Outcome::Bytes)
    }
}

impl From<Result<(), StreamError>> for Outcome {
    fn from(result: Result<(), StreamError>) -> Self {
        result.map_or_else(Outcome::from, |()| Outcome::None)
    }
}

/// Reports how the last step of a task ended and takes its next one; the first report is `None`.
pub fn next(task: u32, outcome: Outcome) -> Step {
    let mut area = Area { tag: 0, value: Value { number: 0 } };
    let (tag, value, len) = match &outcome {
        Outcome::None => (0, 0, 0),
        Outcome::Index(index) => (1, *index, 0),
        Outcome::Unsupported => (2, 0, 0),
        Outcome::Cancelled => (3, 0, 0),
        Outcome::Bytes(bytes) => (4, bytes.as_ptr() as usize, bytes.len()),
        Outcome::Closed => (5, 0, 0),
        Outcome::Failed(text) => (6, text.as_ptr() as usize, text.len()),
    };
    unsafe {
        __wasm_import_pollux_harness_steps_next(task as i32, tag, value, len, &mut area);
        area.step(task)
    }
}

/// Which of `count` runnable tasks goes next, counted in the order in which they became runnable; 0 where
/// nobody wants to decide.
pub fn choose(count: usize) -> usize {
    unsafe { __wasm_import_pollux_harness_steps_choose(0, count as i32) as usize }
}

extern "C" {
    fn __wasm_import_pollux_harness_steps_next(
        task: i32, tag: i32, value: usize, len: usize, area: *mut Area);
    fn __wasm_import_pollux_harness_steps_choose(site: i32, count: i32) -> i32;
    fn free(block: *mut c_void);
}

#[repr(C)]
struct Area {
    tag: u8,
    value: Value,
}

#[repr(C)]
union Value {
    adopt: Adopt,
    slots: List<u32>,
    number: u64,
    id: u32,
    stream: AdoptStream,
    read: Read,
    write: Write,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Adopt { slot: u32, pollable: i32, owner: u8 }

#[derive(Clone, Copy)]
#[repr(C)]
struct AdoptStream { slot: u32, direction: u8, stream: i32, owner: u8 }

#[derive(Clone, Copy)]
#[repr(C)]
struct Read { slot: u32, count: u32 }

#[derive(Clone, Copy)]
#[repr(C)]
struct List<T> { start: *mut T, len: usize }

#[derive(Clone, Copy)]
#[repr(C)]
struct Write { slot: u32, bytes: List<u8> }

impl<T: Copy> List<T> {
    /// Copies the list and frees it.
    unsafe fn take(self) -> Vec<T> {
        if self.len == 0 { return Vec::new(); }
        let list = std::slice::from_raw_parts(self.start, self.len).to_vec();
        free(self.start.cast());
        list
    }
}

impl Area {
    unsafe fn step(&self, task: u32) -> Step {
        let id = self.value.id;
        let slot = |number, owner: u8| Slot { number, owner: (owner == 0).then(|| task) };
        match self.tag {
            0 => Step::Done,
            1 => {
                let adopt = self.value.adopt;
                let pollable = Pollable::from_handle(adopt.pollable as u32);
                Step::Adopt(slot(adopt.slot, adopt.owner), pollable)
            }
            2 => Step::WaitAny(self.value.slots.take()),
            3 => Step::WaitAll(self.value.slots.take()),
            4 => Step::Release(id),
            5 => Step::Sleep(self.value.number),
            6 => Step::Yield,
            7 => Step::Spawn(id),
            8 => Step::Join(id),
            9 => Step::Cancel(id),
            10 => Step::Send(id),
            11 => Step::Receive(id),
            12 => {
                let adopt = self.value.stream;
                let (slot, handle) = (slot(adopt.slot, adopt.owner), adopt.stream as u32);
                match adopt.direction {
                    0 => Step::AdoptInput(slot, InputStream::from_handle(handle)),
                    _ => Step::AdoptOutput(slot, OutputStream::from_handle(handle)),
                }
            }
            13 => Step::Read(self.value.read.slot, self.value.read.count.into()),
            14 => Step::Write(self.value.write.slot, self.value.write.bytes.take()),
            15 => Step::Flush(id),
            _ => Step::Unknown,
        }
    }
}
