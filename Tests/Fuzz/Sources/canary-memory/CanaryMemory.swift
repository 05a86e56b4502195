// A read beyond a block's end that needs four bytes to be right: AddressSanitizer must report it.

import CFuzzer
import FuzzInput

/// Plays one input of libFuzzer's; ends the process where something does not hold.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafeRawPointer?, _ size: Int) -> CInt {
    var input = FuzzInput(data, size)
    guard input.byte() == 0x70, input.byte() == 0x6F, input.byte() == 0x6C else { return 0 }
    return fuzz_read_unchecked(UInt32(input.byte() & 15)) > 255 ? 1 : 0
}
