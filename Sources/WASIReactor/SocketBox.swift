// A socket that several own together.

/// A socket that its streams and futures keep alive together, and its pollable, which goes first.
final class SocketBox<Socket: ~Copyable> {
    let pollable: KeptPollable
    let socket: Socket

    init(_ socket: consuming Socket, on reactor: Reactor) {
        self.socket = socket
        pollable = KeptPollable(on: reactor)
    }

    deinit { pollable.drop() }
}
