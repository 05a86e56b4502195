// What a guest is told of the process it believes to be.

/// Arguments, variables and standard streams of one guest.
public struct GuestEnvironment: Sendable {
    /// A standard stream and where its bytes come from or go.
    public struct Stream: Sendable {
        enum End: Sendable {
            case source(SourceID)
            case memory(MemoryPipe)
        }
        var end: End
        /// A person sits at its other end (CLI-17).
        public var isTerminal: Bool

        /// A stream over a driver's source.
        public init(source: SourceID, isTerminal: Bool = false) {
            self.end = .source(source)
            self.isTerminal = isTerminal
        }

        /// A stream over bytes in memory.
        public init(_ pipe: MemoryPipe) {
            self.end = .memory(pipe)
            self.isTerminal = false
        }

        /// An input that is at its end, or an output that nobody reads (CLI-07).
        public static let closed = Stream(MemoryPipe(capacity: 0))
    }

    /// The program's name, then its arguments (CLI-16).
    public var arguments: [String]
    /// The variables, in the order in which the guest gets them.
    public var variables: [(name: String, value: String)]
    /// `nil` where the guest is not told.
    public var currentDirectory: String?
    /// What `get-stdin` gives.
    public var standardInput: Stream
    /// What `get-stdout` gives.
    public var standardOutput: Stream
    /// What `get-stderr` gives.
    public var standardError: Stream

    /// An environment; what is left out is empty or closed.
    public init(
        arguments: [String] = [], variables: [(name: String, value: String)] = [],
        currentDirectory: String? = nil, standardInput: Stream = .closed,
        standardOutput: Stream = .closed, standardError: Stream = .closed
    ) {
        self.arguments = arguments
        self.variables = variables
        self.currentDirectory = currentDirectory
        self.standardInput = standardInput
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}

/// One of the three standard streams.
public enum StandardStream: Sendable, Hashable, CaseIterable {
    case input, output, error
}
