// What a message tells of a resource: which it was, and which calls made and dropped it.

/// A host call by its place in the run.
public struct NumberedCall: Hashable, Sendable {
    /// Counts the guest's host calls, from 1.
    public var number: Int
    /// The import; `nil` where the world acted outside an import of WASI's.
    public var call: HostCall?

    /// The `number`-th call of the guest's.
    @inline(__always)
    public init(_ call: HostCall?, number: Int) {
        self.number = number
        self.call = call
    }
}

extension NumberedCall: CustomStringConvertible {
    /// `monotonic-clock.now (call 12)`.
    public var description: String {
        if number == 0 { return "the world (before the first call)" }
        return "\(call?.shortName ?? "the world") (call \(number))"
    }
}

/// The life of one resource, without its handle: handles differ from run to run, this does not.
public struct ResourceStory: Hashable, Sendable {
    /// Its type.
    public var kind: ResourceKind
    /// Counts all resources of the host, from 1; what traces call `#3`.
    public var serial: UInt64
    /// Its name in the trace, where there is one and it has a name.
    public var name: String?
    /// The call that made it.
    public var made: NumberedCall
    /// The call that dropped it; `nil` while it lives.
    public var dropped: NumberedCall?

    /// The story of the `serial`-th resource.
    public init(
        _ kind: ResourceKind, serial: UInt64, name: String? = nil, made: NumberedCall,
        dropped: NumberedCall? = nil
    ) {
        self.kind = kind
        self.serial = serial
        self.name = name
        self.made = made
        self.dropped = dropped
    }
}

extension ResourceStory: CustomStringConvertible {
    /// `pollable #3 (door), made by … (call 12), dropped by pollable.drop (call 30)`.
    public var description: String {
        var text = "\(kind.name) #\(serial)"
        if let name { text += " (\(name))" }
        text += ", made by \(made)"
        if let dropped { text += ", dropped by \(dropped)" }
        return text
    }
}
