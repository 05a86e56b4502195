// What the C library knows of its heap.

#ifndef CHEAP_H
#define CHEAP_H

#include <stddef.h>

/// How many bytes of all arenas are allocated and not freed; what a thread has freed and keeps for
/// itself (a few KiB) counts among them.
size_t heap_allocated_bytes(void);

#endif
