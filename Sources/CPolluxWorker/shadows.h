// What a guest's library gets in place of libc's functions.

#ifndef POLLUX_SHADOWS_H
#define POLLUX_SHADOWS_H

#include <stdbool.h>
#include <stdint.h>

/// What takes the place of a function of libc's; 0 where nothing does.
/// @param heap also that of the heap's.
uintptr_t pollux_shadow(const char *name, bool heap);
/// Functions lead to the calling thread's host from here on, or to libc again.
void pollux_shadows_use(bool use);

#endif
