//! The runtime under scenarios: each step of a scenario's task, done by a task of this runtime.

use crate::{channel::Channel, executor::*, reactor::*, streams::*};
use futures_lite::future::yield_now;
use pollux_steps::{choose, next, Outcome, Slots, Step};
use std::rc::Rc;
use wasip2::io::poll::Pollable;

#[derive(Default)]
struct Guest {
    tasks: Slots<Rc<JoinHandle>>,
    channels: Slots<Rc<Channel>>,
    sources: Slots<Rc<Pollable>>,
    inputs: Slots<Rc<Reader>>,
    outputs: Slots<Rc<Writer>>,
}

/// One task of the scenario, and what goes with it: pollables before their streams.
struct Steps(Rc<Guest>, u32);

impl Drop for Steps {
    fn drop(&mut self) {
        if self.1 == 0 { self.0.tasks.release_with(0) }
        self.0.sources.release_with(self.1);
        self.0.inputs.release_with(self.1);
        self.0.outputs.release_with(self.1);
    }
}

#[no_mangle]
pub extern "C" fn pollux_guest() { block_on(run(Steps(Rc::default(), 0)), choose) }

async fn run(task: Steps) {
    let Steps(guest, number) = &task;
    let sources = |slots: Vec<u32>| slots.iter().map(|it| guest.sources.get(*it)).collect::<Vec<_>>();
    let mut outcome = Outcome::None;
    loop {
        outcome = match next(*number, outcome) {
            Step::Done => return,
            Step::Adopt(slot, it) => guest.sources.keep(slot, Rc::new(it)).into(),
            Step::AdoptInput(slot, it) => guest.inputs.keep(slot, Rc::new(Reader::new(it))).into(),
            Step::AdoptOutput(slot, it) => guest.outputs.keep(slot, Rc::new(Writer::new(it))).into(),
            Step::Release(slot) => {
                guest.sources.release(slot);
                guest.inputs.release(slot);
                guest.outputs.release(slot).into()
            }
            Step::WaitAny(slots) => Outcome::Index(wait_any(&sources(slots)).await),
            Step::WaitAll(slots) => wait_all(&sources(slots)).await.into(),
            Step::Sleep(duration) => sleep(duration).await.into(),
            Step::Yield => yield_now().await.into(),
            Step::Spawn(id) => guest.tasks.put(id, Rc::new(spawn(run(Steps(guest.clone(), id))))).into(),
            Step::Join(id) if guest.tasks.get(id).join().await => Outcome::None,
            Step::Join(_) => Outcome::Cancelled,
            Step::Cancel(id) => guest.tasks.get(id).cancel().into(),
            Step::Send(id) => guest.channels.get_or_put(id, Rc::default).send().into(),
            Step::Receive(id) => guest.channels.get_or_put(id, Rc::default).receive().await.into(),
            Step::Read(slot, count) => guest.inputs.get(slot).read(count).await.into(),
            Step::Write(slot, bytes) => guest.outputs.get(slot).write(&bytes).await.into(),
            Step::Flush(slot) => guest.outputs.get(slot).flush().await.into(),
            Step::Unknown => Outcome::Unsupported,
        }
    }
}
