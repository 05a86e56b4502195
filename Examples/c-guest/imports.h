// Bindings of wasi:io/poll and wasi:clocks/monotonic-clock for C, in the shape that wit-bindgen gives
// them: typed wrappers round the raw imports.
#ifndef IMPORTS_H
#define IMPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wasi_io_poll_own_pollable_t {
    int32_t __handle;
} wasi_io_poll_own_pollable_t;

typedef struct wasi_io_poll_borrow_pollable_t {
    int32_t __handle;
} wasi_io_poll_borrow_pollable_t;

typedef struct {
    wasi_io_poll_borrow_pollable_t *ptr;
    size_t len;
} wasi_io_poll_list_borrow_pollable_t;

typedef struct {
    uint32_t *ptr;
    size_t len;
} imports_list_u32_t;

bool wasi_io_poll_method_pollable_ready(wasi_io_poll_borrow_pollable_t self);
void wasi_io_poll_poll(wasi_io_poll_list_borrow_pollable_t *in, imports_list_u32_t *ret);
void wasi_io_poll_pollable_drop_own(wasi_io_poll_own_pollable_t handle);
wasi_io_poll_borrow_pollable_t wasi_io_poll_borrow_pollable(wasi_io_poll_own_pollable_t handle);

uint64_t wasi_clocks_monotonic_clock_now(void);
wasi_io_poll_own_pollable_t wasi_clocks_monotonic_clock_subscribe_duration(uint64_t when);

void imports_list_u32_free(imports_list_u32_t *list);

#endif
