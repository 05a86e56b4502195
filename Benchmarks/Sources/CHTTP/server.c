#define _GNU_SOURCE

#include "CHTTP.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener, loop;
static char *answer;
static size_t answer_size;

/// How many bytes of the empty line after a request each connection has seen.
static unsigned char *seen;
static int limit;

static void take(int one) {
    char bytes[65536];
    ssize_t got = recv(one, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        close(one);
        return;
    }
    for (ssize_t i = 0; i < got; i++) {
        unsigned char part = seen[one];
        seen[one] = bytes[i] == "\r\n\r\n"[part] ? part + 1 : bytes[i] == '\r';
        if (seen[one] < 4) continue;
        seen[one] = 0;
        // Small enough for the socket's buffer, which is empty: the client waits.
        if (send(one, answer, answer_size, MSG_NOSIGNAL) != (ssize_t)answer_size) {
            close(one);
            return;
        }
    }
}

static void *serve(void *unused) {
    (void)unused;
    struct epoll_event events[256];
    while (1) {
        int ready = epoll_wait(loop, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int one = events[i].data.fd;
            if (one != listener) {
                take(one);
                continue;
            }
            while ((one = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                if (one >= limit) abort();
                int on = 1;
                setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                seen[one] = 0;
                struct epoll_event event = {.events = EPOLLIN, .data.fd = one};
                if (epoll_ctl(loop, EPOLL_CTL_ADD, one, &event) < 0) close(one);
            }
        }
    }
}

int http_serve(int size) {
    limit = 65536;
    seen = calloc((size_t)limit, 1);
    answer = malloc((size_t)size + 256);
    int head = sprintf(
        answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", size);
    memset(answer + head, 'x', (size_t)size);
    answer_size = (size_t)(head + size);

    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    loop = epoll_create1(EPOLL_CLOEXEC);
    if (listener < 0 || loop < 0) return -errno;
    if (bind(listener, (struct sockaddr *)&address, length) < 0) return -errno;
    if (listen(listener, 1024) < 0) return -errno;
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) return -errno;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event) < 0) return -errno;
    pthread_t thread;
    int status = pthread_create(&thread, NULL, serve, NULL);
    if (status != 0) return -status;
    pthread_detach(thread);
    return ntohs(address.sin_port);
}
