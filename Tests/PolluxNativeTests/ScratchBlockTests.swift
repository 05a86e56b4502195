// The block that a thread offers to the next allocation of a result.

import CWASIp2
import Glibc
import Testing

@Suite struct ScratchBlockTests {
    @Test func `without a block, memory comes from the heap`() {
        let memory = cabi_realloc(nil, 0, 4, 64)
        memory.storeBytes(of: 7, as: UInt32.self)
        let larger = cabi_realloc(memory, 64, 4, 4_096)
        #expect(larger.load(as: UInt32.self) == 7)
        free(larger)
    }

    @Test func `an allocation of nothing gives an aligned address and takes no block`() {
        withBlock(64) { block in
            #expect(UInt(bitPattern: cabi_realloc(nil, 0, 8, 0)) == 8)
            #expect(cabi_realloc(nil, 0, 4, 64) == block)
        }
    }

    @Test func `an allocation that fits gets the block, a second one does not`() {
        withBlock(64) { block in
            #expect(cabi_realloc(nil, 0, 4, 64) == block)
            let second = cabi_realloc(nil, 0, 4, 8)
            #expect(second != block)
            free(second)
        }
    }

    @Test func `an allocation that is too large leaves the block to a later one`() {
        withBlock(64) { block in
            let large = cabi_realloc(nil, 0, 4, 65)
            #expect(large != block)
            #expect(cabi_realloc(nil, 0, 4, 8) == block)
            free(large)
        }
    }

    @Test func `an allocation of a wider alignment than the block's does not get it`() {
        withBlock(64, at: 4) { block in
            let memory = cabi_realloc(nil, 0, 8, 8)
            #expect(memory != block)
            #expect(cabi_realloc(nil, 0, 4, 8) == block)
            free(memory)
        }
    }

    @Test func `a block that is withdrawn goes to nobody`() {
        withBlock(64) { block in
            cwasip2_scratch_disarm()
            let memory = cabi_realloc(nil, 0, 4, 8)
            #expect(memory != block)
            free(memory)
        }
    }

    @Test func `a taken block grows in place as far as it reaches`() {
        withBlock(64) { block in
            #expect(cabi_realloc(nil, 0, 4, 8) == block)
            #expect(cabi_realloc(block, 8, 4, 64) == block)
        }
    }

    @Test func `a taken block that outgrows its room moves with what it holds`() {
        withBlock(64) { block in
            let memory = cabi_realloc(nil, 0, 4, 8)
            memory.storeBytes(of: 0x0102_0304_0506_0708, as: UInt64.self)
            let moved = cabi_realloc(memory, 8, 4, 4_096)
            #expect(moved != block)
            #expect(moved.load(as: UInt64.self) == 0x0102_0304_0506_0708)
            free(moved)
        }
    }

    @Test func `a heap block that grows does not take the armed one`() {
        let memory = cabi_realloc(nil, 0, 4, 8)
        withBlock(64) { block in
            let larger = cabi_realloc(memory, 8, 4, 16)
            #expect(larger != block)
            #expect(cabi_realloc(nil, 0, 4, 8) == block)
            free(larger)
        }
    }

    /// Arms a block of `size` bytes at `offset` from a 16-byte boundary, for the length of `body`.
    private func withBlock(
        _ size: Int, at offset: Int = 0, _ body: (UnsafeMutableRawPointer) -> Void
    ) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size + offset, alignment: 16)
        let block = memory + offset
        cwasip2_scratch_arm(block, size)
        body(block)
        cwasip2_scratch_disarm()
        memory.deallocate()
    }
}
