#include "CEcho.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int open_one(uint16_t port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (one < 0) return -errno;
    if (connect(one, (struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        close(one);
        return -error;
    }
    return one;
}

/// Sends a message whole; the socket's buffer has room, since nothing else is under way.
static int say(int one, const char *message, size_t size) {
    ssize_t count = send(one, message, size, MSG_NOSIGNAL);
    if (count == (ssize_t)size) return 0;
    return count < 0 ? -errno : -EMSGSIZE;
}

int64_t echo_thread_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

double echo_measure(
    uint16_t port, int connections, size_t size, int milliseconds, int64_t *total) {
    int *sockets = malloc(sizeof *sockets * (size_t)connections);
    size_t *back = calloc((size_t)connections, sizeof *back);
    struct epoll_event *events = malloc(sizeof *events * (size_t)connections);
    char *message = malloc(size), *echo = malloc(size);
    int opened = 0, error = 0;
    int64_t count = 0, start = 0, end = 0;
    memset(message, 'm', size);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) error = -errno;
    // One message there and back on each, so that all are accepted before the clock starts.
    while (error == 0 && opened < connections) {
        int one = open_one(port);
        if (one < 0) {
            error = one;
            break;
        }
        sockets[opened] = one;
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)opened++};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, one, &event) < 0) error = -errno;
        if (error == 0) error = say(one, message, size);
        if (error == 0 && recv(one, echo, size, MSG_WAITALL) != (ssize_t)size) error = -EPROTO;
    }
    for (int i = 0; error == 0 && i < connections; i++) error = say(sockets[i], message, size);
    start = now();
    end = start;
    while (error == 0 && end - start < milliseconds * INT64_C(1000000)) {
        int ready = epoll_wait(epoll, events, connections, 1000);
        if (ready < 0 && errno != EINTR) error = -errno;
        for (int i = 0; error == 0 && i < ready; i++) {
            uint32_t place = events[i].data.u32;
            ssize_t got = recv(sockets[place], echo, size - back[place], MSG_DONTWAIT);
            if (got <= 0) {
                error = got < 0 ? -errno : -ECONNRESET;
                break;
            }
            back[place] += (size_t)got;
            if (back[place] < size) continue;
            back[place] = 0;
            count++;
            error = say(sockets[place], message, size);
        }
        end = now();
    }
    // What is under way comes back first: to end with bytes unread would reset the connection.
    for (int i = 0; error == 0 && i < connections; i++) {
        size_t rest = size - back[i];
        if (recv(sockets[i], echo, rest, MSG_WAITALL) != (ssize_t)rest) error = -EPROTO;
    }
    for (int i = 0; i < opened; i++) close(sockets[i]);
    if (epoll >= 0) close(epoll);
    free(sockets);
    free(back);
    free(events);
    free(message);
    free(echo);
    if (error < 0) return error;
    // And one before the clock started, and one after it stopped, for each connection.
    *total = count + 2 * (int64_t)connections;
    return (double)count / ((double)(end - start) / 1e9);
}
