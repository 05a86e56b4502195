// wasi:io/error: what went wrong, as a resource.

extension WASIHost {
    /// Gives the guest an `error`. It is nobody's child and outlives what it came from (RES-24,
    /// STREAM-42).
    /// - Parameter name: how traces call it.
    /// - Throws: `table-full`.
    public func addError(
        _ failure: ByteFailure, named name: String? = nil, in call: HostCall? = nil
    ) throws(HostTrap) -> Int32 {
        let place = errors.firstIndex { $0 == nil } ?? errors.count
        let handle = try insert(
            .error, childOf: 0, pollable: .none, payload: Int32(place), in: call)
        if place == errors.count { errors.append(failure) } else { errors[place] = failure }
        trace?.name(resource: table.lastSerial, name ?? "an error")
        return handle
    }

    /// `[method]error.to-debug-string`: a text for people (STREAM-42).
    /// - Throws: `unknown-handle` or `wrong-type`.
    public func debugString(ofError handle: Int32) throws(HostTrap) -> String {
        try enter(.errorToDebugString)
        let text = try failure(ofError: handle, in: .errorToDebugString)?.text ?? "an error"
        if let trace, let serial = serial(of: handle) {
            let event = StreamEvent(.errorToDebugString, of: serial, .none, .text(text))
            trace.record(.stream(event), at: driver.now)
        }
        return text
    }

    /// What a live `error` is, for the calls that ask whether it is of their kind (STREAM-43);
    /// asking does not use it up. `nil` for one that was entered with nothing behind it.
    /// - Throws: `unknown-handle` or `wrong-type`.
    public func failure(
        ofError handle: Int32, in call: HostCall
    ) throws(HostTrap) -> ByteFailure? {
        guard let index = table.place(of: handle, as: .error) else {
            throw refusal(of: handle, as: .error, in: call)
        }
        let place = table.entries[index].payload
        return place < 0 ? nil : errors[Int(place)]
    }
}
