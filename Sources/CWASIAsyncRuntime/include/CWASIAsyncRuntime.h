// The one thread-local of WASIAsyncRuntime, which Swift reads as an ordinary call, and its one lock.
// In a component, which has one thread, the one is a plain global and the other nothing.
#ifndef CWASI_ASYNC_RUNTIME_H
#define CWASI_ASYNC_RUNTIME_H

#ifndef __clang__
#define _Nullable
#endif

/// The event loop of the `blockOn` in progress on this thread; null outside.
extern _Thread_local void *_Nullable wasi_async_loop __attribute__((visibility("hidden")));

static inline void *_Nullable wasi_async_get_loop(void) { return wasi_async_loop; }
static inline void wasi_async_set_loop(void *_Nullable loop) { wasi_async_loop = loop; }

/// The lock of what several threads share; a pthread mutex, which ThreadSanitizer can follow.
void wasi_async_lock(void);
void wasi_async_unlock(void);

#endif
