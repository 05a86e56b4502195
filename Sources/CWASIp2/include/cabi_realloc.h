// The guest's allocator for results, which the host calls, and a block that lets one such result
// need no allocation.
#ifndef CABI_REALLOC_H
#define CABI_REALLOC_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

/// Allocates what a result points to (`old` null), or resizes it. Blocks come from `realloc`, so
/// the caller frees them with `free`; a `new_size` of 0 gives a pointer that is not to be freed.
/// Does not return when memory is short.
///
/// Weak, as the one in wit-bindgen's bindings is. Which of two weak ones the linker keeps makes no
/// difference: without the block below, results are ordinary allocations.
void *_Nonnull cabi_realloc(void *_Nullable old, size_t old_size, size_t align, size_t new_size);

/// Offers `block` to the next allocation on this thread (`old` null) that fits it in size and
/// alignment. That one gets the block instead of memory from the heap; a later one does not. The
/// caller keeps the block, and after its call frees any result that does not lie in it.
void cwasip2_scratch_arm(void *_Nonnull block, size_t size);

/// Withdraws the block, taken or not. To be called before the block's memory ends.
void cwasip2_scratch_disarm(void);

/// `free`, for callers that see no libc: gives back what `cabi_realloc` took from the heap. Null is
/// fine.
void cwasip2_free(void *_Nullable block);

#ifndef __wasm__
/// Natively, for a host that knows where its guest's memory is: new blocks of this thread come from
/// `allocator`, which does not return null, until it is taken away with null.
void cwasip2_set_allocator(void *_Nonnull (*_Nullable allocator)(size_t align, size_t size));
#endif

WASI_END_DECLS

#endif
