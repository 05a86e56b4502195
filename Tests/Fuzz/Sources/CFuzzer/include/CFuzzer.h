// What libFuzzer offers to a target, and is not in any header of the toolchain.
#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's own mutation, for a custom mutator to fall back on.
size_t LLVMFuzzerMutate(uint8_t *_Nonnull data, size_t size, size_t max_size);

/// Notes that the run in progress showed this: an input that shows something new is kept, as one that
/// reaches new code is. Any number; numbers that are equal modulo 65,536 are one.
void fuzz_note(uint32_t feature);

/// Reads one byte at `place` of a block of 8 on the heap, without a look at `place`. For the canary.
uint8_t fuzz_read_unchecked(uint32_t place);

#endif
