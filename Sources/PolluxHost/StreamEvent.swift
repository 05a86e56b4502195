// A call on a stream as one line of the log.

/// What a guest did with a stream, or with a stream's error.
public struct StreamEvent: Sendable, Hashable {
    /// The import that was called.
    public var call: HostCall
    /// The serial of the handle's resource.
    public var stream: UInt64
    /// The serial of the stream that a splice reads from.
    public var origin: UInt64?
    /// What it was given.
    public var argument: Argument
    /// What it gave.
    public var answer: Answer

    /// A call and what came of it.
    public init(
        _ call: HostCall, of stream: UInt64, from origin: UInt64? = nil,
        _ argument: Argument, _ answer: Answer
    ) {
        self.call = call
        self.stream = stream
        self.origin = origin
        self.argument = argument
        self.answer = answer
    }

    /// What a call on a stream was given.
    public enum Argument: Sendable, Hashable {
        case none
        case count(UInt64)
        case bytes(ByteExcerpt)
    }

    /// What a call on a stream gave.
    public enum Answer: Sendable, Hashable {
        /// ok, and nothing more to say.
        case done
        case count(UInt64)
        case bytes(ByteExcerpt)
        case text(String)
        case closed
        case failed(String)
        /// A blocking call begins to wait; its answer is another event.
        case waits
    }
}

extension StreamEvent {
    /// Nothing was there and nothing came of it.
    var isIdle: Bool {
        switch answer {
        case .count(0), .waits, .done, .text: true
        case .bytes(let bytes): bytes.count == 0
        case .count, .closed, .failed: false
        }
    }
}

extension StreamEvent.Answer {
    init(_ ending: StreamEnding) {
        switch ending {
        case .closed: self = .closed
        case .failed(let failure): self = .failed(failure.text)
        }
    }
}

/// The beginning of some bytes, and how many they were.
public struct ByteExcerpt: Sendable, Hashable {
    /// How many bytes are shown at most.
    public static let longest = 32

    /// The first of the bytes.
    public var beginning: [UInt8]
    /// How many there are in all.
    public var count: Int

    /// The excerpt of these bytes.
    public init(_ bytes: [UInt8]) {
        beginning = Array(bytes.prefix(Self.longest))
        count = bytes.count
    }

    init(_ bytes: borrowing Span<UInt8>) {
        beginning = []
        for place in 0..<min(bytes.count, Self.longest) { beginning.append(bytes[place]) }
        count = bytes.count
    }

    /// In quotes, with what is not printable ASCII escaped: `"hello\n"`, `"abc…" (70 bytes)`.
    public var text: String {
        var text = "\""
        for byte in beginning {
            switch byte {
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7f: text += String(UnicodeScalar(byte))
            default: text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
        }
        return count > beginning.count ? text + "…\" (\(count) bytes)" : text + "\""
    }
}
