#define _GNU_SOURCE
#include "CPolluxNative.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

_Thread_local void *pollux_native_host = NULL;
_Thread_local void *pollux_native_run = NULL;

struct start {
    void (*body)(void *);
    void *context;
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int pollux_native_start_thread(void (*body)(void *), void *context, size_t stack_size) {
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return 12; // ENOMEM
    *start = (struct start){body, context};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (stack_size != 0) pthread_attr_setstacksize(&attributes, stack_size);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, run, start);
    pthread_attr_destroy(&attributes);
    if (error != 0) free(start);
    return error;
}

_Noreturn void pollux_native_park(void) {
    for (;;) pause();
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CANNOT_EXIT_THREAD 1
#endif
#endif

bool pollux_native_can_exit_thread(void) {
#ifdef CANNOT_EXIT_THREAD
    return false;
#else
    return true;
#endif
}

_Noreturn void pollux_native_exit_thread(void) {
#ifdef CANNOT_EXIT_THREAD
    // ThreadSanitizer ends the process over a thread that ends in the middle of a call.
    pollux_native_park();
#else
    pthread_exit(NULL);
#endif
}

bool pollux_native_is_main_thread(void) { return (pid_t)syscall(SYS_gettid) == getpid(); }

_Noreturn void pollux_native_exit_process(int status) {
    fflush(NULL);
    _exit(status);
}

_Noreturn void pollux_native_abort(void) {
    // What was wrong has been said; a crash reporter's page about it would hide that.
    signal(SIGABRT, SIG_DFL);
    abort();
}

void pollux_native_write_stderr(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(2, bytes, count);
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}
