// A poll loop, as a program in C has one: no tasks, no futures, but watches. Each watch is called back
// once, when its pollable is ready.
#ifndef LOOP_H
#define LOOP_H

#include "imports.h"

typedef struct loop loop_t;
typedef struct watch watch_t;
typedef void (*loop_callback_t)(void *context);

/// A loop without watches.
loop_t *loop_new(void);

/// Frees the loop; the watches that are left do not call back.
void loop_free(loop_t *loop);

/// Calls back when the pollable is ready. It stays the caller's and must outlive the watch, which is
/// over once it has called back.
watch_t *loop_watch(loop_t *loop, wasi_io_poll_borrow_pollable_t pollable,
                    loop_callback_t callback, void *context);

/// Calls back after so many ns, by a pollable of the loop's own.
watch_t *loop_after(loop_t *loop, uint64_t duration, loop_callback_t callback, void *context);

/// Calls back behind those that are due already.
watch_t *loop_soon(loop_t *loop, loop_callback_t callback, void *context);

/// The watch does not call back any more.
void loop_forget(loop_t *loop, watch_t *watch);

/// Calls back whoever is due, one after the other, and polls where nobody is, or now and then, until
/// `is_over` is set or no watch is left.
void loop_run(loop_t *loop, const bool *is_over);

#endif
