// The default `cabi_realloc`: plain `realloc`, except for the one block a thread may have armed.
#include "cabi_realloc.h"

#ifdef __wasm__
void *realloc(void *, size_t);
void free(void *);
#define PER_THREAD
#define EXPORTED __attribute__((__export_name__("cabi_realloc")))
#define OUT_OF_MEMORY() __builtin_trap()
#else
#include <stdlib.h>
#define PER_THREAD _Thread_local
#define EXPORTED
#define OUT_OF_MEMORY() abort()
#endif

static PER_THREAD struct {
    void *armed;  // offered to the next allocation
    void *taken;  // handed out since it was armed
    size_t size;
} scratch;

void cwasip2_scratch_arm(void *block, size_t size) {
    scratch.armed = block;
    scratch.taken = NULL;
    scratch.size = size;
}

void cwasip2_scratch_disarm(void) {
    scratch.armed = NULL;
    scratch.taken = NULL;
    scratch.size = 0;
}

#ifndef __wasm__
static PER_THREAD void *(*allocator)(size_t align, size_t size);

void cwasip2_set_allocator(void *(*replacement)(size_t align, size_t size)) {
    allocator = replacement;
}
#endif

EXPORTED __attribute__((__weak__))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
    if (new_size == 0) return (void *)align;

    if (old == NULL && scratch.armed != NULL && new_size <= scratch.size
        && (uintptr_t)scratch.armed % align == 0) {
        scratch.taken = scratch.armed;
        scratch.armed = NULL;
        return scratch.taken;
    }

#ifndef __wasm__
    if (old == NULL && allocator != NULL) return allocator(align, new_size);
#endif

    // The block did not come from the heap: it grows in place as far as it reaches, then moves.
    bool isScratch = old != NULL && old == scratch.taken;
    if (isScratch && new_size <= scratch.size) return old;

    void *new = realloc(isScratch ? NULL : old, new_size);
    if (new == NULL) OUT_OF_MEMORY();
    if (isScratch) __builtin_memcpy(new, old, old_size);
    return new;
}

void cwasip2_free(void *block) { free(block); }
