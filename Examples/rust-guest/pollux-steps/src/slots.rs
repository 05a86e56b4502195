//! What a guest keeps behind the numbers that steps name.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Where something is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub number: u32,
    /// The task that it goes with, or the guest itself.
    pub owner: Option<u32>,
}

/// Things by number.
pub struct Slots<T>(RefCell<BTreeMap<u32, (T, Option<u32>)>>);

impl<T> Default for Slots<T> {
    fn default() -> Self { Self(RefCell::default()) }
}

impl<T: Clone> Slots<T> {
    /// Keeps something until it is released or its owner ends.
    pub fn keep(&self, slot: Slot, thing: T) {
        self.0.borrow_mut().insert(slot.number, (thing, slot.owner));
    }

    /// Keeps something that belongs to the guest.
    pub fn put(&self, number: u32, thing: T) { self.keep(Slot { number, owner: None }, thing) }

    /// What is kept there; the scenario's host names no slot that is free.
    pub fn get(&self, number: u32) -> T { self.0.borrow()[&number].0.clone() }

    /// What is kept there, or something new that is kept from here on.
    pub fn get_or_put(&self, number: u32, make: impl FnOnce() -> T) -> T {
        self.0.borrow_mut().entry(number).or_insert_with(|| (make(), None)).0.clone()
    }

    /// Drops what is kept there, if anything is.
    pub fn release(&self, number: u32) {
        // What is dropped may come back here.
        let thing = self.0.borrow_mut().remove(&number);
        drop(thing);
    }

    /// Drops what goes with a task that ends, the youngest first; with task 0, the guest's entry,
    /// everything.
    pub fn release_with(&self, task: u32) {
        let goes = |owner: Option<u32>| task == 0 || owner == Some(task);
        let numbers: Vec<u32> =
            self.0.borrow().iter().filter(|(_, kept)| goes(kept.1)).map(|(key, _)| *key).collect();
        for number in numbers.into_iter().rev() {
            self.release(number);
        }
    }
}
