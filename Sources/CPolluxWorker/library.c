// A guest's shared library: loaded, led to our functions, and set back between runs.
//
// The library leaves its imports undefined. They get their addresses from a library without code that
// is made here, in memory, and loaded before: what executable this is, and what its linker exports,
// does not matter. Functions of libc are found before it, so the slots of those are rewritten after
// loading. Only the one file is treated so; other libraries that it brings along stay as they are.

#define _GNU_SOURCE
#include "CPolluxWorker.h"
#include "CWASIp2.h"
#include "heap.h"
#include "imports.h"
#include "shadows.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#define JUMP_SLOT R_X86_64_JUMP_SLOT
#define GLOBAL_DATA R_X86_64_GLOB_DAT
#define ADDRESS R_X86_64_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#define JUMP_SLOT R_AARCH64_JUMP_SLOT
#define GLOBAL_DATA R_AARCH64_GLOB_DAT
#define ADDRESS R_AARCH64_ABS64
#else
#error "guests' libraries are loaded on x86-64 and AArch64"
#endif

/// Memory that a run may change, and what stood there.
struct stretch {
    uint8_t *start;
    size_t size;
    uint8_t *copy;
};
#define MOST_STRETCHES 16

struct pollux_library {
    void *handle;
    void (*entry)(void);
    bool has_heap;
    struct stretch stretches[MOST_STRETCHES];
    int count;
};

static char *text(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *result = NULL;
    if (vasprintf(&result, format, list) < 0) abort();
    va_end(list);
    return result;
}

// MARK: The library without code

/// Loads a library that has all imports as symbols with fixed addresses.
static bool offer_imports(void) {
    static bool is_done;
    if (is_done) return true;
    size_t names = 1;
    for (int index = 0; index < IMPORT_COUNT; index++) names += strlen(pollux_import_name(index)) + 1;
    struct image {
        Elf64_Ehdr header;
        Elf64_Phdr segments[3];
        Elf64_Dyn dynamic[6];
        Elf64_Sym symbols[IMPORT_COUNT + 1];
        uint32_t hash[2 + 1 + IMPORT_COUNT + 1];
        char names[];
    } *image = calloc(1, sizeof *image + names);
    if (image == NULL) return false;
    size_t size = sizeof *image + names;
    memcpy(image->header.e_ident, ELFMAG, SELFMAG);
    image->header.e_ident[EI_CLASS] = ELFCLASS64;
    image->header.e_ident[EI_DATA] = ELFDATA2LSB;
    image->header.e_ident[EI_VERSION] = EV_CURRENT;
    image->header.e_type = ET_DYN;
    image->header.e_machine = MACHINE;
    image->header.e_version = EV_CURRENT;
    image->header.e_phoff = offsetof(struct image, segments);
    image->header.e_ehsize = sizeof image->header;
    image->header.e_phentsize = sizeof *image->segments;
    image->header.e_phnum = 3;
    image->header.e_shentsize = sizeof(Elf64_Shdr);
    image->segments[0] = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, 0, 0, 0, size, size, 65536};
    image->segments[1] =
        (Elf64_Phdr){PT_DYNAMIC, PF_R | PF_W, offsetof(struct image, dynamic),
                     offsetof(struct image, dynamic), offsetof(struct image, dynamic),
                     sizeof image->dynamic, sizeof image->dynamic, 8};
    image->segments[2] = (Elf64_Phdr){PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16};
    image->dynamic[0] = (Elf64_Dyn){DT_HASH, {offsetof(struct image, hash)}};
    image->dynamic[1] = (Elf64_Dyn){DT_SYMTAB, {offsetof(struct image, symbols)}};
    image->dynamic[2] = (Elf64_Dyn){DT_STRTAB, {offsetof(struct image, names)}};
    image->dynamic[3] = (Elf64_Dyn){DT_STRSZ, {names}};
    image->dynamic[4] = (Elf64_Dyn){DT_SYMENT, {sizeof *image->symbols}};
    image->hash[0] = 1; // one bucket, all symbols in its chain
    image->hash[1] = IMPORT_COUNT + 1;
    image->hash[2] = 1;
    size_t place = 1;
    for (int index = 0; index < IMPORT_COUNT; index++) {
        Elf64_Sym *symbol = &image->symbols[index + 1];
        symbol->st_name = (Elf64_Word)place;
        symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
        symbol->st_shndx = SHN_ABS;
        symbol->st_value = pollux_import_address(index);
        image->hash[3 + index + 1] = index + 2 <= IMPORT_COUNT ? (uint32_t)index + 2 : 0;
        strcpy(image->names + place, pollux_import_name(index));
        place += strlen(pollux_import_name(index)) + 1;
    }
    int file = memfd_create("pollux-imports", MFD_CLOEXEC);
    bool is_written = file >= 0 && write(file, image, size) == (ssize_t)size;
    free(image);
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    is_done = is_written && dlopen(path, RTLD_NOW | RTLD_GLOBAL) != NULL;
    if (file >= 0) close(file);
    return is_done;
}

// MARK: Slots

/// The dynamic section's entries, as addresses.
struct dynamic {
    const Elf64_Sym *symbols;
    const char *names;
    const Elf64_Rela *tables[2];
    size_t sizes[2];
};

static struct dynamic dynamic_of(const struct link_map *map) {
    struct dynamic dynamic = {0};
    for (const Elf64_Dyn *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        // The loader has made addresses of these, unless the section is read-only.
        uintptr_t address = entry->d_un.d_ptr;
        if (address < map->l_addr) address += map->l_addr;
        switch (entry->d_tag) {
            case DT_SYMTAB: dynamic.symbols = (const Elf64_Sym *)address; break;
            case DT_STRTAB: dynamic.names = (const char *)address; break;
            case DT_RELA: dynamic.tables[0] = (const Elf64_Rela *)address; break;
            case DT_RELASZ: dynamic.sizes[0] = entry->d_un.d_val; break;
            case DT_JMPREL: dynamic.tables[1] = (const Elf64_Rela *)address; break;
            case DT_PLTRELSZ: dynamic.sizes[1] = entry->d_un.d_val; break;
            default: break;
        }
    }
    return dynamic;
}

/// Leads the library's slots for functions of libc's to ours.
static void lead_slots(const struct link_map *map, bool heap) {
    struct dynamic dynamic = dynamic_of(map);
    if (dynamic.symbols == NULL || dynamic.names == NULL) return;
    for (int table = 0; table < 2; table++) {
        const Elf64_Rela *slots = dynamic.tables[table];
        for (size_t place = 0; slots != NULL && place < dynamic.sizes[table] / sizeof *slots; place++) {
            Elf64_Xword type = ELF64_R_TYPE(slots[place].r_info);
            if (type != JUMP_SLOT && type != GLOBAL_DATA && type != ADDRESS) continue;
            const Elf64_Sym *symbol = &dynamic.symbols[ELF64_R_SYM(slots[place].r_info)];
            // What the library defines itself is its own.
            if (symbol->st_shndx != SHN_UNDEF) continue;
            uintptr_t shadow = pollux_shadow(dynamic.names + symbol->st_name, heap);
            if (shadow == 0) continue;
            uintptr_t slot = map->l_addr + slots[place].r_offset;
            *(uintptr_t *)slot = shadow + (type == ADDRESS ? (uintptr_t)slots[place].r_addend : 0);
        }
    }
}

// MARK: Memory

/// Where the calling thread's variables of a module are.
extern void *__tls_get_addr(void *);

struct search {
    const struct link_map *map;
    pollux_library *library;
    bool heap;
};

static void add(pollux_library *library, uintptr_t start, uintptr_t end) {
    if (start >= end || library->count == MOST_STRETCHES) return;
    struct stretch *stretch = &library->stretches[library->count++];
    *stretch = (struct stretch){(uint8_t *)start, end - start, malloc(end - start)};
    if (stretch->copy == NULL) abort();
    memcpy(stretch->copy, stretch->start, stretch->size);
}

static int visit(struct dl_phdr_info *info, size_t size, void *context) {
    struct search *search = context;
    (void)size;
    if (info->dlpi_addr != search->map->l_addr || strcmp(info->dlpi_name, search->map->l_name) != 0)
        return 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    // What is read-only once the loader is done begins in a writable segment, at its start.
    uintptr_t constant = 0, variable = 0;
    for (int place = 0; place < info->dlpi_phnum; place++) {
        const Elf64_Phdr *segment = &info->dlpi_phdr[place];
        if (segment->p_type != PT_GNU_RELRO) continue;
        constant = (info->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        variable = (info->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
    }
    if (constant < variable) mprotect((void *)constant, variable - constant, PROT_READ | PROT_WRITE);
    lead_slots(search->map, search->heap);
    if (constant < variable) mprotect((void *)constant, variable - constant, PROT_READ);
    for (int place = 0; place < info->dlpi_phnum; place++) {
        const Elf64_Phdr *segment = &info->dlpi_phdr[place];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) != 0) {
            uintptr_t end = start + segment->p_memsz;
            if (constant < variable && constant < end && variable > start) {
                add(search->library, start, constant);
                start = variable;
            }
            add(search->library, start, end);
        }
        if (segment->p_type == PT_TLS) {
            // The loader makes a thread's variables when they are first asked for.
            struct { unsigned long module, offset; } variable_of = {info->dlpi_tls_modid, 0};
            uintptr_t block = (uintptr_t)__tls_get_addr(&variable_of);
            add(search->library, block, block + segment->p_memsz);
        }
    }
    return 1;
}

// MARK: The library

pollux_library *pollux_library_open(const char *path, const char *symbol, bool replaces_heap,
                                    char **error) {
    if (!offer_imports()) {
        *error = text("cannot offer imports to a library: %s", dlerror() ?: strerror(errno));
        return NULL;
    }
    // Without a slash the loader would look elsewhere.
    char *place = strchr(path, '/') != NULL ? text("%s", path) : text("./%s", path);
    void *handle = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    free(place);
    if (handle == NULL) {
        *error = text("%s", dlerror());
        return NULL;
    }
    void (*entry)(void) = (void (*)(void))dlsym(handle, symbol);
    if (entry == NULL) {
        *error = text("the library exports no function '%s'", symbol);
        return NULL;
    }
    struct link_map *map;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) {
        *error = text("%s", dlerror());
        return NULL;
    }
    pollux_library *library = calloc(1, sizeof *library);
    if (library == NULL) abort();
    *library = (pollux_library){.handle = handle, .entry = entry, .has_heap = replaces_heap};
    struct search search = {map, library, replaces_heap};
    dl_iterate_phdr(visit, &search);
    return library;
}

void pollux_library_enter(pollux_library *library) { library->entry(); }

void pollux_library_begin(pollux_library *library) {
    pollux_shadows_use(true);
    if (!library->has_heap) return;
    pollux_heap_use(true);
    cwasip2_set_allocator(pollux_heap_list);
}

void pollux_library_end(pollux_library *library, bool returned) {
    pollux_shadows_use(false);
    if (!library->has_heap) return;
    cwasip2_set_allocator(NULL);
    pollux_heap_use(false);
    if (returned) pollux_heap_check();
}

void pollux_library_restore(pollux_library *library) {
    for (int place = 0; place < library->count; place++) {
        struct stretch *stretch = &library->stretches[place];
        memcpy(stretch->start, stretch->copy, stretch->size);
    }
    if (library->has_heap) pollux_heap_empty();
}
