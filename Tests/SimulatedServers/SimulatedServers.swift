// A simulated world of servers of HTTP for the tests of clients, and what servers do in it.

public import PolluxHost
public import SimulatedWorld

extension World {
    /// A world of these servers.
    public convenience init(servers: [HTTPDoor], policy: HostPolicy = .friendly) {
        self.init(policy: policy, network: .all)
        driver.doors = servers
    }
}

/// ns.
public let millisecond: UInt64 = 1_000_000

extension HTTPDoor.Step {
    /// The head of a response, so many ms after the request.
    public static func head(
        _ status: UInt16 = 200, _ fields: [HTTPField] = [], at ms: UInt64 = 0
    ) -> Self {
        Self(after: ms * millisecond, .head(HTTPResponseHead(status: status, fields: fields)))
    }

    /// A part of its body.
    public static func chunk(_ text: String, at ms: UInt64 = 0) -> Self {
        Self(after: ms * millisecond, .chunk(Array(text.utf8)))
    }

    /// The end of its body.
    public static func end(at ms: UInt64 = 0) -> Self { Self(after: ms * millisecond, .end) }

    /// It breaks off.
    public static func fail(_ code: HTTPErrorCode, at ms: UInt64 = 0) -> Self {
        Self(after: ms * millisecond, .fail(code))
    }
}

/// A server that does this.
public func server(_ path: String? = nil, _ answer: HTTPDoor.Step...) -> HTTPDoor {
    HTTPDoor(nil, "a.example", path, answer: answer)
}
