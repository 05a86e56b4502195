//! A small async runtime for WASI 0.2, of the kind of wstd, and its adapter to scenarios.
//!
//! `reactor` and `executor` are the runtime: a future waits for a pollable through the reactor, tasks are
//! those of `async-task`, and where none can run one `poll` waits for all that is waited for. `streams`
//! and `channel` stand on them. None of it knows of Pollux; only `adapter` does.

mod adapter;
pub mod channel;
pub mod executor;
pub mod reactor;
pub mod streams;
