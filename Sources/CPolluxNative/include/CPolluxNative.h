// What the native host needs of C: thread-local slots that Swift reads as ordinary calls, and the
// means to end a thread.

#ifndef CPOLLUX_NATIVE_H
#define CPOLLUX_NATIVE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The host of the guest that runs on this thread; null on every other thread.
extern _Thread_local void *_Nullable pollux_native_host __attribute__((visibility("hidden")));

static inline void *_Nullable pollux_native_get_host(void) { return pollux_native_host; }
static inline void pollux_native_set_host(void *_Nullable host) { pollux_native_host = host; }

/// The run that this thread's guest belongs to; null outside `Guest.run`.
extern _Thread_local void *_Nullable pollux_native_run __attribute__((visibility("hidden")));

static inline void *_Nullable pollux_native_get_run(void) { return pollux_native_run; }
static inline void pollux_native_set_run(void *_Nullable run) { pollux_native_run = run; }

/// Starts a detached thread that calls `body(context)`; `stack_size` 0 is the system's default.
/// Returns 0 or an errno value.
int pollux_native_start_thread(void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context,
                               size_t stack_size);

/// Sleeps for ever.
_Noreturn void pollux_native_park(void);

/// Whether a thread can end without returning to its frames; where not, it sleeps for ever instead.
bool pollux_native_can_exit_thread(void);

/// Ends the calling thread without returning to its frames.
_Noreturn void pollux_native_exit_thread(void);

/// A stack beside the calling thread's own.
typedef struct pollux_native_stack pollux_native_stack;

/// A stack of so many bytes, with a page before it that nobody can touch; null without memory.
pollux_native_stack *_Nullable pollux_native_stack_create(size_t size);
void pollux_native_stack_free(pollux_native_stack *_Nonnull stack);

/// Calls `body(context)` on the stack, on the calling thread, and comes back when it has returned: true;
/// or when somebody on the stack has left it: false. What stood on the stack is then forgotten; no
/// frame is unwound.
bool pollux_native_stack_run(pollux_native_stack *_Nonnull stack, void (*_Nonnull body)(void *_Nonnull),
                             void *_Nonnull context);

/// Leaves the stack that the caller runs on, for good.
_Noreturn void pollux_native_stack_leave(pollux_native_stack *_Nonnull stack);

/// Whether the caller is the process's main thread.
bool pollux_native_is_main_thread(void);

/// Ends the process with a status, after what C's streams still hold was written; runs no destructor
/// of the guest's.
_Noreturn void pollux_native_exit_process(int status);

/// Ends the process by SIGABRT.
_Noreturn void pollux_native_abort(void);

/// Writes bytes to stderr, whatever becomes of them.
void pollux_native_write_stderr(const char *_Nonnull bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
