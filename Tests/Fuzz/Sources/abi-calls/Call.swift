// One call of an import, with the arguments that the canonical ABI passes.

import FuzzInput
import PolluxHost

/// A call of any import; handles, lengths and discriminants may be anything.
enum Call {
    case poll([Int32])
    case ready(Int32)
    case block(Int32)
    case drop(Int32, ResourceKind)
    case debugString(Int32)

    case read(Int32, UInt64)
    case blockingRead(Int32, UInt64)
    case skip(Int32, UInt64)
    case blockingSkip(Int32, UInt64)
    case subscribeInput(Int32)

    case checkWrite(Int32)
    case write(Int32, [UInt8])
    case blockingWriteAndFlush(Int32, [UInt8])
    case flush(Int32)
    case blockingFlush(Int32)
    case subscribeOutput(Int32)
    case writeZeroes(Int32, UInt64)
    case blockingWriteZeroesAndFlush(Int32, UInt64)
    case splice(Int32, Int32, UInt64)
    case blockingSplice(Int32, Int32, UInt64)

    case now, resolution, wallNow, wallResolution
    case subscribeInstant(UInt64)
    case subscribeDuration(UInt64)

    case arguments, variables, initialDirectory
    case exit(Int32)
    case standard(StandardStream)
    case terminal(StandardStream)

    case randomBytes(UInt64)
    case randomInteger
    case insecureBytes(UInt64)
    case insecureInteger
    case insecureSeed

    /// A list that cannot be: null, off its alignment, or too long. No memory is read by it.
    case impossiblePoll(address: UInt, count: Int)
    case impossibleWrite(Int32, address: UInt, count: Int)
    case impossibleBlockingWrite(Int32, address: UInt, count: Int)

    /// Reads the next call; `handles` are those that were ever given out.
    init(_ input: inout FuzzInput, handles: [Int32]) {
        func handle(_ input: inout FuzzInput) -> Int32 {
            let byte = input.byte()
            if byte < 224, !handles.isEmpty {
                // The youngest first: byte 0 is the handle given out last.
                return handles[handles.count - 1 - Int(byte) % handles.count]
            }
            let odd: [Int32] = [0, -1, 1, .max, .min, 99, 100]
            let place = Int(byte) % (odd.count + 1)
            return place < odd.count ? odd[place] : Int32(truncatingIfNeeded: input.word())
        }
        func bytes(_ input: inout FuzzInput) -> [UInt8] {
            let count = Int(min(input.length(), 5_000))
            return (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        }
        func random(_ input: inout FuzzInput) -> UInt64 {
            let count = input.length()
            // Up to the bound, which is 64 MiB, is only slow.
            return count > WASIHost.mostRandomBytes ? count : min(count, 1_000)
        }
        func duration(_ input: inout FuzzInput) -> UInt64 {
            let byte = input.byte()
            return byte < 192 ? UInt64(byte) : input.length()
        }
        func kind(_ input: inout FuzzInput) -> ResourceKind {
            ResourceKind.allCases[input.below(ResourceKind.allCases.count)]
        }
        func stream(_ input: inout FuzzInput) -> StandardStream {
            StandardStream.allCases[input.below(3)]
        }
        switch input.below(43) {
        case 0, 1: self = .poll((0..<input.below(9)).map { _ in handle(&input) })
        case 2: self = .ready(handle(&input))
        case 3: self = .block(handle(&input))
        case 4, 5: self = .drop(handle(&input), kind(&input))
        case 6: self = .debugString(handle(&input))
        case 7: self = .read(handle(&input), input.length())
        case 8: self = .blockingRead(handle(&input), input.length())
        case 9: self = .skip(handle(&input), input.length())
        case 10: self = .blockingSkip(handle(&input), input.length())
        case 11, 12: self = .subscribeInput(handle(&input))
        case 13: self = .checkWrite(handle(&input))
        case 14: self = .write(handle(&input), bytes(&input))
        case 15: self = .blockingWriteAndFlush(handle(&input), bytes(&input))
        case 16: self = .flush(handle(&input))
        case 17: self = .blockingFlush(handle(&input))
        case 18, 19: self = .subscribeOutput(handle(&input))
        case 20: self = .writeZeroes(handle(&input), input.length())
        case 21: self = .blockingWriteZeroesAndFlush(handle(&input), input.length())
        case 22: self = .splice(handle(&input), handle(&input), input.length())
        case 23: self = .blockingSplice(handle(&input), handle(&input), input.length())
        case 24: self = .now
        case 25: self = .resolution
        case 26: self = .wallNow
        case 27: self = .wallResolution
        case 28: self = .subscribeInstant(1_000_000_000 &+ duration(&input))
        case 29: self = .subscribeDuration(duration(&input))
        case 30: self = .arguments
        case 31: self = .variables
        case 32: self = .initialDirectory
        case 33: self = .exit(Int32(truncatingIfNeeded: input.length()))
        case 34: self = .standard(stream(&input))
        case 35: self = .terminal(stream(&input))
        case 36: self = .randomBytes(random(&input))
        case 37: self = .randomInteger
        case 38: self = .insecureBytes(random(&input))
        case 39: self = .insecureInteger
        case 40: self = .insecureSeed
        case 41: self = Self.impossibleList(&input, handle(&input))
        default: self = .subscribeInput(handle(&input))
        }
    }

    private static func impossibleList(_ input: inout FuzzInput, _ handle: Int32) -> Call {
        let isPoll = input.below(2) == 0
        let isBlocking = input.below(2) == 0
        let longest = isPoll ? ((1 << 28) - 1) / 4 : (1 << 28) - 1
        let address: UInt
        let count: Int
        switch input.below(4) {
        case 0: (address, count) = (0, 1 + input.below(255))
        case 1: (address, count) = (4_096, longest + 1 + Int(min(input.length(), 1 << 60)))
        case 2: (address, count) = (4_096, -1 - Int(min(input.length(), 1 << 60)))
        // Only a list of handles has an alignment.
        default: (address, count) = (isPoll ? 4_097 : 0, 1)
        }
        if isPoll { return .impossiblePoll(address: address, count: count) }
        return isBlocking
            ? .impossibleBlockingWrite(handle, address: address, count: count)
            : .impossibleWrite(handle, address: address, count: count)
    }
}

/// What a call came to, however it was made.
enum Answer: Equatable {
    case none
    case number(UInt64)
    case numbers([UInt64])
    case indices([UInt32])
    case bytes([UInt8])
    case strings([String])
    /// A handle that the guest owns from now on.
    case handle(Int32, ResourceKind)
    case failure(StreamFailure)
}
