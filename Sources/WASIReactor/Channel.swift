// Messages between tasks of one thread.

/// An unbounded queue between tasks: first in, first out, and receivers are served in the order in
/// which they came. A message whose receiver goes before it took it becomes the next one. No pollable
/// has a part in it.
public final class Channel<Element> {
    @usableFromInline
    enum Hand {
        case free, empty
        /// Handed over, not yet taken.
        case full(Element)
    }

    @usableFromInline
    struct Receiver {
        @usableFromInline var hand: Hand
        @usableFromInline var waker: Waker
        /// Its neighbours among those with an empty hand; `next` also links the free places. -1 is
        /// none.
        @usableFromInline var previous: Int32
        @usableFromInline var next: Int32

        @inlinable
        init(_ waker: Waker) {
            hand = .empty
            self.waker = waker
            previous = -1
            next = -1
        }
    }

    /// The messages that nobody was there for, from `first` on.
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var first = 0
    @usableFromInline var receivers: [Receiver] = []
    @usableFromInline var freeReceiver: Int32 = -1
    /// Those with an empty hand, in the order in which they came.
    @usableFromInline var oldest: Int32 = -1
    @usableFromInline var youngest: Int32 = -1

    /// An empty channel.
    @inlinable
    public init() {}

    /// Puts a message in; never waits.
    @inlinable
    public func send(_ element: Element) {
        if !hand(element) { elements.append(element) }
    }

    /// Waits for a message and takes it. Dropping the future before it was ready loses none.
    @inlinable
    public func receive() -> Receive<Element> { Receive(self) }

    /// Gives a message to whoever has waited longest; false where nobody waits.
    @inlinable
    func hand(_ element: Element) -> Bool {
        guard oldest >= 0 else { return false }
        let index = Int(oldest)
        unlink(oldest)
        receivers[index].hand = .full(element)
        receivers[index].waker.wake()
        return true
    }

    @inlinable
    func enter(_ waker: Waker) -> Int32 {
        let index: Int32
        if freeReceiver >= 0 {
            index = freeReceiver
            freeReceiver = receivers[Int(index)].next
            receivers[Int(index)] = Receiver(waker)
        } else {
            index = Int32(receivers.count)
            receivers.append(Receiver(waker))
        }
        if first < elements.count {
            receivers[Int(index)].hand = elements[first].take().map { .full($0) } ?? .empty
            first += 1
            // Taken messages go in one sweep, when they are half of the array.
            if first * 2 >= elements.count {
                elements.removeSubrange(..<first)
                first = 0
            }
        } else {
            receivers[Int(index)].previous = youngest
            if youngest >= 0 { receivers[Int(youngest)].next = index } else { oldest = index }
            youngest = index
        }
        return index
    }

    /// The message that was handed to a receiver, who then is one no more.
    @inlinable
    func take(_ index: Int32, _ waker: Waker) -> Element? {
        guard case .full(let element) = receivers[Int(index)].hand else {
            receivers[Int(index)].waker = waker
            return nil
        }
        free(index)
        return element
    }

    /// A receiver goes without its message, which then is the next one's.
    @inlinable
    func leave(_ index: Int32) {
        if case .full(let element) = receivers[Int(index)].hand {
            free(index)
            if hand(element) { return }
            if first > 0 {
                first -= 1
                elements[first] = element
            } else {
                elements.insert(element, at: 0)
            }
        } else {
            unlink(index)
            free(index)
        }
    }

    @inlinable
    func unlink(_ index: Int32) {
        let (previous, next) = (receivers[Int(index)].previous, receivers[Int(index)].next)
        if previous >= 0 { receivers[Int(previous)].next = next } else { oldest = next }
        if next >= 0 { receivers[Int(next)].previous = previous } else { youngest = previous }
    }

    @inlinable
    func free(_ index: Int32) {
        receivers[Int(index)] = Receiver(.noop)
        receivers[Int(index)].hand = .free
        receivers[Int(index)].next = freeReceiver
        freeReceiver = index
    }
}

/// A wait for a message.
public struct Receive<Element>: ~Copyable, Future {
    @usableFromInline let channel: Channel<Element>
    /// Its place among the receivers; -1 while it has none.
    @usableFromInline var index: Int32 = -1

    @inlinable
    init(_ channel: Channel<Element>) { self.channel = channel }

    @inlinable
    deinit {
        if index >= 0 { channel.leave(index) }
    }

    /// Takes the oldest message, at once where one is there that nobody waits for. Polled after it was
    /// ready, it waits for another.
    @inlinable
    public mutating func poll(_ context: borrowing Context) -> Poll<Element> {
        if index < 0 { index = channel.enter(context.waker) }
        guard let element = channel.take(index, context.waker) else { return .pending }
        index = -1
        return .ready(element)
    }
}
