// The shipped scenarios by a guest with a fault: bytes that drive choices must find it by its order of
// events alone, as they would one in the shipped guests.

import CFuzzer
import PolluxScenario
import ScenarioGuest
import Tapes

private let tapes = Tapes(
    guests: [GuestProgram(name: "round", entry: RoundGuest.main)], areSound: false)

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
