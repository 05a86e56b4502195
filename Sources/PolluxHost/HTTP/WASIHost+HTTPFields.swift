// wasi:http/types: fields, and the code of an error.

/// What a host keeps of wasi:http.
struct HTTPPlaces {
    var fields = Places<FieldsBox>()
    var requests = Places<OutgoingRequest>()
    var timeouts = Places<TimeoutsBox>()
    var outgoingBodies = Places<OutgoingBody>()
    var futures = Places<FutureResponse>()
    var responses = Places<IncomingResponse>()
    var incomingBodies = Places<IncomingBody>()
    var trailers = Places<FutureTrailers>()
    /// Bodies that have something for the transport.
    var sending: [OutgoingBody] = []
    /// How many requests there were; what traces number them by.
    var requestCount = 0

    /// Forgets everything.
    mutating func removeAll() {
        fields.removeAll()
        requests.removeAll()
        timeouts.removeAll()
        outgoingBodies.removeAll()
        futures.removeAll()
        responses.removeAll()
        incomingBodies.removeAll()
        trailers.removeAll()
        sending.removeAll(keepingCapacity: true)
        requestCount = 0
    }
}

extension WASIHost {
    /// `http-error-code`: the code of a stream's error, where it is one of HTTP's (HTTP-54,
    /// STREAM-43). The error stays the guest's.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func httpErrorCode(ofError handle: Int32) throws(HostTrap) -> HTTPErrorCode? {
        try enter(.httpErrorCode)
        let code = try failure(ofError: handle, in: .httpErrorCode)?.httpCode
        if let trace, let serial = serial(of: handle, as: .error) {
            let event = SocketEvent(.httpErrorCode, of: serial, "", code?.description ?? "none")
            trace.record(.socket(event), at: driver.now)
        }
        return code
    }

    // MARK: Making fields

    /// `[constructor]fields`: none, mutable (HTTP-04).
    /// - Throws: `table-full`.
    public func makeFields() throws(HostTrap) -> Int32 {
        try enter(.fieldsConstructor)
        return try add(HTTPFields(rules: policy.rules), in: .fieldsConstructor)
    }

    /// `[static]fields.from-list`: these, mutable, or the error of the first that is wrong (HTTP-05).
    /// - Throws: `fields-too-large` (HTTP-16), `table-full`.
    public func makeFields(
        _ entries: [HTTPField]
    ) throws(HostTrap) -> Result<Int32, HTTPHeaderError> {
        try enter(.fieldsFromList)
        var fields = HTTPFields(rules: policy.rules)
        for entry in entries {
            let error = try change(&fields, in: .fieldsFromList) { (fields) throws(Refusal) in
                try fields.append(entry.name, entry.value, within: httpLimits)
            }
            if let error { return .failure(error) }
        }
        return .success(try add(fields, in: .fieldsFromList))
    }

    private typealias Refusal = HTTPFields.Refusal

    /// Enters fields into the table.
    func add(_ fields: HTTPFields, in call: HostCall) throws(HostTrap) -> Int32 {
        let place = http.fields.insert(FieldsBox(fields))
        let handle = try insert(
            .fields, childOf: 0, pollable: .none, payload: Int32(place), in: call)
        trace?.name(resource: table.lastSerial, "fields")
        return handle
    }

    private func fields(
        _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> SocketCall<FieldsBox> {
        try socketCall(handle, as: .fields, in: call) { http.fields[$0] }
    }

    /// Takes fields that a call consumes out of the table.
    func consumeFields(_ handle: Int32, in call: HostCall) throws(HostTrap) -> HTTPFields {
        let entry = table.entries[try takeOut(handle, as: .fields, in: call)]
        let fields = http.fields[Int(entry.payload)].fields
        http.fields.remove(Int(entry.payload))
        trace?.noteConsumed(entry.serial)
        return fields
    }

    // MARK: Looking

    /// `[method]fields.get`: all values of a name, in any case (HTTP-01, HTTP-12, HTTP-13).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func values(of name: String, inFields handle: Int32) throws(HostTrap) -> [[UInt8]] {
        let call = try fields(handle, in: .fieldsGet)
        let values = call.socket.fields.values(of: name)
        record(call, name, Self.text(values))
        return values
    }

    /// `[method]fields.has`: whether a name has a value (HTTP-12, HTTP-13).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func hasField(_ name: String, inFields handle: Int32) throws(HostTrap) -> Bool {
        let call = try fields(handle, in: .fieldsHas)
        let answer = call.socket.fields.has(name)
        record(call, name, "\(answer)")
        return answer
    }

    /// `[method]fields.entries`: all of them (HTTP-02, HTTP-03).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func entries(ofFields handle: Int32) throws(HostTrap) -> [HTTPField] {
        let call = try fields(handle, in: .fieldsEntries)
        let entries = call.socket.fields.entries
        record(call, "", entries.isEmpty ? "none" : entries.map(\.name).joined(separator: ", "))
        return entries
    }

    /// `[method]fields.clone`: a copy that can be changed, whatever this can be (HTTP-04).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func clone(fields handle: Int32) throws(HostTrap) -> Int32 {
        var copy = try fields(handle, in: .fieldsClone).socket.fields
        copy.isMutable = true
        return try add(copy, in: .fieldsClone)
    }

    private static func text(_ values: [[UInt8]]) -> String {
        values.isEmpty
            ? "none" : values.map { ByteExcerpt($0).text }.joined(separator: ", ")
    }

    // MARK: Changing

    /// `[method]fields.append` (HTTP-06 to HTTP-11, HTTP-16).
    /// - Returns: `nil` for ok.
    /// - Throws: `fields-too-large`, `unknown-handle`, `wrong-type`.
    public func append(
        _ field: HTTPField, toFields handle: Int32
    ) throws(HostTrap) -> HTTPHeaderError? {
        let call = try fields(handle, in: .fieldsAppend)
        let error = try change(&call.socket.fields, in: call.call) { (fields) throws(Refusal) in
            try fields.append(field.name, field.value, within: httpLimits)
        }
        record(call, "\(field.name): \(ByteExcerpt(field.value).text)", error?.name ?? "")
        return error
    }

    /// `[method]fields.set`: these values in place of those of a name (HTTP-06 to HTTP-11, HTTP-14,
    /// HTTP-16).
    /// - Returns: `nil` for ok.
    /// - Throws: `fields-too-large`, `unknown-handle`, `wrong-type`.
    public func set(
        _ name: String, to values: [[UInt8]], inFields handle: Int32
    ) throws(HostTrap) -> HTTPHeaderError? {
        let call = try fields(handle, in: .fieldsSet)
        let error = try change(&call.socket.fields, in: call.call) { (fields) throws(Refusal) in
            try fields.set(name, values, within: httpLimits)
        }
        record(call, "\(name): \(Self.text(values))", error?.name ?? "")
        return error
    }

    /// `[method]fields.delete`: takes a name out (HTTP-09 to HTTP-11, HTTP-15).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func delete(
        _ name: String, fromFields handle: Int32
    ) throws(HostTrap) -> HTTPHeaderError? {
        let call = try fields(handle, in: .fieldsDelete)
        let error = try change(&call.socket.fields, in: call.call) { (fields) throws(Refusal) in
            try fields.delete(name, within: httpLimits)
        }
        record(call, name, error?.name ?? "")
        return error
    }

    private func change(
        _ fields: inout HTTPFields, in call: HostCall,
        _ body: (inout HTTPFields) throws(Refusal) -> Void
    ) throws(HostTrap) -> HTTPHeaderError? {
        do throws(Refusal) {
            try body(&fields)
            return nil
        } catch {
            switch error {
            case .error(let error): return error
            case .tooLarge(let size):
                throw HostTrap(
                    .fieldsTooLarge(size, limit: httpLimits.fieldsSize), in: call)
            }
        }
    }
}
