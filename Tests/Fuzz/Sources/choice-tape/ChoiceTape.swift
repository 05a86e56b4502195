// Bytes answer every choice of hosts and executors, in every shipped scenario, by both shipped guests.

import CFuzzer
import PolluxScenario
import ScenarioGuest
import Tapes

private let tapes = Tapes(guests: [
    GuestProgram(name: "local", entry: LocalGuest.main),
    GuestProgram(name: "swift", entry: SwiftGuest.main),
])

/// Plays one input of libFuzzer's; ends the process where something does not hold.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafeRawPointer?, _ size: Int) -> CInt {
    tapes.play(data, size)
    return 0
}

/// Makes another input of one, in place; the result is its length.
@c public func LLVMFuzzerCustomMutator(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ capacity: Int, _ seed: UInt32
) -> Int {
    TapeMutator.mutate(data, size, capacity, seed: seed)
}

/// Makes an input of two; the result is its length.
@c public func LLVMFuzzerCustomCrossOver(
    _ a: UnsafePointer<UInt8>, _ sizeOfA: Int, _ b: UnsafePointer<UInt8>, _ sizeOfB: Int,
    _ result: UnsafeMutablePointer<UInt8>, _ capacity: Int, _ seed: UInt32
) -> Int {
    TapeMutator.splice(
        UnsafeBufferPointer(start: a, count: sizeOfA),
        UnsafeBufferPointer(start: b, count: sizeOfB), into: result, capacity, seed: seed)
}
