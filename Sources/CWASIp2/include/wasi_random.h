// The imports of wasi:random@0.2.0 (random, insecure, insecure-seed) as C functions. How results and
// lists travel: wasi_io.h.
#ifndef WASI_RANDOM_H
#define WASI_RANDOM_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

/// `list<u8>`, so many random bytes.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_random_list_u8_t;

WASI_LAYOUT(sizeof(wasi_random_list_u8_t) == 2 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_random_list_u8_t, len) == sizeof(void *));

/// `tuple<u64, u64>`.
typedef struct {
    uint64_t first;
    uint64_t second;
} wasi_random_insecure_seed_t;

WASI_LAYOUT(sizeof(wasi_random_insecure_seed_t) == 16);
WASI_LAYOUT(offsetof(wasi_random_insecure_seed_t, second) == 8);

/// `random.get-random-bytes`: `len` (a u64) bytes that nobody can guess. Does not block. Traps when
/// the host does not give so many at once.
WASI_IMPORT("wasi:random/random@0.2.0", "get-random-bytes")
void __wasm_import_wasi_random_random_get_random_bytes(
    int64_t len, wasi_random_list_u8_t *_Nonnull ret);

/// `random.get-random-u64`: as the bits of a u64.
WASI_IMPORT("wasi:random/random@0.2.0", "get-random-u64")
int64_t __wasm_import_wasi_random_random_get_random_u64(void);

/// `insecure.get-insecure-random-bytes`: bytes that may be guessed. Traps as `get-random-bytes`.
WASI_IMPORT("wasi:random/insecure@0.2.0", "get-insecure-random-bytes")
void __wasm_import_wasi_random_insecure_get_insecure_random_bytes(
    int64_t len, wasi_random_list_u8_t *_Nonnull ret);

/// `insecure.get-insecure-random-u64`: as the bits of a u64.
WASI_IMPORT("wasi:random/insecure@0.2.0", "get-insecure-random-u64")
int64_t __wasm_import_wasi_random_insecure_get_insecure_random_u64(void);

/// `insecure-seed.insecure-seed`: a seed for hash tables, the same at every call.
WASI_IMPORT("wasi:random/insecure-seed@0.2.0", "insecure-seed")
void __wasm_import_wasi_random_insecure_seed_insecure_seed(
    wasi_random_insecure_seed_t *_Nonnull ret);

WASI_END_DECLS

#endif
