// What the headers of the imports share: the attribute that makes a declaration an import on wasm,
// and spelling for C++ and GCC.
#ifndef WASI_IMPORT_H
#define WASI_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Binds a declaration to an import of the component on wasm. Natively it is an ordinary C symbol,
/// which the native host defines.
#ifdef __wasm__
#define WASI_IMPORT(interface, function) \
    __attribute__((__import_module__(interface), __import_name__(function)))
#else
#define WASI_IMPORT(interface, function)
#endif

/// A layout that the canonical ABI fixes, checked wherever a header is compiled.
#ifdef __cplusplus
#define WASI_LAYOUT(condition) static_assert(condition, "not the canonical layout: " #condition)
#else
#define WASI_LAYOUT(condition) _Static_assert(condition, "not the canonical layout: " #condition)
#endif

#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
#define WASI_BEGIN_DECLS extern "C" {
#define WASI_END_DECLS }
#else
#define WASI_BEGIN_DECLS
#define WASI_END_DECLS
#endif

#endif
