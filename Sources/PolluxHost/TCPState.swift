// A TCP socket's phase, and what each call may do in it.

/// The state machine of `tcp-socket`, without the socket.
///
/// A call first asks for its ``refusal(of:)``; where there is none it does its work and tells the
/// state what came of that.
public struct TCPState: Hashable, Sendable {
    /// Where a socket is in its life.
    public enum Phase: Hashable, Sendable, CaseIterable {
        case unbound, bindStarted, bound, listenStarted, listening, connectStarted, connected
        /// By a connect or listen that failed; for good (TCP-26, TCP-32).
        case closed
    }

    /// The calls whose answer depends on the phase.
    public enum Call: Hashable, Sendable, CaseIterable {
        case startBind, finishBind, startConnect, finishConnect, startListen, finishListen
        case accept, shutDown, localAddress, remoteAddress, setBacklog
        /// Any other option, read or set.
        case option
    }

    /// Where it is.
    public private(set) var phase = Phase.unbound
    /// The connect has succeeded, and the guest has not taken its streams.
    public private(set) var isEstablished = false
    /// What closed it.
    private(set) var failure: NetworkError?
    let rules: HostPolicy.Rules

    /// A fresh socket under these rules.
    public init(rules: HostPolicy.Rules) { self.rules = rules }

    /// A socket that came out of a queue: bound and connected (TCP-34).
    static func accepted(_ rules: HostPolicy.Rules) -> TCPState {
        var state = TCPState(rules: rules)
        state.phase = .connected
        return state
    }

    // MARK: What a call may do

    /// Why the call does not do its work in this phase; `nil` where it does.
    public func refusal(of call: Call) -> NetworkError? {
        switch call {
        case .startBind: start(from: [.unbound])
        case .startConnect: start(from: [.unbound, .bound])
        case .startListen: start(from: [.bound])
        case .finishBind: phase == .bindStarted ? nil : .notInProgress
        case .finishConnect: phase == .connectStarted ? nil : .notInProgress
        case .finishListen: phase == .listenStarted ? nil : .notInProgress
        case .accept:
            phase == .listening || phase == .listenStarted && rules == .wasmtime
                ? nil : .invalidState
        case .shutDown: phase == .connected ? nil : .invalidState
        case .localAddress:
            switch phase {
            case .unbound: .invalidState
            case .bindStarted, .bound, .listenStarted, .listening, .connected: nil
            case .connectStarted: whileConnecting
            case .closed: afterFailure
            }
        case .remoteAddress:
            switch phase {
            case .connected: nil
            case .connectStarted: whileConnecting
            case .closed: afterFailure
            default: .invalidState
            }
        case .setBacklog:
            switch phase {
            case .connectStarted, .connected: .invalidState
            case .closed: afterFailure
            default: nil
            }
        case .option:
            switch phase {
            case .connectStarted: whileConnecting
            case .closed: afterFailure
            default: nil
            }
        }
    }

    private func start(from phases: Set<Phase>) -> NetworkError? {
        switch phase {
        case .bindStarted, .listenStarted, .connectStarted: .concurrencyConflict
        default: phases.contains(phase) ? nil : .invalidState
        }
    }

    /// TCP-29: wasmtime's socket is connected as soon as somebody has looked.
    private var whileConnecting: NetworkError? {
        isEstablished && rules == .wasmtime ? nil : .invalidState
    }

    private var afterFailure: NetworkError? { rules == .wasmtime ? failure : .invalidState }

    /// `is-listening`.
    public var isListening: Bool {
        phase == .listening || phase == .listenStarted && rules == .wasmtime
    }

    /// Connections are queued, whether the guest may take them or not (TCP-31).
    var hasQueue: Bool { phase == .listening || phase == .listenStarted }

    // MARK: What came of it

    /// The address is the socket's; the guest still has to ask.
    public mutating func beginBind() { move(from: [.unbound], to: .bindStarted) }
    /// The guest has been told.
    public mutating func endBind() { move(from: [.bindStarted], to: .bound) }
    /// A connect is under way.
    public mutating func beginConnect() { move(from: [.unbound, .bound], to: .connectStarted) }
    /// The connect is known to have succeeded.
    public mutating func establish() {
        precondition(phase == .connectStarted, "a connect that was not begun")
        isEstablished = true
    }
    /// The guest has taken the streams.
    public mutating func endConnect() { move(from: [.connectStarted], to: .connected) }
    /// Connections are queued; the guest still has to ask.
    public mutating func beginListen() { move(from: [.bound], to: .listenStarted) }
    /// The guest has been told.
    public mutating func endListen() { move(from: [.listenStarted], to: .listening) }
    /// A connect or listen has failed.
    public mutating func fail(_ error: NetworkError) {
        move(from: [.unbound, .bound, .connectStarted, .listenStarted], to: .closed)
        isEstablished = false
        failure = error
    }

    private mutating func move(from phases: Set<Phase>, to next: Phase) {
        precondition(phases.contains(phase), "\(next) after \(phase)")
        phase = next
    }
}
