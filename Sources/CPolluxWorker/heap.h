// The heap of a guest's library: emptied between runs, and checked.

#ifndef POLLUX_HEAP_H
#define POLLUX_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/// Blocks that the calling thread asks for come from the heap from here on, or from libc's again.
void pollux_heap_use(bool use);
/// Ends the process where a block was written over.
void pollux_heap_check(void);
/// Lets go of all blocks; memory is zero again.
void pollux_heap_empty(void);

// As libc's, but for blocks of the heap while it is used.
void *pollux_heap_malloc(size_t size);
void *pollux_heap_calloc(size_t count, size_t size);
void *pollux_heap_realloc(void *block, size_t size);
void *pollux_heap_reallocarray(void *block, size_t count, size_t size);
void pollux_heap_free(void *block);
void *pollux_heap_aligned_alloc(size_t align, size_t size);
int pollux_heap_posix_memalign(void **block, size_t align, size_t size);
size_t pollux_heap_usable_size(void *block);
char *pollux_heap_strdup(const char *text);
char *pollux_heap_strndup(const char *text, size_t most);
/// For the host: a list of the guest's.
void *pollux_heap_list(size_t align, size_t size);

#endif
