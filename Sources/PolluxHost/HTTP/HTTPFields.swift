// wasi:http's fields: names, values, and what a guest may change.

/// `header-error`: why fields were not changed.
public enum HTTPHeaderError: UInt8, Error, Hashable, Sendable {
    /// A name that is no token, or a value with control characters.
    case invalidSyntax = 0
    /// A name that is the host's own business.
    case forbidden = 1
    /// These fields cannot be changed.
    case immutable = 2

    /// The WIT name.
    public var name: String {
        switch self {
        case .invalidSyntax: "invalid-syntax"
        case .forbidden: "forbidden"
        case .immutable: "immutable"
        }
    }
}

/// Headers or trailers, as a guest has them.
///
/// Names are the same in any case (HTTP-01). wasmtime keeps them in lower case, and all values of one
/// together; the text keeps both as they were given (HTTP-02, HTTP-03).
struct HTTPFields: Hashable, Sendable {
    private(set) var entries: [HTTPField] = []
    /// The names that are there, in lower case: a peer may send thousands, and each is looked for.
    private var names: Set<String> = []
    /// What the fields count for, against the limit (HTTP-16).
    private(set) var size = 0
    var isMutable: Bool
    let rules: HostPolicy.Rules

    /// No fields, mutable.
    init(rules: HostPolicy.Rules) {
        isMutable = true
        self.rules = rules
    }

    /// Fields that came with a message: immutable, and without those that no guest sees (HTTP-18,
    /// HTTP-19).
    init(received fields: [HTTPField], _ limits: HTTPLimits, rules: HostPolicy.Rules) {
        isMutable = false
        self.rules = rules
        for field in fields {
            let name = field.name.lowercased()
            if !limits.forbids(lowercased: name) { insert(field, lowercased: name) }
        }
    }

    /// The names that no guest may set, and none sees (HTTP-09).
    static let forbiddenNames: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "transfer-encoding", "upgrade", "host", "http2-settings",
    ]

    /// What a name and a value count for beside their bytes (HTTP-16).
    private static let nameOverhead = 32
    private static let valueOverhead = 40

    // MARK: Looking

    private func isNamed(_ field: HTTPField, _ lowercased: String) -> Bool {
        // A name is a token, so all of it is ASCII.
        field.name.utf8.count == lowercased.utf8.count
            && field.name.lowercased() == lowercased
    }

    /// All values of a name, in order (HTTP-12, HTTP-13).
    func values(of name: String) -> [[UInt8]] {
        let name = name.lowercased()
        guard names.contains(name) else { return [] }
        return entries.filter { isNamed($0, name) }.map(\.value)
    }

    /// Whether there is a value of this name, be it an empty one (HTTP-13).
    func has(_ name: String) -> Bool {
        names.contains(name.lowercased())
    }

    /// What `content-length` says; `nil` where there is none. It is one number, or several that are equal.
    var contentLength: Result<UInt64?, HTTPHeaderError> {
        let values = Set(values(of: "content-length"))
        guard let value = values.first else { return .success(nil) }
        guard values.count == 1, let length = HTTPSyntax.length(value) else {
            return .failure(.invalidSyntax)
        }
        return .success(length)
    }

    // MARK: Changing

    /// Why a change did not come about.
    enum Refusal: Error, Equatable {
        case error(HTTPHeaderError)
        /// So much is more than the limit: there is no error for it (HTTP-16).
        case tooLarge(Int)
    }

    /// `append` (HTTP-06 to HTTP-11): faults of the name come first, then that it is forbidden, then
    /// faults of the value, then that nothing may change.
    mutating func append(
        _ name: String, _ value: [UInt8], within limits: HTTPLimits
    ) throws(Refusal) {
        try check(name, limits)
        let value = try checked(value, of: name)
        if !isMutable { throw .error(.immutable) }
        let grown = size + cost(of: value) + (has(name) ? 0 : cost(of: name))
        if grown > limits.fieldsSize { throw .tooLarge(grown) }
        insert(HTTPField(name, value))
    }

    /// `set` (HTTP-11, HTTP-14): here values are looked at last. No value at all takes the name out.
    mutating func set(
        _ name: String, _ values: [[UInt8]], within limits: HTTPLimits
    ) throws(Refusal) {
        try check(name, limits)
        if !isMutable { throw .error(.immutable) }
        var checked: [[UInt8]] = []
        for value in values { checked.append(try self.checked(value, of: name)) }
        var changed = self
        changed.remove(name)
        for value in checked { changed.insert(HTTPField(name, value)) }
        if changed.size > limits.fieldsSize { throw .tooLarge(changed.size) }
        self = changed
    }

    /// `delete` (HTTP-11, HTTP-15).
    mutating func delete(_ name: String, within limits: HTTPLimits) throws(Refusal) {
        try check(name, limits)
        if !isMutable { throw .error(.immutable) }
        remove(name)
    }

    private func check(_ name: String, _ limits: HTTPLimits) throws(Refusal) {
        if !HTTPSyntax.isToken(name) { throw .error(.invalidSyntax) }
        if limits.forbids(name) { throw .error(.forbidden) }
    }

    /// The value as it is kept (HTTP-07, HTTP-08).
    private func checked(_ value: [UInt8], of name: String) throws(Refusal) -> [UInt8] {
        if name.lowercased() == "content-length" {
            guard let length = HTTPSyntax.length(value) else { throw .error(.invalidSyntax) }
            return Array(String(length).utf8)
        }
        if !HTTPSyntax.isFieldValue(value) { throw .error(.invalidSyntax) }
        return value
    }

    private func cost(of name: String) -> Int { name.utf8.count + Self.nameOverhead }
    private func cost(of value: [UInt8]) -> Int { value.count + Self.valueOverhead }

    private mutating func insert(_ field: HTTPField) {
        insert(field, lowercased: field.name.lowercased())
    }

    private mutating func insert(_ field: HTTPField, lowercased name: String) {
        let isNew = names.insert(name).inserted
        size += cost(of: field.value) + (isNew ? cost(of: name) : 0)
        switch rules {
        case .spec: entries.append(field)
        case .wasmtime:
            let last = isNew ? nil : entries.lastIndex { isNamed($0, name) }
            let place = last.map { $0 + 1 } ?? entries.count
            entries.insert(HTTPField(name, field.value), at: place)
        }
    }

    private mutating func remove(_ name: String) {
        let name = name.lowercased()
        for field in entries where isNamed(field, name) { size -= cost(of: field.value) }
        if names.remove(name) != nil { size -= cost(of: name) }
        entries = entries.filter { !isNamed($0, name) }
    }
}

/// What a host allows the guests of wasi:http.
public struct HTTPLimits: Hashable, Sendable {
    /// What one `fields` may count for: names, values, and a little for each (HTTP-16).
    public var fieldsSize = 128 * 1_024
    /// Names that the guest may not set, beside the fixed ones; in lower case (HTTP-09).
    public var forbiddenNames: Set<String> = []
    /// ns of each of the three timeouts where the guest sets none (HTTP-29).
    public var timeout: UInt64 = 600_000_000_000
    /// How many writes of a body wait for the transport before there is no permit (HTTP-78); at
    /// least 1.
    public var bodyWrites = 2
    /// The most that one write of a body carries; no more than 1 MiB (HTTP-78).
    public var bodyWriteSize = 1 << 20

    /// wasmtime's.
    public init() {}

    /// Whether a guest may not set, and does not see, this name.
    func forbids(_ name: String) -> Bool { forbids(lowercased: name.lowercased()) }

    func forbids(lowercased name: String) -> Bool {
        HTTPFields.forbiddenNames.contains(name) || forbiddenNames.contains(name)
    }
}
