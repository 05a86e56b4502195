// The state machines of sockets, cell by cell.

import Testing

@testable import PolluxHost

struct TCPStateTests {
    typealias Phase = TCPState.Phase
    typealias Call = TCPState.Call

    private static let ok: NetworkError? = nil
    private static let busy: NetworkError? = .concurrencyConflict
    private static let state: NetworkError? = .invalidState
    private static let idle: NetworkError? = .notInProgress
    private static let stored: NetworkError? = .connectionRefused

    /// What each call comes to, in the order of `Phase.allCases`: unbound, bind-started, bound,
    /// listen-started, listening, connect-started, connected, closed. By the rules of wasmtime.
    private static let table: [Call: [NetworkError?]] = [
        .startBind: [ok, busy, state, busy, state, busy, state, state],
        .finishBind: [idle, ok, idle, idle, idle, idle, idle, idle],
        .startConnect: [ok, busy, ok, busy, state, busy, state, state],
        .finishConnect: [idle, idle, idle, idle, idle, ok, idle, idle],
        .startListen: [state, busy, ok, busy, state, busy, state, state],
        .finishListen: [idle, idle, idle, ok, idle, idle, idle, idle],
        .accept: [state, state, state, ok, ok, state, state, state],
        .shutDown: [state, state, state, state, state, state, ok, state],
        .localAddress: [state, ok, ok, ok, ok, state, ok, stored],
        .remoteAddress: [state, state, state, state, state, state, ok, stored],
        .setBacklog: [ok, ok, ok, ok, ok, state, state, stored],
        .option: [ok, ok, ok, ok, ok, state, ok, stored],
    ]

    /// Where the text says something else: phase, call, answer.
    private static let text: [(Call, Phase, NetworkError?)] = [
        (.accept, .listenStarted, state), (.localAddress, .closed, state),
        (.remoteAddress, .closed, state), (.setBacklog, .closed, state), (.option, .closed, state),
    ]

    /// A socket that has come to a phase by legal calls.
    private func socket(in phase: Phase, _ rules: HostPolicy.Rules) -> TCPState {
        var socket = TCPState(rules: rules)
        switch phase {
        case .unbound: break
        case .bindStarted: socket.beginBind()
        case .bound:
            socket.beginBind()
            socket.endBind()
        case .listenStarted, .listening:
            socket = self.socket(in: .bound, rules)
            socket.beginListen()
            if phase == .listening { socket.endListen() }
        case .connectStarted, .connected, .closed:
            socket.beginConnect()
            if phase == .closed { socket.fail(.connectionRefused) }
            if phase == .connected {
                socket.establish()
                socket.endConnect()
            }
        }
        return socket
    }

    @Test(arguments: Call.allCases, Phase.allCases)
    func `in every phase every call of a TCP socket has its answer, under both rules`(
        call: Call, phase: Phase
    ) throws {
        let row = try #require(Self.table[call])
        let expected = row[Phase.allCases.firstIndex(of: phase)!]
        let wasmtime = socket(in: phase, .wasmtime)
        #expect(wasmtime.phase == phase)
        #expect(wasmtime.refusal(of: call) == expected)
        let other = Self.text.first { $0.0 == call && $0.1 == phase }
        let spec = socket(in: phase, .spec).refusal(of: call)
        #expect(spec == (other == nil ? expected : other!.2))
    }

    @Test(arguments: Phase.allCases)
    func `a socket is listening in listening, and in wasmtime from the start of that`(phase: Phase)
    {
        #expect(socket(in: phase, .spec).isListening == (phase == .listening))
        #expect(
            socket(in: phase, .wasmtime).isListening
                == (phase == .listening || phase == .listenStarted))
    }

    @Test(arguments: Call.allCases)
    func `TCP-29: a connect that is known to have succeeded opens wasmtime's options and addresses`(
        call: Call
    ) {
        for rules in HostPolicy.Rules.allCases {
            var socket = socket(in: .connectStarted, rules)
            let before = socket.refusal(of: call)
            socket.establish()
            let opens: Set<Call> = [.localAddress, .remoteAddress, .option]
            let expected = rules == .wasmtime && opens.contains(call) ? nil : before
            #expect(socket.refusal(of: call) == expected)
        }
    }

    @Test func `TCP-28: a connect without a free port is address-in-use, in wasmtime not bindable`()
    {
        #expect(SystemError.eaddrnotavail.code(in: .connect, .spec) == .addressInUse)
        #expect(SystemError.eaddrnotavail.code(in: .connect, .wasmtime) == .addressNotBindable)
        #expect(SystemError.eaddrnotavail.code(in: .bind, .spec) == .addressNotBindable)
    }

    @Test(
        arguments: [
            (.eacces, .accessDenied), (.eperm, .accessDenied), (.eaddrinuse, .addressInUse),
            (.eaddrnotavail, .addressNotBindable), (.etimedout, .timeout),
            (.econnrefused, .connectionRefused), (.econnreset, .connectionReset),
            (.econnaborted, .connectionAborted), (.ehostunreach, .remoteUnreachable),
            (.ehostdown, .remoteUnreachable), (.enetdown, .remoteUnreachable),
            (.enetunreach, .remoteUnreachable), (.enonet, .remoteUnreachable),
            (.eisconn, .invalidState), (.enotconn, .invalidState), (.edestaddrreq, .invalidState),
            (.einval, .invalidArgument), (.emsgsize, .datagramTooLarge), (.enomem, .outOfMemory),
            (.enobufs, .outOfMemory), (.eopnotsupp, .notSupported), (.enoprotoopt, .notSupported),
            (.epfnosupport, .notSupported), (.eprotonosupport, .notSupported),
            (.eprototype, .notSupported), (.esocktnosupport, .notSupported),
            (.eafnosupport, .notSupported), (.epipe, .unknown), (.other, .unknown),
        ] as [(SystemError, NetworkError)])
    func `each error of a kernel has its code`(error: SystemError, code: NetworkError) {
        #expect(error.code(.wasmtime) == code)
        #expect(error.code(.spec) == code)
    }

    @Test func `a family that a bind or a datagram's peer does not have is an invalid argument`() {
        #expect(SystemError.eafnosupport.code(in: .bind, .wasmtime) == .invalidArgument)
        #expect(SystemError.eafnosupport.code(in: .peer, .wasmtime) == .invalidArgument)
    }
}
