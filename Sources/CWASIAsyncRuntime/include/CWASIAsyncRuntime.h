// The one thread-local of WASIAsyncRuntime, which Swift reads as an ordinary call. In a component,
// which has one thread, it is a plain global.
#ifndef CWASI_ASYNC_RUNTIME_H
#define CWASI_ASYNC_RUNTIME_H

#ifndef __clang__
#define _Nullable
#endif

/// The event loop of the `blockOn` in progress on this thread; null outside.
extern _Thread_local void *_Nullable wasi_async_loop __attribute__((visibility("hidden")));

static inline void *_Nullable wasi_async_get_loop(void) { return wasi_async_loop; }
static inline void wasi_async_set_loop(void *_Nullable loop) { wasi_async_loop = loop; }

#endif
