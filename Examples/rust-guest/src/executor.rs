//! Tasks, and the loop that runs them on one thread.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use std::task::{Poll, Waker};

use async_task::{Runnable, Task};
use futures_lite::future::poll_fn;

use crate::reactor::Reactor;

/// How many turns of tasks there are before the reactor is looked at, though nobody needs to wait.
const FAIRNESS: u64 = 8;

#[derive(Default)]
struct Executor {
    reactor: Rc<Reactor>,
    runnable: RefCell<VecDeque<Runnable>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Executor>>> = RefCell::new(None);
}

fn current() -> Rc<Executor> {
    CURRENT.with(|current| current.borrow().clone()).expect("this needs block_on around it")
}

/// The reactor of the `block_on` around the caller.
pub fn reactor() -> Rc<Reactor> { current().reactor.clone() }

/// Runs a future and all tasks that it spawns on the calling thread, and blocks until the future has ended.
/// `pick` says which of so many runnable tasks goes next.
pub fn block_on(root: impl Future<Output = ()> + 'static, pick: impl Fn(usize) -> usize) {
    let executor = Rc::new(Executor::default());
    let outer = CURRENT.with(|current| current.replace(Some(executor.clone())));
    assert!(outer.is_none(), "block_on inside of block_on");
    let root = spawn(root);
    let mut turns = 0;
    while !root.has_ended() {
        if executor.take_turn(&pick) {
            turns += 1;
            let is_due = turns % FAIRNESS == 0;
            if is_due && executor.has_runnable() && !executor.reactor.is_idle() {
                executor.reactor.poll(false);
            }
        } else if executor.reactor.is_idle() {
            stalled();
        } else {
            executor.reactor.poll(true);
        }
    }
    // Tasks whose handles are gone are run once more, to drop what they hold.
    while executor.take_turn(&|_| 0) {}
    CURRENT.with(|current| current.replace(None));
}

impl Executor {
    fn has_runnable(&self) -> bool { !self.runnable.borrow().is_empty() }

    /// Runs one task, if one can run.
    fn take_turn(&self, pick: &impl Fn(usize) -> usize) -> bool {
        let count = self.runnable.borrow().len();
        let place = if count > 1 { pick(count) } else { 0 };
        let runnable = self.runnable.borrow_mut().remove(place);
        runnable.map(Runnable::run).is_some()
    }
}

/// Starts a task, which runs after the one that spawns it.
pub fn spawn(future: impl Future<Output = ()> + 'static) -> JoinHandle {
    let state = Rc::new(JoinState::default());
    let end = TaskEnd(state.clone());
    let whole = async move {
        future.await;
        end.0.was_finished.set(true);
    };
    let (runnable, task) = async_task::spawn_local(whole, |runnable| {
        current().runnable.borrow_mut().push_back(runnable);
    });
    runnable.schedule();
    JoinHandle { state, task: RefCell::new(Some(task)) }
}

/// A task, for those who wait for it. Dropped, it cancels the task.
pub struct JoinHandle {
    state: Rc<JoinState>,
    task: RefCell<Option<Task<()>>>,
}

#[derive(Default)]
struct JoinState {
    has_ended: Cell<bool>,
    was_finished: Cell<bool>,
    joiners: RefCell<Vec<Waker>>,
}

impl JoinHandle {
    /// Whether the task has finished, or has been cancelled and is gone.
    pub fn has_ended(&self) -> bool { self.state.has_ended.get() }

    /// Waits for the task's end, and says whether it finished.
    pub fn join(&self) -> impl Future<Output = bool> {
        let state = self.state.clone();
        poll_fn(move |context| {
            if state.has_ended.get() { return Poll::Ready(state.was_finished.get()); }
            state.joiners.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
    }

    /// Lets the executor drop the task's future at its next turn.
    pub fn cancel(&self) { drop(self.task.borrow_mut().take()); }
}

/// Goes with a task's future, whether that finishes or is dropped.
struct TaskEnd(Rc<JoinState>);

impl Drop for TaskEnd {
    fn drop(&mut self) {
        self.0.has_ended.set(true);
        for joiner in self.0.joiners.take() {
            joiner.wake();
        }
    }
}

/// Tasks wait for each other, and nothing outside can wake one.
fn stalled() -> ! {
    #[cfg(target_family = "wasm")]
    panic!("tasks wait for each other");
    #[cfg(not(target_family = "wasm"))]
    unsafe {
        extern "C" {
            fn wasip2_unreachable(message: *const std::os::raw::c_char) -> !;
        }
        wasip2_unreachable("tasks wait for each other, and for nothing else\0".as_ptr().cast())
    }
}
