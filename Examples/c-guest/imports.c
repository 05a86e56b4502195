#include "imports.h"

#include <stdlib.h>

__attribute__((__import_module__("wasi:io/poll@0.2.0"), __import_name__("[method]pollable.ready")))
extern int32_t __wasm_import_wasi_io_poll_method_pollable_ready(int32_t);

__attribute__((__import_module__("wasi:io/poll@0.2.0"), __import_name__("poll")))
extern void __wasm_import_wasi_io_poll_poll(uint8_t *, size_t, uint8_t *);

__attribute__((__import_module__("wasi:io/poll@0.2.0"), __import_name__("[resource-drop]pollable")))
extern void __wasm_import_wasi_io_poll_pollable_drop(int32_t handle);

__attribute__((__import_module__("wasi:clocks/monotonic-clock@0.2.0"), __import_name__("now")))
extern int64_t __wasm_import_wasi_clocks_monotonic_clock_now(void);

__attribute__((__import_module__("wasi:clocks/monotonic-clock@0.2.0"),
               __import_name__("subscribe-duration")))
extern int32_t __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(int64_t);

bool wasi_io_poll_method_pollable_ready(wasi_io_poll_borrow_pollable_t self) {
    return __wasm_import_wasi_io_poll_method_pollable_ready(self.__handle);
}

void wasi_io_poll_poll(wasi_io_poll_list_borrow_pollable_t *in, imports_list_u32_t *ret) {
    __attribute__((__aligned__(sizeof(void *)))) uint8_t ret_area[2 * sizeof(void *)];
    __wasm_import_wasi_io_poll_poll((uint8_t *)in->ptr, in->len, ret_area);
    *ret = (imports_list_u32_t){*(uint32_t **)ret_area, *(size_t *)(ret_area + sizeof(void *))};
}

void wasi_io_poll_pollable_drop_own(wasi_io_poll_own_pollable_t handle) {
    __wasm_import_wasi_io_poll_pollable_drop(handle.__handle);
}

wasi_io_poll_borrow_pollable_t wasi_io_poll_borrow_pollable(wasi_io_poll_own_pollable_t handle) {
    return (wasi_io_poll_borrow_pollable_t){handle.__handle};
}

uint64_t wasi_clocks_monotonic_clock_now(void) {
    return (uint64_t)__wasm_import_wasi_clocks_monotonic_clock_now();
}

wasi_io_poll_own_pollable_t wasi_clocks_monotonic_clock_subscribe_duration(uint64_t when) {
    return (wasi_io_poll_own_pollable_t){
        __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration((int64_t)when)};
}

void imports_list_u32_free(imports_list_u32_t *list) {
    if (list->len > 0) free(list->ptr);
}

__attribute__((__weak__, __export_name__("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
    (void)old_size;
    if (new_size == 0) return (void *)align;
    void *block = realloc(old, new_size);
    if (block == NULL) abort();
    return block;
}

// On wasm this draws in the object that describes the component's types.
extern void __component_type_object_force_link_imports(void);
void __component_type_object_force_link_imports_public_use_in_this_compilation_unit(void) {
    __component_type_object_force_link_imports();
}
