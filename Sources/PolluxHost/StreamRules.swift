// Where streams differ: by what stands behind them, and by whose reading of the text a host
// follows.

/// What a stream stands for. Hosts treat kinds differently where the text lets them, and sometimes
/// where it does not; see ``HostPolicy/Rules``.
public enum StreamKind: String, Hashable, Sendable, CaseIterable {
    /// As a TCP connection: strict, one write for each permit.
    case scripted
    /// A TCP connection, which its socket gives up, not its streams (STREAM-35, STREAM-36).
    case tcp
    /// As the process's stdin, stdout and stderr. Lives as long as the host, whatever handles come
    /// and go (CLI-01).
    case stdio
    /// As a buffer in memory: all is there from the start, or fits until it is full.
    case memory
    /// A body of wasi:http.
    case http
}

extension HostPolicy {
    /// Whose reading counts where the text of WASI and wasmtime disagree. Everything else is the
    /// same under both.
    ///
    /// | row | `wasmtime` | `spec` |
    /// |---|---|---|
    /// | STREAM-05, STREAM-14 | a failed output fails at every call | once, then closed |
    /// | STREAM-07 | stdio: `read` of 0 bytes is ok even after the end | closed |
    /// | STREAM-16 | stdio: a write beyond the permit is taken | traps |
    /// | STREAM-17 | memory: a permit covers several writes | one write for each |
    /// | HTTP-02, HTTP-03 | names in lower case, equal ones together | as given |
    /// | HTTP-33 | a request without a path is a `HTTP-protocol-error` | `HTTP-request-URI-invalid` |
    /// | HTTP-41 | `get` of a future knows what its pollable saw | looks itself |
    /// | HTTP-58 | trailers after a failed body are none | the failure |
    /// | HTTP-78 | a body: a write is good while there is room | one write for each permit |
    /// | STREAM-28 | `write-zeroes` asks for a permit of its own | needs the guest's, as `write` |
    public enum Rules: String, Hashable, Sendable, CaseIterable {
        /// What real guests have been tuned against.
        case wasmtime
        /// The text.
        case spec
    }
}

/// The rules of one stream, from the host's reading and the stream's kind.
struct StreamRules: Hashable, Sendable {
    var rules: HostPolicy.Rules
    var kind: StreamKind

    /// What a positive permit is good for (STREAM-16, STREAM-17).
    enum Permit {
        /// One write that is not empty.
        case oneWrite
        /// Writes that come to so many bytes together.
        case budget
        /// Nobody checks.
        case unchecked
        /// Nothing: a write is good while there is room.
        case room
    }

    var permit: Permit {
        switch (rules, kind) {
        case (.spec, _), (.wasmtime, .scripted), (.wasmtime, .tcp): .oneWrite
        case (.wasmtime, .http): .room
        case (.wasmtime, .memory): .budget
        case (.wasmtime, .stdio): .unchecked
        }
    }

    /// Whether a failed output fails for ever rather than once (STREAM-05, STREAM-14).
    var repeatsFailures: Bool { rules == .wasmtime && kind != .memory && kind != .http }

    /// Whether reading 0 bytes after the end says that it is the end (STREAM-07).
    var emptyReadSeesEnd: Bool { rules == .spec || kind != .stdio }

    /// Whether `write-zeroes` does without the guest's permit (STREAM-28).
    var zeroesBringTheirPermit: Bool { rules == .wasmtime }

    /// The most that a permit allows, and that one read brings (STREAM-01, STREAM-44, HTTP-78).
    var largestPermit: Int {
        switch kind {
        case .stdio, .http: 1 << 20
        case .scripted, .tcp, .memory: 1 << 16
        }
    }
    static let longestRead = 1 << 16
}
