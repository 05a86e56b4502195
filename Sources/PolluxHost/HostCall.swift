// The imports that a guest may call, for traps and traces.

/// One import, by its WIT name.
public enum HostCall: UInt8, Hashable, Sendable, CaseIterable {
    case poll, pollableReady, pollableBlock, pollableDrop
    case errorToDebugString, errorDrop
    case inputStreamRead, inputStreamBlockingRead, inputStreamSkip, inputStreamBlockingSkip
    case inputStreamSubscribe, inputStreamDrop
    case outputStreamCheckWrite, outputStreamWrite, outputStreamBlockingWriteAndFlush
    case outputStreamFlush, outputStreamBlockingFlush, outputStreamSubscribe
    case outputStreamWriteZeroes, outputStreamBlockingWriteZeroesAndFlush
    case outputStreamSplice, outputStreamBlockingSplice, outputStreamDrop
    case monotonicNow, monotonicResolution, subscribeInstant, subscribeDuration
    case wallNow, wallResolution
    case getEnvironment, getArguments, initialDirectory, exit, getStandardStream, getTerminal
    case terminalDrop
    case getRandomBytes, getRandomInteger, getInsecureRandomBytes, getInsecureRandomInteger
    case insecureSeed
    case instanceNetwork, networkDrop, createTCPSocket, createUDPSocket
    case tcpStartBind, tcpFinishBind, tcpStartConnect, tcpFinishConnect, tcpStartListen
    case tcpFinishListen, tcpAccept, tcpLocalAddress, tcpRemoteAddress, tcpIsListening
    case tcpAddressFamily, tcpSetBacklog, tcpKeepAliveEnabled, tcpSetKeepAliveEnabled
    case tcpKeepAliveIdleTime, tcpSetKeepAliveIdleTime, tcpKeepAliveInterval
    case tcpSetKeepAliveInterval, tcpKeepAliveCount, tcpSetKeepAliveCount, tcpHopLimit
    case tcpSetHopLimit, tcpReceiveBufferSize, tcpSetReceiveBufferSize, tcpSendBufferSize
    case tcpSetSendBufferSize, tcpSubscribe, tcpShutdown, tcpDrop
    case udpStartBind, udpFinishBind, udpStream, udpLocalAddress, udpRemoteAddress
    case udpAddressFamily, udpHopLimit, udpSetHopLimit, udpReceiveBufferSize
    case udpSetReceiveBufferSize, udpSendBufferSize, udpSetSendBufferSize, udpSubscribe, udpDrop
    case incomingReceive, incomingSubscribe, incomingDrop
    case outgoingCheckSend, outgoingSend, outgoingSubscribe, outgoingDrop
    case resolveAddresses, resolveNextAddress, resolveSubscribe, resolveDrop
    case unreachable, realTime
    case stepsNext, stepsChoose
    case httpErrorCode, fieldsConstructor, fieldsFromList, fieldsGet, fieldsHas, fieldsSet
    case fieldsDelete, fieldsAppend, fieldsEntries, fieldsClone, fieldsDrop
    case requestConstructor, requestBody, requestMethod, requestSetMethod, requestPath
    case requestSetPath, requestScheme, requestSetScheme, requestAuthority, requestSetAuthority
    case requestHeaders, requestDrop
    case optionsConstructor, optionsConnectTimeout, optionsSetConnectTimeout
    case optionsFirstByteTimeout, optionsSetFirstByteTimeout, optionsBetweenBytesTimeout
    case optionsSetBetweenBytesTimeout, optionsDrop
    case outgoingBodyWrite, outgoingBodyFinish, outgoingBodyDrop, outgoingHandle
    case futureResponseSubscribe, futureResponseGet, futureResponseDrop
    case responseStatus, responseHeaders, responseConsume, responseDrop
    case incomingBodyStream, incomingBodyFinish, incomingBodyDrop
    case futureTrailersSubscribe, futureTrailersGet, futureTrailersDrop

    /// The WIT name, `interface.function`.
    public var name: String {
        switch self {
        case .poll: "wasi:io/poll.poll"
        case .pollableReady: "wasi:io/poll.[method]pollable.ready"
        case .pollableBlock: "wasi:io/poll.[method]pollable.block"
        case .pollableDrop: "wasi:io/poll.[resource-drop]pollable"
        case .errorToDebugString: "wasi:io/error.[method]error.to-debug-string"
        case .errorDrop: "wasi:io/error.[resource-drop]error"
        case .inputStreamRead: "wasi:io/streams.[method]input-stream.read"
        case .inputStreamBlockingRead: "wasi:io/streams.[method]input-stream.blocking-read"
        case .inputStreamSkip: "wasi:io/streams.[method]input-stream.skip"
        case .inputStreamBlockingSkip: "wasi:io/streams.[method]input-stream.blocking-skip"
        case .inputStreamSubscribe: "wasi:io/streams.[method]input-stream.subscribe"
        case .inputStreamDrop: "wasi:io/streams.[resource-drop]input-stream"
        case .outputStreamCheckWrite: "wasi:io/streams.[method]output-stream.check-write"
        case .outputStreamWrite: "wasi:io/streams.[method]output-stream.write"
        case .outputStreamBlockingWriteAndFlush:
            "wasi:io/streams.[method]output-stream.blocking-write-and-flush"
        case .outputStreamFlush: "wasi:io/streams.[method]output-stream.flush"
        case .outputStreamBlockingFlush: "wasi:io/streams.[method]output-stream.blocking-flush"
        case .outputStreamSubscribe: "wasi:io/streams.[method]output-stream.subscribe"
        case .outputStreamWriteZeroes: "wasi:io/streams.[method]output-stream.write-zeroes"
        case .outputStreamBlockingWriteZeroesAndFlush:
            "wasi:io/streams.[method]output-stream.blocking-write-zeroes-and-flush"
        case .outputStreamSplice: "wasi:io/streams.[method]output-stream.splice"
        case .outputStreamBlockingSplice: "wasi:io/streams.[method]output-stream.blocking-splice"
        case .outputStreamDrop: "wasi:io/streams.[resource-drop]output-stream"
        case .monotonicNow: "wasi:clocks/monotonic-clock.now"
        case .monotonicResolution: "wasi:clocks/monotonic-clock.resolution"
        case .subscribeInstant: "wasi:clocks/monotonic-clock.subscribe-instant"
        case .subscribeDuration: "wasi:clocks/monotonic-clock.subscribe-duration"
        case .wallNow: "wasi:clocks/wall-clock.now"
        case .wallResolution: "wasi:clocks/wall-clock.resolution"
        case .getEnvironment: "wasi:cli/environment.get-environment"
        case .getArguments: "wasi:cli/environment.get-arguments"
        case .initialDirectory: "wasi:cli/environment.initial-cwd"
        case .exit: "wasi:cli/exit.exit"
        case .getStandardStream: "wasi:cli/std*.get-std*"
        case .getTerminal: "wasi:cli/terminal-*.get-terminal-*"
        case .terminalDrop: "wasi:cli/terminal-*.[resource-drop]"
        case .getRandomBytes: "wasi:random/random.get-random-bytes"
        case .getRandomInteger: "wasi:random/random.get-random-u64"
        case .getInsecureRandomBytes: "wasi:random/insecure.get-insecure-random-bytes"
        case .getInsecureRandomInteger: "wasi:random/insecure.get-insecure-random-u64"
        case .insecureSeed: "wasi:random/insecure-seed.insecure-seed"
        case .unreachable, .realTime: "the guest's runtime"
        case .stepsNext: "pollux:harness/steps.next"
        case .stepsChoose: "pollux:harness/steps.choose"
        default: socketsName.map { "wasi:sockets/" + $0 } ?? "wasi:http/" + (httpName ?? "?")
        }
    }

    /// The name without its package, as a guest's source writes it: `pollable.drop`.
    public var shortName: String {
        let name = name.split(separator: "/").last.map(String.init) ?? name
        guard let bracket = name.firstIndex(of: "[") else { return name }
        let (interface, member) = (name[..<bracket], name[bracket...])
        if member.hasPrefix("[method]") { return String(member.dropFirst(8)) }
        let resource = member.dropFirst("[resource-drop]".count)
        return (resource.isEmpty ? String(interface) : resource + ".") + "drop"
    }

    /// The name without its interface: `blocking-read`, `drop input-stream`.
    public var verb: String {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        return last.hasPrefix("[resource-drop]") ? "drop " + last.dropFirst(15) : last
    }
}
