// Every way in which a host call ends the guest.

/// Why a host call did not return: the guest broke the contract, or it cannot go on.
///
/// Host rules throw it; only the exports end the guest. As in wasm engines, where `exit` and an
/// exhausted fuel budget unwind the instance like a trap, the ends that are nobody's mistake
/// (deadlock, exit) travel the same way; an outcome tells them apart.
public struct HostTrap: Error, Hashable, Sendable {
    /// What was wrong.
    public var kind: Kind
    /// The import that the guest had called; `nil` where the wrong was found outside a call.
    public var call: HostCall?

    /// A trap of this kind in this call.
    public init(_ kind: Kind, in call: HostCall? = nil) {
        self.kind = kind
        self.call = call
    }

    /// One case for each way to be wrong.
    public enum Kind: Error, Hashable, Sendable {
        /// A handle that names nothing here (RES-01, RES-02, RES-08).
        case unknownHandle(Int32, HandleHistory)
        /// A live handle of another resource type (RES-03).
        indirect case wrongType(Int32, expected: ResourceKind, actual: ResourceStory)
        /// The own handle is lent to a call in progress (RES-09).
        case lent(Int32, ResourceKind)
        /// A borrow was passed where the call takes ownership (RES-11).
        case notOwned(Int32, ResourceKind)
        /// The resource still has live children, the oldest of them this one (RES-23).
        indirect case childAlive(Int32, ResourceKind, children: Int, oldest: ResourceStory)
        /// No handle is left to give (RES-06, RES-28).
        case tableFull(limit: Int)
        /// `poll` of an empty list (POLL-01).
        case emptyPoll
        /// A list longer than a guest can own (POLL-02, RES-19); the length in elements.
        case listTooLong(Int)
        /// A list that does not stand on its element's alignment (RES-18).
        case misaligned(address: UInt, alignment: Int)
        /// A list that leaves the guest's memory (RES-18); natively only null is known to.
        case outOfBounds(count: Int)
        /// An enum or variant value out of range (RES-21).
        case invalidDiscriminant(type: String, value: Int64)
        /// A string argument that is not UTF-8 (RES-20).
        case invalidUTF8
        /// A write of so many bytes that no permit covers (STREAM-16, STREAM-17, STREAM-20).
        case permitOverrun(UInt64, permit: Int, PermitHistory)
        /// More bytes than a blocking write takes (STREAM-24, STREAM-27).
        case writeTooLong(UInt64)
        /// A send of so many datagrams that no permit covers (UDP-32).
        case sendOverrun(Int, permit: Int, PermitHistory)
        /// A new pair of datagram streams while one of the pair before lives (UDP-17).
        case datagramStreamsAlive
        /// Fields that count for so much, which is more than the limit (HTTP-16).
        case fieldsTooLarge(Int, limit: Int)
        /// The clock cannot count the instant (CLOCK-03).
        case clockOverflow
        /// More random bytes than a host gives at once (RND-02).
        case randomTooLong(UInt64, most: UInt64)
        /// A host call from inside the guest's `cabi_realloc` (RES-17).
        case reentered
        /// A host call after the guest has ended (RES-16).
        case ended
        /// A host call from a thread that has no host.
        case noHost(thread: String)
        /// The guest's runtime found that it can do nothing more.
        case stalled(String)
        /// A guest layer was about to wait by the machine's clock in simulated time, in its own words.
        case realTime(String)
        /// The adapter broke the contract of the step door.
        case step(String)
        /// Everything waited for can never come (virtual time only).
        case deadlock(waitingOn: [String])
        /// So many host calls in a row without progress.
        case livelock(calls: Int)
        /// So many host calls, and no end; with a log kept of each, a guest that goes on for ever takes all memory
        /// there is.
        case endless(calls: Int)
        /// The guest asked to end.
        case exit(UInt8)
        /// The guest's process died with it; what it said, or the signal.
        case aborted(String)
        /// The guest made no host call for so many seconds of wall time.
        case silent(seconds: Double)
    }

    /// Why an output stream's permit is what it is.
    public enum PermitHistory: Hashable, Sendable {
        /// `check-write` was never called.
        case neverAsked
        /// The last `check-write` gave it.
        case granted
        /// A write since then has used it.
        case used
        /// A flush is going on.
        case flushing
    }

    /// What is known of a handle that names nothing.
    public enum HandleHistory: Hashable, Sendable {
        /// The integer 0, which is never a handle.
        case zero
        /// Below or beyond every handle of this host; its first and the first never handed out.
        case foreign(first: Int32, next: Int32)
        /// Handed out, and dropped; what it named last.
        indirect case dropped(ResourceStory)
    }

    /// The kebab-case name that scenarios use (`trap: empty-poll`).
    public var name: String {
        switch kind {
        case .unknownHandle: "unknown-handle"
        case .wrongType: "wrong-type"
        case .lent: "lent"
        case .notOwned: "not-owned"
        case .childAlive: "child-alive"
        case .tableFull: "table-full"
        case .emptyPoll: "empty-poll"
        case .listTooLong: "list-too-long"
        case .misaligned: "misaligned"
        case .outOfBounds: "out-of-bounds"
        case .invalidDiscriminant: "invalid-discriminant"
        case .invalidUTF8: "invalid-utf8"
        case .permitOverrun: "permit-overrun"
        case .writeTooLong: "write-too-long"
        case .sendOverrun: "send-overrun"
        case .datagramStreamsAlive: "datagram-streams-alive"
        case .fieldsTooLarge: "fields-too-large"
        case .clockOverflow: "clock-overflow"
        case .randomTooLong: "random-too-long"
        case .reentered: "reentered"
        case .ended: "ended"
        case .noHost: "no-host"
        case .stalled: "stalled"
        case .realTime: "real-time"
        case .step: "step"
        case .deadlock: "deadlock"
        case .livelock: "livelock"
        case .endless: "endless"
        case .exit: "exit"
        case .aborted: "aborted"
        case .silent: "silent"
        }
    }

    /// The ID of the rule in docs/Conformance.md that was broken; `nil` where no rule was.
    public var rule: String? {
        switch kind {
        case .unknownHandle(_, .zero): "RES-01"
        case .unknownHandle(_, .foreign): "RES-02"
        case .unknownHandle(_, .dropped): "RES-08"
        case .wrongType: "RES-03"
        case .lent: "RES-09"
        case .notOwned: "RES-11"
        case .childAlive: "RES-23"
        case .tableFull: "RES-28"
        case .emptyPoll: "POLL-01"
        case .listTooLong: "RES-19"
        case .misaligned, .outOfBounds: "RES-18"
        case .invalidDiscriminant: "RES-21"
        case .invalidUTF8: "RES-20"
        case .permitOverrun(_, _, .used): "STREAM-17"
        case .permitOverrun: "STREAM-16"
        case .writeTooLong:
            call == .outputStreamBlockingWriteZeroesAndFlush ? "STREAM-27" : "STREAM-24"
        case .sendOverrun: "UDP-32"
        case .datagramStreamsAlive: "UDP-17"
        case .fieldsTooLarge: "HTTP-16"
        case .clockOverflow: "CLOCK-03"
        case .randomTooLong: "RND-02"
        case .reentered: "RES-17"
        case .ended: "RES-16"
        case .noHost, .stalled, .realTime, .step, .deadlock, .livelock, .endless, .exit, .aborted,
            .silent:
            nil
        }
    }
}

extension HostTrap: CustomStringConvertible {
    /// What happened and what to look for, in a sentence or two, without the call's name.
    public var message: String {
        switch kind {
        case .unknownHandle(_, .zero):
            "0 is never a handle; was a handle field left uninitialised?"
        case .unknownHandle(let handle, .foreign(let first, let next)):
            """
            unknown handle \(handle): this host has handed out \
            \(first == next ? "none yet, and will begin at \(first)" : "\(first)…\(next - 1)"). \
            A handle kept in a static from an earlier run looks like this
            """
        case .unknownHandle(let handle, .dropped(let story)):
            "unknown handle \(handle): \(story)"
        case .wrongType(let handle, let expected, let story):
            "handle \(handle) is \(story), but the call takes \(expected.withArticle)"
        case .lent(let handle, let kind):
            "cannot take \(kind.name) \(handle): it is lent to a call in progress"
        case .notOwned(let handle, let kind):
            "\(kind.name) \(handle) is a borrow, but the call takes ownership"
        case .childAlive(let handle, let kind, let children, let oldest):
            """
            cannot drop \(kind.name) \(handle): \(complaint(children, oldest)); drop pollables \
            first, then streams, then what they came from
            """
        case .tableFull(let limit):
            "no handle left of \(limit): too many resources are alive, or their numbers are never reused"
        case .emptyPoll:
            "poll of an empty list: nothing could ever end it; a runtime with nothing to wait for must not poll"
        case .listTooLong(let count):
            "a list of \(count) elements is longer than a guest's memory can hold"
        case .misaligned(let address, let alignment):
            "the list at 0x\(String(address, radix: 16)) is not aligned to \(alignment) bytes"
        case .outOfBounds(let count):
            "a list of \(count) elements at address 0 is outside the guest's memory"
        case .invalidDiscriminant(let type, let value):
            "\(value) is no case of \(type)"
        case .invalidUTF8:
            "a string argument is not valid UTF-8"
        case .permitOverrun(let count, let permit, let history):
            message(ofOverrun: count, permit, history)
        case .writeTooLong(let count):
            """
            \(count) bytes, but this call takes 4096 at most; write longer texts in parts, or with \
            check-write and write
            """
        case .sendOverrun(let count, let permit, .granted):
            """
            a send of \(count) \(count == 1 ? "datagram" : "datagrams"), but the last check-send \
            allowed \(permit)
            """
        case .sendOverrun(let count, _, let history):
            """
            a send of \(count) \(count == 1 ? "datagram" : "datagrams") without a permit\
            \(history == .used ? ", which an earlier send has used" : ""): call check-send before \
            each send
            """
        case .datagramStreamsAlive:
            """
            the datagram streams that the last call gave are not both dropped: drop them, then ask \
            for new ones
            """
        case .fieldsTooLarge(let size, let limit):
            """
            fields that count for \(size) bytes, names, values and a little for each, and no more \
            than \(limit) are allowed
            """
        case .clockOverflow:
            "the monotonic clock has run past what a u64 of nanoseconds can count"
        case .randomTooLong(let count, let most):
            "\(count) random bytes asked for, and no call gives more than \(most)"
        case .reentered:
            "a host call from inside cabi_realloc; an allocator must not call imports"
        case .ended:
            "the guest has ended already (a trap or an exit); nothing of it may run on"
        case .noHost(let thread):
            """
            \(thread) has no host. A guest lives on the thread that Guest.run gave it; a detached \
            thread, a Dispatch queue or a callback is another thread
            """
        case .stalled(let message), .realTime(let message): message
        case .step(let message): message
        case .deadlock(let names):
            "nothing that the guest waits for can ever become ready: \(names.joined(separator: ", "))"
        case .livelock(let calls):
            "\(calls) host calls in a row without progress: nothing waited, nothing new was asked for"
        case .endless(let calls):
            "\(calls) host calls, and the guest goes on; a run in simulated time has to end"
        case .exit(let code): "the guest exited with code \(code)"
        case .aborted(let text): text
        case .silent(let seconds): "the guest made no host call for \(seconds) s"
        }
    }

    private func complaint(_ children: Int, _ oldest: ResourceStory) -> String {
        children == 1
            ? "it has 1 live child: \(oldest)" : "it has \(children) live children, first \(oldest)"
    }

    private func message(
        ofOverrun count: UInt64, _ permit: Int, _ history: PermitHistory
    ) -> String {
        let what = "a write of \(count) \(count == 1 ? "byte" : "bytes")"
        return switch history {
        case .neverAsked:
            "\(what) without a permit: call check-write first, and write no more than it returns"
        case .granted where permit == 0:
            """
            \(what), but the last check-write returned 0, which means not now: wait for the \
            stream's pollable and ask again
            """
        case .granted:
            "\(what), but the last check-write allowed \(permit); write the rest after another one"
        case .used:
            """
            \(what), but an earlier write has used the permit\
            \(permit > 0 ? " up to \(permit)" : ""); call check-write before each write
            """
        case .flushing:
            """
            \(what) while a flush goes on, which takes the permit back: wait for the stream's \
            pollable and call check-write again
            """
        }
    }

    /// Rule, call and message on one line.
    public var description: String { headline + ": " + message }

    /// Rule and call.
    private var headline: String {
        var text = "trap \(name)"
        if let rule { text += " (\(rule))" }
        if let call { text += " in \(call.name)" }
        return text
    }

    /// As ``description``, but without handles and addresses, which differ from run to run: for the
    /// trace.
    package var repeatableDescription: String {
        switch kind {
        case .unknownHandle(_, .zero): description
        case .unknownHandle(_, .dropped(let story)): "\(headline): \(story)"
        case .wrongType(_, let expected, let story):
            "\(headline): \(story), but the call takes \(expected.withArticle)"
        case .childAlive(_, _, let children, let oldest):
            "\(headline): \(complaint(children, oldest))"
        case .unknownHandle, .lent, .notOwned, .misaligned: headline
        default: description
        }
    }
}
