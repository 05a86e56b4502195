// libuv, and the few system calls beside it that Swift's view of the C library leaves out.

#ifndef CLIBUV_H
#define CLIBUV_H

#include "CLibuvSockets.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/// A clock in nanoseconds; the two that are used cannot fail.
static inline uint64_t clibuv_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/// A timer on the monotonic clock, not armed; -1 and errno when descriptors are short.
static inline int clibuv_timer_open(void) {
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

/// Arms the timer for an instant of the monotonic clock; 0 disarms it. Either way an expiry that was
/// not read is forgotten.
static inline int clibuv_timer_set(int timer, uint64_t instant) {
    struct itimerspec when = {{0, 0}, {(time_t)(instant / 1000000000), (long)(instant % 1000000000)}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, 0);
}

/// An epoll descriptor of our own that watches one descriptor of somebody else's, whose flags stay as
/// they are; -1 and errno where that one cannot be watched (a file, a directory).
static inline int clibuv_nested_open(int descriptor, uint32_t events) {
    int nested = epoll_create1(EPOLL_CLOEXEC);
    if (nested < 0) return -1;
    struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
    if (epoll_ctl(nested, EPOLL_CTL_ADD, descriptor, &event) < 0) {
        int error = errno;
        close(nested);
        errno = error;
        return -1;
    }
    return nested;
}

/// Which of the events the descriptor has now, with POLLERR and POLLHUP; does not wait.
static inline short clibuv_events(int descriptor, short events) {
    struct pollfd entry = {descriptor, events, 0};
    int count;
    do count = poll(&entry, 1, 0); while (count < 0 && errno == EINTR);
    return count > 0 ? entry.revents : 0;
}

#endif
