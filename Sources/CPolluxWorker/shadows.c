// libc's clocks, sleep, randomness and exit, on the host of the guest that calls.
//
// In a wasm component these are imports. Natively they would reach the machine: time would pass that
// the scenario knows nothing of, and two runs would differ. Only a guest's library is led here, and
// only while its guest runs. Out of reach are a system call made by hand, a device that is opened
// (/dev/urandom), and what other libraries do.

#define _GNU_SOURCE
#include "shadows.h"
#include "CWASIp2.h"
#include "heap.h"
#include "imports.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

extern int __cxa_atexit(void (*function)(void *), void *object, void *library);

static _Thread_local bool is_used;
static bool has_heap;

/// How many keys the library has made in this run.
static pthread_key_t key_count;
/// What srand and srandom set.
static uint64_t random_state;

void pollux_shadows_use(bool use) {
    is_used = use;
    random_state = 1;
    key_count = 0;
}

// MARK: The host

static uint64_t now(void) { return pollux_import_call(IMPORT_wasi_clocks_monotonic_clock_now, 0, 0, 0, 0); }

static struct timespec wall(void) {
    wasi_clocks_wall_clock_datetime_t area;
    pollux_import_call(IMPORT_wasi_clocks_wall_clock_now, (uint64_t)(uintptr_t)&area, 0, 0, 0);
    return (struct timespec){(time_t)area.seconds, (long)area.nanoseconds};
}

static void wait_on(uint64_t pollable) {
    pollux_import_call(IMPORT_wasi_io_poll_method_pollable_block, pollable, 0, 0, 0);
    pollux_import_call(IMPORT_wasi_io_poll_pollable_drop, pollable, 0, 0, 0);
}

static void wait_for(uint64_t duration) {
    wait_on(pollux_import_call(IMPORT_wasi_clocks_monotonic_clock_subscribe_duration, duration, 0, 0, 0));
}

static void fill(uint8_t *bytes, size_t count) {
    while (count > 0) {
        uint64_t word = pollux_import_call(IMPORT_wasi_random_random_get_random_u64, 0, 0, 0, 0);
        size_t part = count < sizeof word ? count : sizeof word;
        memcpy(bytes, &word, part);
        bytes += part;
        count -= part;
    }
}

// MARK: Clocks

static struct timespec split(uint64_t nanoseconds) {
    return (struct timespec){(time_t)(nanoseconds / SECOND), (long)(nanoseconds % SECOND)};
}

static bool is_valid(const struct timespec *time) {
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < (long)SECOND;
}

static uint64_t joined(const struct timespec *time) {
    uint64_t seconds = (uint64_t)time->tv_sec;
    if (seconds >= UINT64_MAX / SECOND) return UINT64_MAX;
    return seconds * SECOND + (uint64_t)time->tv_nsec;
}

static bool is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

static int shadow_clock_gettime(clockid_t clock, struct timespec *time) {
    if (!is_used) return clock_gettime(clock, time);
    *time = is_wall(clock) ? wall() : split(now());
    return 0;
}

static int shadow_clock_getres(clockid_t clock, struct timespec *time) {
    if (!is_used) return clock_getres(clock, time);
    if (time != NULL)
        *time = split(pollux_import_call(IMPORT_wasi_clocks_monotonic_clock_resolution, 0, 0, 0, 0));
    return 0;
}

static int shadow_gettimeofday(struct timeval *time, void *zone) {
    if (!is_used) return gettimeofday(time, zone);
    struct timespec at = wall();
    *time = (struct timeval){at.tv_sec, at.tv_nsec / 1000};
    return 0;
}

static int shadow_timespec_get(struct timespec *time, int base) {
    if (!is_used) return timespec_get(time, base);
    if (base != TIME_UTC) return 0;
    *time = wall();
    return base;
}

static time_t shadow_time(time_t *result) {
    if (!is_used) return time(result);
    time_t seconds = wall().tv_sec;
    if (result != NULL) *result = seconds;
    return seconds;
}

static clock_t shadow_clock(void) {
    return is_used ? (clock_t)(now() / (SECOND / CLOCKS_PER_SEC)) : clock();
}

// MARK: Sleep

static int shadow_nanosleep(const struct timespec *time, struct timespec *left) {
    if (!is_used) return nanosleep(time, left);
    if (!is_valid(time)) {
        errno = EINVAL;
        return -1;
    }
    wait_for(joined(time));
    return 0;
}

static int shadow_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                                  struct timespec *left) {
    if (!is_used) return clock_nanosleep(clock, flags, time, left);
    if (!is_valid(time)) return EINVAL;
    uint64_t target = joined(time);
    if ((flags & TIMER_ABSTIME) == 0) {
        wait_for(target);
    } else if (is_wall(clock)) {
        struct timespec at = wall();
        uint64_t begin = joined(&at);
        wait_for(target > begin ? target - begin : 0);
    } else {
        wait_on(pollux_import_call(IMPORT_wasi_clocks_monotonic_clock_subscribe_instant, target, 0, 0, 0));
    }
    return 0;
}

static int shadow_usleep(useconds_t microseconds) {
    if (!is_used) return usleep(microseconds);
    wait_for((uint64_t)microseconds * 1000);
    return 0;
}

static unsigned shadow_sleep(unsigned seconds) {
    if (!is_used) return sleep(seconds);
    wait_for(seconds * SECOND);
    return 0;
}

static int shadow_poll(struct pollfd *list, nfds_t count, int milliseconds) {
    if (!is_used || count > 0 || milliseconds < 0) return poll(list, count, milliseconds);
    wait_for((uint64_t)milliseconds * 1000000);
    return 0;
}

static int shadow_select(int count, fd_set *readers, fd_set *writers, fd_set *others,
                         struct timeval *time) {
    if (!is_used || count > 0 || time == NULL) return select(count, readers, writers, others, time);
    wait_for((uint64_t)time->tv_sec * SECOND + (uint64_t)time->tv_usec * 1000);
    return 0;
}

// MARK: Randomness

static ssize_t shadow_getrandom(void *bytes, size_t count, unsigned flags) {
    if (!is_used) return getrandom(bytes, count, flags);
    fill(bytes, count);
    return (ssize_t)count;
}

static int shadow_getentropy(void *bytes, size_t count) {
    if (!is_used) return getentropy(bytes, count);
    if (count > 256) {
        errno = EIO;
        return -1;
    }
    fill(bytes, count);
    return 0;
}

static void shadow_arc4random_buf(void *bytes, size_t count) {
    if (is_used) return fill(bytes, count);
    arc4random_buf(bytes, count);
}

static uint32_t shadow_arc4random(void) {
    uint32_t number;
    shadow_arc4random_buf(&number, sizeof number);
    return number;
}

static uint32_t shadow_arc4random_uniform(uint32_t bound) {
    if (bound < 2) return 0;
    uint32_t rest = -bound % bound;
    for (;;) {
        uint32_t number = shadow_arc4random();
        if (number >= rest) return number % bound;
    }
}

// rand and random keep their state in libc, where the run before has left it.

static void shadow_srand(unsigned seed) { random_state = seed; }

static int shadow_rand(void) {
    random_state = random_state * UINT64_C(6364136223846793005) + 1;
    return (int)(random_state >> 33);
}

static void shadow_srandom(unsigned seed) { random_state = seed; }
static long shadow_random(void) { return shadow_rand(); }

// MARK: The end

static _Noreturn void shadow_exit(int code) {
    // wasi-libc knows success and failure.
    if (is_used) pollux_import_call(IMPORT_wasi_cli_exit_exit, code != 0, 0, 0, 0);
    _exit(code);
}

/// What a library wants done when its thread ends: a guest's thread does not end.
static int shadow_cxa_thread_atexit(void (*function)(void *), void *object, void *library) {
    (void)function, (void)object, (void)library;
    return 0;
}

static int shadow_cxa_atexit(void (*function)(void *), void *object, void *library) {
    return is_used ? 0 : __cxa_atexit(function, object, library);
}

static int shadow_atexit(void (*function)(void)) { return is_used ? 0 : atexit(function); }

// MARK: Keys

// A library keeps the number of a key in a variable. Where variables are set back it asks for another
// one in each run, and libc has a thousand.

#define KEYS 1024
#define FIRST_KEY ((pthread_key_t)1 << 20)
static const void *key_values[KEYS];

static bool is_our_key(pthread_key_t key) { return key >= FIRST_KEY && key - FIRST_KEY < key_count; }

static int shadow_pthread_key_create(pthread_key_t *key, void (*destroy)(void *)) {
    if (!is_used) return pthread_key_create(key, destroy);
    if (key_count == KEYS) return EAGAIN;
    key_values[key_count] = NULL;
    *key = FIRST_KEY + key_count++;
    return 0;
}

static int shadow_pthread_key_delete(pthread_key_t key) {
    return is_our_key(key) ? 0 : pthread_key_delete(key);
}

static int shadow_pthread_setspecific(pthread_key_t key, const void *value) {
    if (!is_our_key(key)) return pthread_setspecific(key, value);
    key_values[key - FIRST_KEY] = value;
    return 0;
}

static void *shadow_pthread_getspecific(pthread_key_t key) {
    return is_our_key(key) ? (void *)(uintptr_t)key_values[key - FIRST_KEY] : pthread_getspecific(key);
}

// MARK: Going round

static long shadow_syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
    long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
    va_end(list);
    if (is_used) {
        switch (number) {
            case SYS_getrandom: return shadow_getrandom((void *)a, (size_t)b, (unsigned)c);
            case SYS_clock_gettime: return shadow_clock_gettime((clockid_t)a, (void *)b);
            case SYS_nanosleep: return shadow_nanosleep((void *)a, (void *)b);
            default: break;
        }
    }
    return syscall(number, a, b, c, d, e, f);
}

static void *shadow_dlsym(void *library, const char *name) {
    uintptr_t shadow = pollux_shadow(name, has_heap);
    return shadow != 0 ? (void *)shadow : dlsym(library, name);
}

struct shadow {
    const char *name;
    uintptr_t function;
};

uintptr_t pollux_shadow(const char *name, bool heap) {
#define SHADOW(name) {#name, (uintptr_t)&shadow_##name}
    static const struct shadow shadows[] = {
        SHADOW(clock_gettime), SHADOW(clock_getres), SHADOW(gettimeofday), SHADOW(timespec_get),
        SHADOW(time), SHADOW(clock), SHADOW(nanosleep), SHADOW(clock_nanosleep), SHADOW(usleep),
        SHADOW(sleep), SHADOW(poll), SHADOW(select), SHADOW(getrandom), SHADOW(getentropy),
        SHADOW(arc4random), SHADOW(arc4random_buf), SHADOW(arc4random_uniform), SHADOW(srand),
        SHADOW(rand), SHADOW(srandom), SHADOW(random), SHADOW(exit), SHADOW(syscall), SHADOW(dlsym),
        {"_exit", (uintptr_t)&shadow_exit}, {"_Exit", (uintptr_t)&shadow_exit},
        {"quick_exit", (uintptr_t)&shadow_exit},
    };
#define HEAP(name, function) {#name, (uintptr_t)&pollux_heap_##function}
    static const struct shadow heaps[] = {
        SHADOW(pthread_key_create), SHADOW(pthread_key_delete), SHADOW(pthread_setspecific),
        SHADOW(pthread_getspecific), SHADOW(atexit),
        {"__cxa_thread_atexit_impl", (uintptr_t)&shadow_cxa_thread_atexit}, {"__cxa_atexit", (uintptr_t)&shadow_cxa_atexit},
        HEAP(malloc, malloc), HEAP(calloc, calloc), HEAP(realloc, realloc), HEAP(free, free),
        HEAP(cfree, free), HEAP(reallocarray, reallocarray), HEAP(aligned_alloc, aligned_alloc),
        HEAP(memalign, aligned_alloc), HEAP(posix_memalign, posix_memalign),
        HEAP(malloc_usable_size, usable_size), HEAP(strdup, strdup), HEAP(__strdup, strdup),
        HEAP(strndup, strndup), HEAP(_Znwm, malloc), HEAP(_Znam, malloc), HEAP(_ZdlPv, free),
        HEAP(_ZdaPv, free), HEAP(_ZdlPvm, free), HEAP(_ZdaPvm, free),
    };
    if (heap) has_heap = true;
    for (size_t place = 0; place < sizeof shadows / sizeof *shadows; place++)
        if (strcmp(shadows[place].name, name) == 0) return shadows[place].function;
    for (size_t place = 0; heap && place < sizeof heaps / sizeof *heaps; place++)
        if (strcmp(heaps[place].name, name) == 0) return heaps[place].function;
    return 0;
}
