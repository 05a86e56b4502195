// A call of the Swift function under each shell.

import PolluxHost

@testable import PolluxNative

extension Call {
    /// Makes the call, as the shell would that stands before it.
    func perform(on host: WASIHost) throws(HostTrap) -> Answer {
        switch self {
        case .poll(let list): return .indices(try host.poll(list.span))
        case .ready(let handle): return .number(try host.ready(handle) ? 1 : 0)
        case .block(let handle): try host.block(handle)
        case .drop(let handle, let kind): try host.drop(handle, as: kind, in: Self.drop(of: kind))
        case .debugString(let handle): return .strings([try host.debugString(ofError: handle)])

        case .read(let handle, let count): return Answer(try host.read(handle, upTo: count))
        case .blockingRead(let handle, let count):
            return Answer(try host.blockingRead(handle, upTo: count))
        case .skip(let handle, let count): return Answer(try host.skip(handle, upTo: count))
        case .blockingSkip(let handle, let count):
            return Answer(try host.blockingSkip(handle, upTo: count))
        case .subscribeInput(let handle):
            return .handle(try host.subscribe(input: handle), .pollable)

        case .checkWrite(let handle): return Answer(try host.checkWrite(handle))
        case .write(let handle, let bytes): return Answer(try host.write(handle, bytes.span))
        case .blockingWriteAndFlush(let handle, let bytes):
            return Answer(try host.blockingWriteAndFlush(handle, bytes.span))
        case .flush(let handle): return Answer(try host.flush(handle))
        case .blockingFlush(let handle): return Answer(try host.blockingFlush(handle))
        case .subscribeOutput(let handle):
            return .handle(try host.subscribe(output: handle), .pollable)
        case .writeZeroes(let handle, let count):
            return Answer(try host.writeZeroes(handle, count: count))
        case .blockingWriteZeroesAndFlush(let handle, let count):
            return Answer(try host.blockingWriteZeroesAndFlush(handle, count: count))
        case .splice(let handle, let source, let count):
            return Answer(try host.splice(handle, from: source, upTo: count))
        case .blockingSplice(let handle, let source, let count):
            return Answer(try host.blockingSplice(handle, from: source, upTo: count))

        case .now: return .number(try host.monotonicNow())
        case .resolution: return .number(try host.monotonicResolution())
        case .wallNow: return Answer(try host.wallNow())
        case .wallResolution: return Answer(try host.wallResolution())
        case .subscribeInstant(let instant):
            return .handle(try host.subscribe(instant: instant), .pollable)
        case .subscribeDuration(let duration):
            return .handle(try host.subscribe(duration: duration), .pollable)

        case .arguments: return .strings(try host.arguments())
        case .variables: return .strings(try host.variables().flatMap { [$0.name, $0.value] })
        case .initialDirectory: return .strings(try host.initialDirectory().map { [$0] } ?? [])
        case .exit(let status): try host.exit(status: status)
        case .standard(let stream):
            let kind: ResourceKind = stream == .input ? .inputStream : .outputStream
            return .handle(try host.standard(stream), kind)
        case .terminal(let stream):
            let kind: ResourceKind = stream == .input ? .terminalInput : .terminalOutput
            return try host.terminal(of: stream).map { .handle($0, kind) } ?? .none

        case .randomBytes(let count): return .bytes(try host.randomBytes(count))
        case .randomInteger: return .number(try host.randomInteger())
        case .insecureBytes(let count): return .bytes(try host.insecureRandomBytes(count))
        case .insecureInteger: return .number(try host.insecureRandomInteger())
        case .insecureSeed:
            let seed = try host.insecureSeed()
            return .numbers([seed.0, seed.1])

        case .impossiblePoll(let address, let count):
            try Lifting.check(address, count: count, stride: 4, in: .poll)
        case .impossibleWrite(_, let address, let count):
            try Lifting.check(address, count: count, stride: 1, in: .outputStreamWrite)
        case .impossibleBlockingWrite(_, let address, let count):
            let call = HostCall.outputStreamBlockingWriteAndFlush
            try Lifting.check(address, count: count, stride: 1, in: call)
        }
        return .none
    }

    static func drop(of kind: ResourceKind) -> HostCall {
        switch kind {
        case .pollable: .pollableDrop
        case .error: .errorDrop
        case .inputStream: .inputStreamDrop
        case .outputStream: .outputStreamDrop
        case .terminalInput, .terminalOutput: .terminalDrop
        case .network: .networkDrop
        case .tcpSocket: .tcpDrop
        case .udpSocket: .udpDrop
        case .incomingDatagramStream: .incomingDrop
        case .outgoingDatagramStream: .outgoingDrop
        case .resolveAddressStream: .resolveDrop
        case .fields: .fieldsDrop
        case .outgoingRequest: .requestDrop
        case .requestOptions: .optionsDrop
        case .outgoingBody: .outgoingBodyDrop
        case .futureIncomingResponse: .futureResponseDrop
        case .incomingResponse: .responseDrop
        case .incomingBody: .incomingBodyDrop
        case .futureTrailers: .futureTrailersDrop
        }
    }
}

extension Answer {
    init(_ result: Result<[UInt8], StreamFailure>) {
        switch result {
        case .success(let bytes): self = .bytes(bytes)
        case .failure(let failure): self = .failure(failure)
        }
    }

    init(_ result: Result<UInt64, StreamFailure>) {
        switch result {
        case .success(let count): self = .number(count)
        case .failure(let failure): self = .failure(failure)
        }
    }

    init(_ failure: StreamFailure?) { self = failure.map { .failure($0) } ?? .none }

    init(_ instant: WallInstant) {
        self = .numbers([instant.seconds, UInt64(instant.nanoseconds)])
    }
}
