// A call on a socket, or on a resource of wasi:http, as one line of the log.

/// What a guest did with a socket, a stream of datagrams or a look-up, or with a resource of wasi:http.
public struct SocketEvent: Sendable, Hashable {
    /// The import that was called.
    public var call: HostCall
    /// The serial of the handle's resource.
    public var socket: UInt64
    /// What it was given, in words.
    public var argument: String
    /// What it gave, in words: `ok`, `would-block`, an address.
    public var answer: String

    /// A call and what came of it.
    public init(_ call: HostCall, of socket: UInt64, _ argument: String, _ answer: String) {
        self.call = call
        self.socket = socket
        self.argument = argument
        self.answer = answer
    }

    /// Whether the resource is gone with it.
    var isDrop: Bool {
        switch call {
        case .tcpDrop, .udpDrop, .incomingDrop, .outgoingDrop, .resolveDrop: true
        case .fieldsDrop, .requestDrop, .optionsDrop, .outgoingBodyDrop, .futureResponseDrop,
            .responseDrop, .incomingBodyDrop, .futureTrailersDrop:
            true
        // These consume it.
        case .outgoingHandle, .outgoingBodyFinish, .incomingBodyFinish: true
        default: false
        }
    }
}
