// Messages between tasks of one thread.

/// An unbounded queue between tasks: first in, first out, and receivers are served in the order in
/// which they came. No pollable has a part in it.
public final class Channel<Element> {
    private struct Receiver {
        var id: Int
        var waker: Waker
        /// Handed over, not yet taken.
        var element: Element?
    }

    private var elements: [Element] = []
    private var receivers: [Receiver] = []
    private var nextID = 0

    /// An empty channel.
    public init() {}

    /// Puts a message in; never waits.
    public func send(_ element: Element) {
        for place in receivers.indices where receivers[place].element == nil {
            receivers[place].element = element
            receivers[place].waker.wake()
            return
        }
        elements.append(element)
    }

    /// Waits for a message and takes it. Dropping the future before it was ready loses none.
    public func receive() -> Receive<Element> { Receive(self) }

    func enter(_ waker: Waker) -> Int {
        nextID += 1
        var element: Element?
        if !elements.isEmpty, receivers.allSatisfy({ $0.element != nil }) {
            element = elements.removeFirst()
        }
        receivers.append(Receiver(id: nextID, waker: waker, element: element))
        return nextID
    }

    /// The message that was handed to a receiver, who then is one no more.
    func take(_ id: Int, _ waker: Waker) -> Element? {
        guard let place = receivers.firstIndex(where: { $0.id == id }) else { return nil }
        guard let element = receivers[place].element else {
            receivers[place].waker = waker
            return nil
        }
        receivers.remove(at: place)
        return element
    }

    /// A receiver goes without its message, which then is the next one's.
    func leave(_ id: Int) {
        guard let place = receivers.firstIndex(where: { $0.id == id }) else { return }
        let element = receivers.remove(at: place).element
        guard let element else { return }
        for place in receivers.indices where receivers[place].element == nil {
            receivers[place].element = element
            receivers[place].waker.wake()
            return
        }
        elements.insert(element, at: 0)
    }
}

/// A wait for a message.
public struct Receive<Element>: ~Copyable, Future {
    private let channel: Channel<Element>
    private var id: Int?

    init(_ channel: Channel<Element>) { self.channel = channel }

    deinit {
        if let id { channel.leave(id) }
    }

    public mutating func poll(_ context: borrowing Context) -> Poll<Element> {
        let id = self.id ?? channel.enter(context.waker)
        self.id = id
        guard let element = channel.take(id, context.waker) else { return .pending }
        self.id = nil
        return .ready(element)
    }
}
