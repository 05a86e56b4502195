// A heap that is emptied at once: every block lies behind the one before, in one stretch of memory.
//
// What a run leaves behind is gone in the next one, whose blocks stand at the same addresses and are
// zero. Each block has a mark before and behind it, so writing over its end, freeing it twice or
// freeing what is no block is found, at the latest when the run is over; the process then ends as
// libc would end it.

#define _GNU_SOURCE
#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE ((size_t)4 << 30)
/// Where the heap is, so that the addresses of blocks are the same in each process.
#define PLACE ((void *)0x2a0000000000)
/// More than this is given back to the system rather than zeroed.
#define MOST_ZEROED ((size_t)256 << 10)
#define LIVE UINT64_C(0x6c6976652d626c6b)
#define FREE UINT64_C(0x667265652d626c6b)
#define MARK 0xa5

struct block {
    /// Bytes that were asked for, and that there are with the marks behind them.
    uint64_t size, room;
    /// The block before, as bytes back; 0 for the first.
    uint64_t back;
    uint64_t state;
};

static uint8_t *start;
static size_t used;
static size_t last; // the place of the last block, from 1; 0 for none
static _Thread_local bool is_used;
/// Free blocks by their room: in steps of 16 bytes, then in powers of two.
#define STEPS 64
static struct block *free_blocks[STEPS + 64];

void pollux_heap_use(bool use) {
    is_used = use;
    if (start != NULL) return;
    start = mmap(PLACE, SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (start == MAP_FAILED)
        start = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) abort();
}

static bool is_ours(const void *block) {
    return start != NULL && (const uint8_t *)block >= start && (const uint8_t *)block < start + SIZE;
}

static _Noreturn void complain(const char *what, const struct block *block) {
    char text[160];
    int length = block == NULL
        ? snprintf(text, sizeof text, "pollux: heap: %s\n", what)
        : snprintf(text, sizeof text, "pollux: heap: a block of %llu bytes %s\n",
                   (unsigned long long)block->size, what);
    if (write(2, text, (size_t)length) < 0) {}
    abort();
}

static uint8_t *bytes(struct block *block) { return (uint8_t *)(block + 1); }

static void check(struct block *block) {
    if (block->state != LIVE && block->state != FREE)
        complain("something wrote over the beginning of a block", NULL);
    if (block->state == FREE) return;
    for (uint64_t place = block->size; place < block->room; place++)
        if (bytes(block)[place] != MARK) complain("was written over behind its end", block);
}

void pollux_heap_check(void) {
    if (last == 0) return;
    struct block *block = (struct block *)(void *)(start + last - 1);
    for (;;) {
        check(block);
        if (block->back == 0) return;
        if (block->back > (uint64_t)((uint8_t *)block - start))
            complain("something wrote over the beginning of a block", NULL);
        block = (struct block *)(void *)((uint8_t *)block - block->back);
    }
}

void pollux_heap_empty(void) {
    if (used > MOST_ZEROED) {
        madvise(start, used, MADV_DONTNEED);
    } else if (used > 0) {
        memset(start, 0, used);
    }
    if (used > 0) memset(free_blocks, 0, sizeof free_blocks);
    used = 0;
    last = 0;
}

static size_t step(size_t room) {
    if (room / 16 < STEPS) return room / 16;
    return STEPS + (size_t)(63 - __builtin_clzll(room));
}

static void *allocate(size_t align, size_t size) {
    if (size > SIZE / 2) return NULL;
    size_t room = (size + 8 + 15) & ~(size_t)15;
    if (room / 16 >= STEPS) room = (size_t)1 << (64 - __builtin_clzll(room - 1));
    struct block **list = &free_blocks[step(room)];
    struct block *block = *list;
    if (block != NULL && align <= 16) {
        *list = *(struct block **)(void *)bytes(block);
    } else {
        if (align < 16) align = 16;
        size_t place = ((used + sizeof *block + align - 1) & ~(align - 1)) - sizeof *block;
        if (place + sizeof *block + room > SIZE) return NULL;
        block = (struct block *)(void *)(start + place);
        block->room = room;
        block->back = last == 0 ? 0 : place - (last - 1);
        last = place + 1;
        used = place + sizeof *block + room;
    }
    block->size = size;
    block->state = LIVE;
    memset(bytes(block) + size, MARK, block->room - size);
    return bytes(block);
}

static struct block *block_of(void *pointer, const char *what) {
    struct block *block = (struct block *)pointer - 1;
    if ((uintptr_t)pointer % 16 != 0 || !is_ours(block) || (block->state != LIVE && block->state != FREE))
        complain(what, NULL);
    if (block->state == FREE) complain("was freed before", block);
    check(block);
    return block;
}

void *pollux_heap_malloc(size_t size) {
    if (!is_used) return malloc(size);
    void *block = allocate(16, size);
    if (block == NULL) errno = ENOMEM;
    return block;
}

void *pollux_heap_calloc(size_t count, size_t size) {
    if (!is_used) return calloc(count, size);
    size_t total;
    void *block = __builtin_mul_overflow(count, size, &total) ? NULL : allocate(16, total);
    if (block == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    return memset(block, 0, total);
}

void pollux_heap_free(void *pointer) {
    if (pointer == NULL) return;
    if (!is_ours(pointer)) {
        // A block from before the first run stays for the runs to come, and libc's own are few.
        if (!is_used) free(pointer);
        return;
    }
    struct block *block = block_of(pointer, "something was freed that is no block");
    block->state = FREE;
    struct block **list = &free_blocks[step(block->room)];
    *(struct block **)(void *)bytes(block) = *list;
    *list = block;
}

void *pollux_heap_realloc(void *pointer, size_t size) {
    if (pointer == NULL) return pollux_heap_malloc(size);
    if (!is_ours(pointer)) {
        if (!is_used) return realloc(pointer, size);
        size_t old = malloc_usable_size(pointer);
        void *moved = pollux_heap_malloc(size);
        return moved == NULL ? NULL : memcpy(moved, pointer, old < size ? old : size);
    }
    if (size == 0) {
        pollux_heap_free(pointer);
        return NULL;
    }
    struct block *block = block_of(pointer, "something was resized that is no block");
    if (size + 8 <= block->room) {
        block->size = size;
        memset(bytes(block) + size, MARK, block->room - size);
        return pointer;
    }
    void *moved = allocate(16, size);
    if (moved == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    memcpy(moved, pointer, block->size < size ? block->size : size);
    pollux_heap_free(pointer);
    return moved;
}

void *pollux_heap_reallocarray(void *block, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return pollux_heap_realloc(block, total);
}

void *pollux_heap_aligned_alloc(size_t align, size_t size) {
    if (!is_used) return aligned_alloc(align, size);
    void *block = align != 0 && (align & (align - 1)) == 0 ? allocate(align, size) : NULL;
    if (block == NULL) errno = ENOMEM;
    return block;
}

int pollux_heap_posix_memalign(void **block, size_t align, size_t size) {
    if (!is_used) return posix_memalign(block, align, size);
    if (align < sizeof(void *) || (align & (align - 1)) != 0) return EINVAL;
    void *new = allocate(align, size);
    if (new == NULL) return ENOMEM;
    *block = new;
    return 0;
}

size_t pollux_heap_usable_size(void *pointer) {
    if (pointer == NULL || !is_ours(pointer)) return malloc_usable_size(pointer);
    return (size_t)block_of(pointer, "something was asked about that is no block")->size;
}

char *pollux_heap_strndup(const char *text, size_t most) {
    size_t length = strnlen(text, most);
    char *copy = pollux_heap_malloc(length + 1);
    if (copy == NULL) return NULL;
    copy[length] = 0;
    return memcpy(copy, text, length);
}

char *pollux_heap_strdup(const char *text) { return pollux_heap_strndup(text, SIZE_MAX); }

void *pollux_heap_list(size_t align, size_t size) {
    void *list = is_used ? allocate(align, size) : malloc(size);
    if (list == NULL) complain("no memory is left", NULL);
    return list;
}
