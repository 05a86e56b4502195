// The slot of the calling thread's event loop.
#include "CWASIAsyncRuntime.h"

_Thread_local void *wasi_async_loop;
