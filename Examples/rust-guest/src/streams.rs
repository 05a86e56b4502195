//! Streams whose reads and writes suspend a task.

use std::cell::RefCell;
use std::rc::Rc;

use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use crate::reactor::wait;

/// A pollable of a stream's, made when it is first needed.
type Lazy = RefCell<Option<Rc<Pollable>>>;

fn pollable(lazy: &Lazy, make: impl FnOnce() -> Pollable) -> Rc<Pollable> {
    lazy.borrow_mut().get_or_insert_with(|| Rc::new(make())).clone()
}

/// Reads from a stream. The pollable goes before the stream.
pub struct Reader {
    pollable: Lazy,
    stream: InputStream,
}

impl Reader {
    pub fn new(stream: InputStream) -> Self { Self { pollable: Lazy::default(), stream } }

    /// Up to `count` bytes, at least one.
    pub async fn read(&self, count: u64) -> Result<Vec<u8>, StreamError> {
        loop {
            wait(&pollable(&self.pollable, || self.stream.subscribe())).await;
            // Ready and then nothing is no end: it is waited for again.
            let bytes = self.stream.read(count)?;
            if !bytes.is_empty() { return Ok(bytes); }
        }
    }
}

/// Writes to a stream. The pollable goes before the stream.
pub struct Writer {
    pollable: Lazy,
    stream: OutputStream,
}

impl Writer {
    pub fn new(stream: OutputStream) -> Self { Self { pollable: Lazy::default(), stream } }

    /// All of the bytes.
    pub async fn write(&self, mut bytes: &[u8]) -> Result<(), StreamError> {
        while !bytes.is_empty() {
            let permit = self.permit().await?;
            let (now, later) = bytes.split_at(bytes.len().min(permit as usize));
            self.stream.write(now)?;
            bytes = later;
        }
        Ok(())
    }

    /// Waits until everything that was written has gone out.
    pub async fn flush(&self) -> Result<(), StreamError> {
        self.stream.flush()?;
        self.permit().await.map(|_| ())
    }

    /// Waits for a permit above 0.
    async fn permit(&self) -> Result<u64, StreamError> {
        loop {
            wait(&pollable(&self.pollable, || self.stream.subscribe())).await;
            let permit = self.stream.check_write()?;
            if permit > 0 { return Ok(permit); }
        }
    }
}
