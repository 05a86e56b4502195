// The little of libc that Embedded Swift asks for, for a wasm32 module that has none: an allocator
// and the memory functions. No imports.
#include <stddef.h>
#include <stdint.h>

// MARK: Allocation
//
// Blocks are powers of two, cut from the end of the heap and kept in one free list for each size.
// Nothing is merged or given back: enough for a guest whose sizes repeat.

enum { GRAIN = 16, PAGE = 65536 };

/// Stands before what the caller gets.
struct header {
    void *start;
    size_t order;
};
_Static_assert(sizeof(struct header) <= GRAIN, "a header fits one grain");

extern char __heap_base;
static uintptr_t heap_end;
static void *free_blocks[32];

static void *take(size_t order) {
    void *block = free_blocks[order];
    if (block != NULL) {
        free_blocks[order] = *(void **)block;
        return block;
    }
    if (heap_end == 0) heap_end = ((uintptr_t)&__heap_base + GRAIN - 1) & -(uintptr_t)GRAIN;
    uintptr_t start = heap_end, end = start + ((size_t)1 << order);
    size_t have = (size_t)__builtin_wasm_memory_size(0) * PAGE;
    if (end < start) return NULL;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + PAGE - 1) / PAGE) == (size_t)-1) {
        return NULL;
    }
    heap_end = end;
    return (void *)start;
}

static void *allocate(size_t align, size_t size) {
    if (align < GRAIN) align = GRAIN;
    size_t whole = size + align;
    if (whole < size || whole > (size_t)1 << 30) return NULL;
    size_t order = 32 - __builtin_clz(whole - 1);
    void *start = take(order);
    if (start == NULL) return NULL;
    uintptr_t result = ((uintptr_t)start + GRAIN + align - 1) & -(uintptr_t)align;
    ((struct header *)result)[-1] = (struct header){start, order};
    return (void *)result;
}

void free(void *block) {
    if (block == NULL) return;
    struct header header = ((struct header *)block)[-1];
    *(void **)header.start = free_blocks[header.order];
    free_blocks[header.order] = header.start;
}

void *malloc(size_t size) { return allocate(GRAIN, size); }

int posix_memalign(void **result, size_t align, size_t size) {
    *result = allocate(align, size);
    return *result == NULL ? 12 /* ENOMEM */ : 0;
}

void *memmove(void *, const void *, size_t);

void *realloc(void *old, size_t size) {
    void *new = malloc(size);
    if (new == NULL || old == NULL) return new;
    struct header header = ((struct header *)old)[-1];
    size_t room = (uintptr_t)header.start + ((size_t)1 << header.order) - (uintptr_t)old;
    memmove(new, old, room < size ? room : size);
    free(old);
    return new;
}

// MARK: Memory

void *memset(void *block, int byte, size_t size) {
    for (unsigned char *p = block; size > 0; size -= 1) *p++ = (unsigned char)byte;
    return block;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    unsigned char *t = to;
    for (const unsigned char *f = from; size > 0; size -= 1) *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    unsigned char *t = to;
    const unsigned char *f = from;
    if (t <= f) return memcpy(to, from, size);
    while (size > 0) {
        size -= 1;
        t[size] = f[size];
    }
    return to;
}

// MARK: The rest

_Noreturn void abort(void) { __builtin_trap(); }
