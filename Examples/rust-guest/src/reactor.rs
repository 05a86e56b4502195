//! Who waits for which pollable, and the one `poll` for all of them.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_lite::future::poll_fn;
use slab::Slab;
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::io::poll::{poll, Pollable};

use crate::executor;

/// The waits of one executor.
#[derive(Default)]
pub struct Reactor {
    waits: RefCell<Slab<Wait>>,
    /// Counts the waits that there have been.
    serial: Cell<u64>,
}

struct Wait {
    serial: u64,
    pollable: Rc<Pollable>,
    waker: Waker,
    /// It has been reported, and its future has not been polled since.
    is_reported: bool,
}

impl Reactor {
    /// Whether a poll would have nothing to list.
    pub fn is_idle(&self) -> bool { !self.waits.borrow().iter().any(|(_, wait)| !wait.is_reported) }

    /// Polls everything that is waited for and wakes who waits for what is ready. Blocks, unless told
    /// not to: then a timer that is due at once is listed, too.
    pub fn poll(&self, blocks: bool) {
        let mut pollables: Vec<Rc<Pollable>> = Vec::new();
        let mut waiters: Vec<Vec<usize>> = Vec::new();
        for key in self.unreported() {
            let waits = self.waits.borrow();
            let pollable = &waits[key].pollable;
            // A pollable stands in the list once, however many wait for it.
            match pollables.iter().position(|other| Rc::ptr_eq(other, pollable)) {
                Some(place) => waiters[place].push(key),
                None => {
                    pollables.push(pollable.clone());
                    waiters.push(vec![key]);
                }
            }
        }
        let now = if blocks { None } else { Some(subscribe_duration(0)) };
        let list: Vec<&Pollable> = pollables.iter().map(|pollable| &**pollable).chain(&now).collect();
        let ready = poll(&list);
        let mut wakers = Vec::new();
        for place in ready {
            for key in waiters.get(place as usize).into_iter().flatten() {
                let wait = &mut self.waits.borrow_mut()[*key];
                wait.is_reported = true;
                wakers.push(wait.waker.clone());
            }
        }
        // A waker may run code of anybody's: nothing is borrowed here.
        for waker in wakers {
            waker.wake();
        }
    }

    /// The waits that a poll is about, the oldest first.
    fn unreported(&self) -> Vec<usize> {
        let waits = self.waits.borrow();
        let mut keys: Vec<usize> =
            waits.iter().filter(|(_, wait)| !wait.is_reported).map(|(key, _)| key).collect();
        keys.sort_by_key(|key| waits[*key].serial);
        keys
    }

    fn add(&self, pollable: Rc<Pollable>, waker: Waker) -> usize {
        self.serial.set(self.serial.get() + 1);
        let wait = Wait { serial: self.serial.get(), pollable, waker, is_reported: false };
        self.waits.borrow_mut().insert(wait)
    }
}

/// Waits until a pollable is ready.
pub fn wait(pollable: &Rc<Pollable>) -> WaitFor {
    WaitFor { reactor: executor::reactor(), pollable: pollable.clone(), key: None }
}

/// Waits until one of several is ready, and says which.
pub async fn wait_any(pollables: &[Rc<Pollable>]) -> usize {
    let mut waits: Vec<WaitFor> = pollables.iter().map(wait).collect();
    poll_fn(|context| {
        let mut polls = waits.iter_mut().map(|wait| Pin::new(wait).poll(context));
        // All of them, or those behind the first would not be waited for.
        let ended: Vec<bool> = polls.by_ref().map(|poll| poll.is_ready()).collect();
        ended.iter().position(|has_ended| *has_ended).map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// Waits until each of several has been ready.
pub async fn wait_all(pollables: &[Rc<Pollable>]) {
    let mut waits: Vec<WaitFor> = pollables.iter().map(wait).collect();
    poll_fn(|context| {
        waits.retain_mut(|wait| Pin::new(wait).poll(context).is_pending());
        if waits.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}

/// Waits so many ns.
pub async fn sleep(duration: u64) { wait(&Rc::new(subscribe_duration(duration))).await }

/// The future of one wait; dropped, it waits no more.
pub struct WaitFor {
    reactor: Rc<Reactor>,
    pollable: Rc<Pollable>,
    key: Option<usize>,
}

impl Future for WaitFor {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let key = match self.key {
            Some(key) => key,
            None => {
                let key = self.reactor.add(self.pollable.clone(), context.waker().clone());
                self.key = Some(key);
                return Poll::Pending;
            }
        };
        let mut waits = self.reactor.waits.borrow_mut();
        if waits[key].is_reported {
            let wait = waits.remove(key);
            drop(waits);
            drop(wait);
            self.key = None;
            return Poll::Ready(());
        }
        waits[key].waker = context.waker().clone();
        Poll::Pending
    }
}

impl Drop for WaitFor {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let wait = self.reactor.waits.borrow_mut().remove(key);
            drop(wait);
        }
    }
}
