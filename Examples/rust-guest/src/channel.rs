//! A channel without bound, whose messages carry nothing.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[derive(Default)]
pub struct Channel {
    messages: Cell<usize>,
    receivers: RefCell<VecDeque<Rc<Ticket>>>,
}

/// One receiver that waits.
#[derive(Default)]
struct Ticket {
    is_served: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Channel {
    /// Puts a message in; who has waited longest gets it.
    pub fn send(&self) {
        let first = self.receivers.borrow_mut().pop_front();
        if let Some(first) = first {
            first.is_served.set(true);
            let waker = first.waker.take();
            if let Some(waker) = waker { waker.wake(); }
        } else {
            self.messages.set(self.messages.get() + 1);
        }
    }

    /// Waits for a message and takes it.
    pub fn receive(self: &Rc<Self>) -> Receive { Receive { channel: self.clone(), ticket: None } }
}

pub struct Receive {
    channel: Rc<Channel>,
    ticket: Option<Rc<Ticket>>,
}

impl Future for Receive {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(ticket) = &self.ticket {
            if ticket.is_served.get() {
                self.ticket = None;
                return Poll::Ready(());
            }
            ticket.waker.replace(Some(context.waker().clone()));
            return Poll::Pending;
        }
        let count = self.channel.messages.get();
        if count > 0 {
            self.channel.messages.set(count - 1);
            return Poll::Ready(());
        }
        let ticket = Rc::new(Ticket::default());
        ticket.waker.replace(Some(context.waker().clone()));
        self.channel.receivers.borrow_mut().push_back(ticket.clone());
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Receive {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            if ticket.is_served.get() {
                // A message that was given and never taken is somebody else's.
                self.channel.send();
            } else {
                self.channel.receivers.borrow_mut().retain(|other| !Rc::ptr_eq(other, &ticket));
            }
        }
    }
}
