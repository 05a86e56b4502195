// The WASI 0.2 imports as C symbols, named as wit-bindgen's C bindings name them, and the three
// functions a guest brings along.
#ifndef CWASIP2_H
#define CWASIP2_H

#include "cabi_realloc.h"
#include "wasi_cli.h"
#include "wasi_clocks.h"
#include "wasi_http.h"
#include "wasi_import.h"
#include "wasi_io.h"
#include "wasi_random.h"
#include "wasi_sockets.h"
#include "wasip2_real_time.h"
#include "wasip2_unreachable.h"

#endif
