// Who decides where the specification leaves a host free.

/// One place where a host may choose.
public struct ChoiceSite: Hashable, Sendable {
    /// What is chosen.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Which of the remaining indices comes next in a poll's result (FZ-01).
        case pollOrder = "poll.order"
        /// Whether a ready pollable is left out of a poll's result (FZ-02), or, under
        /// `subset: one`, which one is reported.
        case pollSubset = "poll.subset"
        /// Which copies of a handle are reported (FZ-03).
        case pollDuplicates = "poll.duplicates"
        /// How often `ready` still says no (FZ-06).
        case readyLag = "ready.lag"
        /// Which number a new handle gets (FZ-39).
        case handle = "handle"
        /// How many of the bytes that are there a read returns (FZ-13): 0 is all, else so many.
        case readLength = "read.length"
        /// How much of the room an output has a permit allows (FZ-15): 0 is all, else so many bytes.
        case permit
        /// Whether an input stream is ready although nothing is there (FZ-07).
        case spurious
        /// How late a clock pollable is ready (FZ-08): in halves of the most.
        case timer
        /// Whether the first read of the process's input gives nothing (FZ-53).
        case stdin
        /// How often a `finish-…` of a socket says would-block though it is done (FZ-23).
        case finish
        /// Where the bytes of one write to a simulated connection are cut (FZ-14).
        case segment
        /// Whether a response that comes at the very instant of its timeout is too late (FZ-04).
        case timeoutTie = "timeout.tie"
        /// Which runnable task of the guest goes next; asked by an adapter, not by the host.
        case pick = "exec.pick"
    }

    /// A number for each kind, by its place among all.
    package typealias Numbers = InlineArray<16, Int>

    /// What is chosen.
    public var kind: Kind
    /// What it is about: the serial of a pollable or stream, or 0.
    public var subject: UInt64
    /// Counts the choices of this kind in this run, from 1.
    public var ordinal: Int

    /// A site.
    public init(kind: Kind, subject: UInt64, ordinal: Int) {
        self.kind = kind
        self.subject = subject
        self.ordinal = ordinal
    }
}

/// Answers every legal choice of a host.
///
/// Real-time hosts, seeds, the explorer, replay and fuzzers differ only in who stands here.
/// Option 0 is always the friendly answer.
public protocol ChoiceSource: AnyObject {
    /// Picks one of `count` options, in `0..<count`; asked only where `count` is 2 or more.
    /// Must not call the host.
    func choose(_ site: ChoiceSite, among count: Int) -> Int
}

/// Always the friendly answer.
public final class FriendlyChoices: ChoiceSource {
    /// A source that never deviates.
    public init() {}
    /// 0.
    public func choose(_ site: ChoiceSite, among count: Int) -> Int { 0 }
}

/// Uniform answers from a seed; the same seed gives the same answers to the same questions.
public final class SeededChoices: ChoiceSource {
    private var generator: SplitMix64
    /// What the answers are drawn from.
    package let seed: UInt64

    /// Answers drawn from this seed.
    public init(seed: UInt64) {
        self.seed = seed
        generator = SplitMix64(seed: seed)
    }

    /// The next number of the seed's, modulo `count`.
    public func choose(_ site: ChoiceSite, among count: Int) -> Int {
        Int(generator.next() % UInt64(count))
    }
}

/// Answers taken from bytes: one byte a choice, modulo the number of options; behind the last byte, the
/// friendly answer. For fuzzers that make up bytes; any bytes are a legal host.
public final class ByteChoices: ChoiceSource {
    private var rest: ArraySlice<UInt8>

    /// Answers from these bytes, in order.
    public init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// The next byte, modulo `count`; 0 where there is none.
    public func choose(_ site: ChoiceSite, among count: Int) -> Int {
        rest.popFirst().map { Int($0) % count } ?? 0
    }
}

/// The small generator by Steele, Lea and Flood: one add and two multiply-xorshifts a number.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt64

    /// A stream that depends on `seed` alone.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next number of the stream.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension ChoiceSite.Kind {
    /// Its place among all kinds, from 0.
    package var number: Int {
        switch self {
        case .pollOrder: 0
        case .pollSubset: 1
        case .pollDuplicates: 2
        case .readyLag: 3
        case .handle: 4
        case .readLength: 5
        case .permit: 6
        case .spurious: 7
        case .timer: 8
        case .stdin: 9
        case .pick: 10
        case .finish: 11
        case .segment: 12
        case .timeoutTie: 13
        }
    }
}
