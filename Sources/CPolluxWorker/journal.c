// Writes a guest's calls down on their way to the host, and makes them again elsewhere.

#define _GNU_SOURCE
#include "CPolluxWorker.h"
#include "CWASIp2.h"
#include "imports.h"
#include "journal.h"
#include "pollux_harness.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/// As many arguments as any import has, flat.
#define MOST_ARGUMENTS 16
typedef uint64_t (*import_function)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                    uint64_t, uint64_t, uint64_t, uint64_t);

struct import {
    const char *name;
    const char *signature;
    import_function function;
};

// The one that is called without a prefix.
#define __wasm_import_wasip2_unreachable wasip2_unreachable

static const struct import imports[] = {
#define X(name, signature) \
    {"__wasm_import_" #name, signature, (import_function)(uintptr_t)&__wasm_import_##name},
    POLLUX_IMPORTS(X)
#undef X
    {NULL, NULL, NULL},
};

const char *pollux_import_name(int index) {
    if (index == IMPORT_wasip2_unreachable) return "wasip2_unreachable";
    return index >= 0 && index < IMPORT_COUNT ? imports[index].name : NULL;
}

// MARK: The memory

const size_t pollux_journal_size = 64 << 20;
#define RECORDS 4096

pollux_journal *pollux_journal_open(int descriptor) {
    void *memory = mmap(NULL, pollux_journal_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

pollux_journal *pollux_journal_create(int *descriptor) {
    *descriptor = memfd_create("pollux-journal", MFD_CLOEXEC);
    if (*descriptor < 0) return NULL;
    pollux_journal *journal =
        ftruncate(*descriptor, (off_t)pollux_journal_size) == 0 ? pollux_journal_open(*descriptor) : NULL;
    if (journal == NULL) close(*descriptor);
    return journal;
}

void pollux_journal_close(pollux_journal *journal) { munmap(journal, pollux_journal_size); }

uint64_t pollux_journal_used(const pollux_journal *journal) {
    return atomic_load_explicit(&journal->used, memory_order_acquire);
}

int32_t pollux_journal_process(const pollux_journal *journal) { return atomic_load(&journal->process); }

/// What a thread needs to make calls again.
struct again {
    /// A copy of the records.
    uint8_t *records;
    size_t room;
    /// What calls gave, which nobody reads.
    uint8_t *answers;
    size_t used;
};
static pthread_key_t again_key;
static pthread_once_t again_once = PTHREAD_ONCE_INIT;

static void forget(void *value) {
    struct again *again = value;
    free(again->records);
    free(again->answers);
    free(again);
}

static void make_key(void) {
    if (pthread_key_create(&again_key, forget) != 0) abort();
}

/// The calling thread's; it goes with the thread.
static struct again *again(void) {
    pthread_once(&again_once, make_key);
    struct again *mine = pthread_getspecific(again_key);
    if (mine != NULL) return mine;
    mine = calloc(1, sizeof *mine);
    if (mine == NULL || pthread_setspecific(again_key, mine) != 0) abort();
    return mine;
}

const uint8_t *pollux_journal_copy(const pollux_journal *journal) {
    struct again *mine = again();
    size_t size = pollux_journal_used(journal) + 8;
    if (mine->room < size) {
        free(mine->records);
        mine->room = size * 2;
        mine->records = malloc(mine->room);
        if (mine->records == NULL) abort();
    }
    memcpy(mine->records, (const uint8_t *)journal + RECORDS, size - 8);
    return mine->records;
}

// MARK: Records

/// One call. Behind it its arguments but for the return area, 8 bytes each, and then the bytes of its
/// lists, up to a multiple of 8.
struct record {
    uint16_t import;
    /// A bit for each list, in order: whether its bytes follow. Not those of one that the host refuses
    /// unseen.
    uint16_t lists;
    uint32_t list_size;
};

static pollux_journal *journal;

void pollux_journal_begin(pollux_journal *shared) {
    journal = shared;
    atomic_store_explicit(&shared->used, 0, memory_order_release);
    atomic_store_explicit(&shared->is_running, 1, memory_order_release);
}

void pollux_journal_end(pollux_journal *shared) {
    journal = NULL;
    atomic_store_explicit(&shared->is_running, 0, memory_order_release);
}

/// The longest list that the host looks at, in bytes.
static const uint64_t longest_list = (1 << 28) - 1;

/// What a list has for elements, and where in each the address of bytes stands, with their number behind.
struct list_kind {
    size_t size, alignment;
    /// The host looks at no list with more elements.
    uint64_t most;
    int inner_count;
    size_t inner[2];
};

/// More datagrams than any permit allows.
#define MOST_DATAGRAMS 64

static struct list_kind kind_of(char letter) {
    switch (letter) {
        case 'd':
            return (struct list_kind){
                sizeof(wasi_sockets_outgoing_datagram_t), _Alignof(wasi_sockets_outgoing_datagram_t),
                MOST_DATAGRAMS, 1, {offsetof(wasi_sockets_outgoing_datagram_t, data)}};
        case 'f':
            return (struct list_kind){
                sizeof(wasi_http_field_t), _Alignof(wasi_http_field_t),
                longest_list / sizeof(wasi_http_field_t), 2,
                {offsetof(wasi_http_field_t, name), offsetof(wasi_http_field_t, value)}};
        case 'l':
            return (struct list_kind){
                sizeof(wasi_http_field_value_t), _Alignof(wasi_http_field_value_t),
                longest_list / sizeof(wasi_http_field_value_t), 1, {0}};
        case '4': return (struct list_kind){4, 4, longest_list / 4, 0, {0}};
        default: return (struct list_kind){1, 1, longest_list, 0, {0}};
    }
}

static bool is_list(struct list_kind kind, uint64_t address, uint64_t count) {
    return address != 0 && address % kind.alignment == 0 && count != 0 && count <= kind.most;
}

/// Bytes that an element of a list leads to.
struct inner {
    uint8_t *start;
    size_t count;
};

static struct inner inner_of(const uint8_t *list, struct list_kind kind, uint64_t element, int which) {
    struct inner inner;
    memcpy(&inner, list + element * kind.size + kind.inner[which], sizeof inner);
    if (!is_list(kind_of('1'), (uintptr_t)inner.start, inner.count)) inner.count = 0;
    return inner;
}

/// How many bytes the list is, with those that its elements lead to.
static uint64_t size_of_list(const uint8_t *list, struct list_kind kind, uint64_t count) {
    uint64_t size = count * kind.size;
    for (uint64_t i = 0; i < count && kind.inner_count > 0; i++) {
        for (int k = 0; k < kind.inner_count; k++) size += inner_of(list, kind, i, k).count;
    }
    return size;
}

/// Copies the list, and behind it what its elements lead to.
static uint8_t *copy_list(uint8_t *to, const uint8_t *list, struct list_kind kind, uint64_t count) {
    memcpy(to, list, count * kind.size);
    to += count * kind.size;
    for (uint64_t i = 0; i < count && kind.inner_count > 0; i++) {
        for (int k = 0; k < kind.inner_count; k++) {
            struct inner inner = inner_of(list, kind, i, k);
            if (inner.count > 0) memcpy(to, inner.start, inner.count);
            to += inner.count;
        }
    }
    return to;
}

/// Lets the elements of a copied list lead to the bytes behind it; those of the original were another
/// process's. Returns where these end.
static uint8_t *relocate(uint8_t *list, struct list_kind kind, uint64_t count) {
    uint8_t *next = list + count * kind.size;
    for (uint64_t i = 0; i < count && kind.inner_count > 0; i++) {
        for (int k = 0; k < kind.inner_count; k++) {
            struct inner inner = inner_of(list, kind, i, k);
            if (inner.count == 0) continue;
            memcpy(list + i * kind.size + kind.inner[k], &next, sizeof next);
            next += inner.count;
        }
    }
    return next;
}

/// As many lists as any import has.
#define MOST_LISTS 2

static void write_down(int index, const uint64_t *arguments) {
    uint64_t used = atomic_load_explicit(&journal->used, memory_order_relaxed);
    uint8_t *end = (uint8_t *)journal + RECORDS + used;
    struct record record = {(uint16_t)index, 0, 0};
    uint64_t kept[MOST_ARGUMENTS];
    int count = 0, list_count = 0;
    struct {
        const uint8_t *start;
        struct list_kind kind;
        uint64_t count;
    } lists[MOST_LISTS];
    uint64_t list_size = 0;
    for (const char *letter = imports[index].signature; *letter != 0; letter++) {
        uint64_t address, length;
        bool is_bytes = true;
        switch (*letter) {
            case 'r': arguments++; continue;
            case 'v': kept[count++] = *arguments++; continue;
            case 'o': {
                uint64_t tag = (uint32_t)*arguments++;
                kept[count++] = tag;
                address = *arguments++;
                length = *arguments++;
                is_bytes = tag == POLLUX_OUTCOME_BYTES || tag == POLLUX_OUTCOME_FAILED;
                break;
            }
            case 's':
                address = *arguments++;
                length = address == 0 ? 0 : strlen((const char *)(uintptr_t)address) + 1;
                break;
            default:
                address = *arguments++;
                length = *arguments++;
        }
        kept[count++] = address;
        kept[count++] = length;
        struct list_kind kind = kind_of(*letter);
        int number = list_count++;
        if (number >= MOST_LISTS) abort();
        lists[number].start = NULL;
        if (!is_bytes || !is_list(kind, address, length)) continue;
        record.lists |= (uint16_t)(1 << number);
        lists[number].start = (const uint8_t *)(uintptr_t)address;
        lists[number].kind = kind;
        lists[number].count = length;
        // Each begins at a multiple of 8.
        list_size += (size_of_list(lists[number].start, kind, length) + 7) & ~(uint64_t)7;
    }
    size_t fixed = sizeof record + (size_t)count * 8;
    size_t size = fixed + list_size;
    if (RECORDS + used + size > pollux_journal_size) {
        static const char text[] = "pollux: more host calls in one run than a journal holds\n";
        if (write(2, text, sizeof text - 1) < 0) {}
        abort();
    }
    record.list_size = (uint32_t)list_size;
    memcpy(end, &record, sizeof record);
    memcpy(end + sizeof record, kept, (size_t)count * 8);
    uint8_t *next = end + fixed;
    for (int number = 0; number < list_count; number++) {
        if (lists[number].start == NULL) continue;
        uint8_t *last = copy_list(next, lists[number].start, lists[number].kind, lists[number].count);
        next += ((size_t)(last - next) + 7) & ~(size_t)7;
    }
    atomic_store_explicit(&journal->used, used + size, memory_order_release);
}

static uint64_t forward(int index, const uint64_t *a) {
    if (journal != NULL) write_down(index, a);
    return imports[index].function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9],
                                     a[10], a[11], a[12], a[13], a[14], a[15]);
}

// What a library's imports lead to. An import with fewer arguments leaves the others as they are.
#define X(name, signature)                                                                       \
    static uint64_t call_##name(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,      \
                                uint64_t f, uint64_t g, uint64_t h, uint64_t i, uint64_t j,      \
                                uint64_t k, uint64_t l, uint64_t m, uint64_t n, uint64_t o,      \
                                uint64_t p) {                                                    \
        const uint64_t arguments[MOST_ARGUMENTS] = {a, b, c, d, e, f, g, h,                      \
                                                    i, j, k, l, m, n, o, p};                     \
        return forward(IMPORT_##name, arguments);                                                \
    }
POLLUX_IMPORTS(X)
#undef X

static const import_function calls[] = {
#define X(name, signature) call_##name,
    POLLUX_IMPORTS(X)
#undef X
};

uintptr_t pollux_import_address(int index) { return (uintptr_t)calls[index]; }

uint64_t pollux_import_call(int index, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return calls[index](a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

// MARK: Again

#define ANSWERS (1 << 20)

static void *answer(size_t align, size_t size) {
    struct again *mine = again();
    if (mine->answers == NULL) mine->answers = malloc(ANSWERS);
    size_t start = (mine->used + align - 1) & ~(align - 1);
    if (start + size > ANSWERS) start = 0; // what stood there was never read
    void *block = size > ANSWERS ? malloc(size) : mine->answers + start; // such a list is lost
    if (mine->answers == NULL || block == NULL) abort();
    mine->used = start + size > ANSWERS ? 0 : start + size;
    return block;
}

void pollux_journal_clear_replay(void) {
    cwasip2_set_allocator(NULL);
}

size_t pollux_journal_replay(const uint8_t *bytes) {
    static _Thread_local uint64_t area[64]; // no return area is larger
    struct record record;
    memcpy(&record, bytes, sizeof record);
    if (record.import >= IMPORT_COUNT) abort();
    const uint64_t *kept = (const uint64_t *)(const void *)(bytes + sizeof record);
    uint64_t a[MOST_ARGUMENTS] = {0};
    int count = 0, place = 0, list_count = 0;
    // Of each list: where its address stands among the arguments, and of what kind it is.
    int places[MOST_LISTS];
    char letters[MOST_LISTS];
    for (const char *letter = imports[record.import].signature; *letter != 0; letter++) {
        switch (*letter) {
            case 'r': a[place++] = (uint64_t)(uintptr_t)area; continue;
            case 'v': a[place++] = kept[count++]; continue;
            case 'o': a[place++] = kept[count++]; break;
            default: break;
        }
        if (list_count >= MOST_LISTS) abort();
        places[list_count] = place;
        letters[list_count++] = *letter;
        a[place++] = kept[count++];
        uint64_t length = kept[count++];
        if (*letter != 's') a[place++] = length;
    }
    size_t fixed = sizeof record + (size_t)count * 8;
    uint8_t *copy = NULL;
    if (record.lists != 0) {
        copy = malloc(record.list_size);
        if (copy == NULL) abort();
        memcpy(copy, bytes + fixed, record.list_size);
        uint8_t *next = copy;
        for (int number = 0; number < list_count; number++) {
            if ((record.lists & 1 << number) == 0) continue;
            a[places[number]] = (uint64_t)(uintptr_t)next;
            uint64_t length = letters[number] == 's' ? strlen((const char *)next) + 1
                                                     : a[places[number] + 1];
            uint8_t *last = relocate(next, kind_of(letters[number]), length);
            next += ((size_t)(last - next) + 7) & ~(size_t)7;
        }
    }
    cwasip2_set_allocator(answer);
    imports[record.import].function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9],
                                     a[10], a[11], a[12], a[13], a[14], a[15]);
    free(copy);
    return fixed + record.list_size;
}
