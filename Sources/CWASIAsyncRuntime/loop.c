// The slot of the calling thread's event loop, and the lock of what loops share.
#include "CWASIAsyncRuntime.h"

_Thread_local void *wasi_async_loop;

#ifdef __wasm__
void wasi_async_lock(void) {}
void wasi_async_unlock(void) {}
#else
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void wasi_async_lock(void) { pthread_mutex_lock(&mutex); }
void wasi_async_unlock(void) { pthread_mutex_unlock(&mutex); }
#endif
