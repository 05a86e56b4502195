// Sockets by system calls, with addresses in a form that Swift can handle. Nothing here blocks; what
// fails gives a negative errno.

#ifndef CLIBUV_SOCKETS_H
#define CLIBUV_SOCKETS_H

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// An IPv4 address in the first four of the bytes, or an IPv6 one.
typedef struct {
    uint8_t is_ipv6;
    uint16_t port;
    uint32_t flow_info;
    uint32_t scope;
    uint8_t bytes[16];
} clibuv_address;

static inline socklen_t clibuv_lower_address(
    const clibuv_address *address, struct sockaddr_storage *storage) {
    memset(storage, 0, sizeof *storage);
    if (!address->is_ipv6) {
        struct sockaddr_in *in = (struct sockaddr_in *)storage;
        in->sin_family = AF_INET;
        in->sin_port = htons(address->port);
        memcpy(&in->sin_addr, address->bytes, 4);
        return sizeof *in;
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)storage;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(address->port);
    in6->sin6_flowinfo = htonl(address->flow_info);
    in6->sin6_scope_id = address->scope;
    memcpy(&in6->sin6_addr, address->bytes, 16);
    return sizeof *in6;
}

static inline void clibuv_lift_address(
    const struct sockaddr *storage, clibuv_address *address) {
    memset(address, 0, sizeof *address);
    if (storage->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)storage;
        address->port = ntohs(in->sin_port);
        memcpy(address->bytes, &in->sin_addr, 4);
    } else if (storage->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)storage;
        address->is_ipv6 = 1;
        address->port = ntohs(in6->sin6_port);
        address->flow_info = ntohl(in6->sin6_flowinfo);
        address->scope = in6->sin6_scope_id;
        memcpy(address->bytes, &in6->sin6_addr, 16);
    }
}

/// A socket that does not block; IPv6 ones carry IPv6 alone.
static inline int clibuv_socket(int is_udp, int is_ipv6) {
    int type = (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int descriptor = socket(is_ipv6 ? AF_INET6 : AF_INET, type, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    if (is_ipv6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

static inline int clibuv_bind(int descriptor, const clibuv_address *address, int reuses) {
    int on = 1;
    if (reuses && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) {
        return -errno;
    }
    struct sockaddr_storage storage;
    socklen_t length = clibuv_lower_address(address, &storage);
    return bind(descriptor, (struct sockaddr *)&storage, length) < 0 ? -errno : 0;
}

static inline int clibuv_connect(int descriptor, const clibuv_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = clibuv_lower_address(address, &storage);
    int status;
    do status = connect(descriptor, (struct sockaddr *)&storage, length);
    while (status < 0 && errno == EINTR);
    return status < 0 ? -errno : 0;
}

/// Takes the peer of a datagram socket back.
static inline int clibuv_disconnect(int descriptor) {
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    return connect(descriptor, &nobody, sizeof nobody) < 0 ? -errno : 0;
}

static inline int clibuv_listen(int descriptor, int backlog) {
    return listen(descriptor, backlog) < 0 ? -errno : 0;
}

/// A connection that does not block.
static inline int clibuv_accept(int descriptor, clibuv_address *peer) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    int connection;
    do connection = accept4(
           descriptor, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (connection < 0 && errno == EINTR);
    if (connection < 0) return -errno;
    clibuv_lift_address((struct sockaddr *)&storage, peer);
    return connection;
}

static inline int clibuv_local_address(int descriptor, clibuv_address *address) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) return -errno;
    clibuv_lift_address((struct sockaddr *)&storage, address);
    return 0;
}

static inline int clibuv_remote_address(int descriptor, clibuv_address *address) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    if (getpeername(descriptor, (struct sockaddr *)&storage, &length) < 0) return -errno;
    clibuv_lift_address((struct sockaddr *)&storage, address);
    return 0;
}

/// What went wrong behind the socket's back, which this makes it forget; 0 for nothing.
static inline int clibuv_take_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
    return -error;
}

static inline int clibuv_set_option(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

static inline int clibuv_get_option(int descriptor, int level, int name, int *value) {
    socklen_t length = sizeof *value;
    return getsockopt(descriptor, level, name, value, &length) < 0 ? -errno : 0;
}

/// Lets a close reset the connection.
static inline void clibuv_reset_on_close(int descriptor) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static inline int clibuv_shutdown(int descriptor, int how) {
    return shutdown(descriptor, how) < 0 ? -errno : 0;
}

static inline ssize_t clibuv_receive(int descriptor, void *buffer, size_t count) {
    ssize_t got;
    do got = recv(descriptor, buffer, count, MSG_DONTWAIT); while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

static inline ssize_t clibuv_send(int descriptor, const void *buffer, size_t count) {
    ssize_t took;
    do took = send(descriptor, buffer, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (took < 0 && errno == EINTR);
    return took < 0 ? -errno : took;
}

static inline ssize_t clibuv_receive_from(
    int descriptor, void *buffer, size_t count, clibuv_address *peer) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    ssize_t got;
    do got = recvfrom(
           descriptor, buffer, count, MSG_DONTWAIT, (struct sockaddr *)&storage, &length);
    while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    clibuv_lift_address((struct sockaddr *)&storage, peer);
    return got;
}

/// `peer` may be null where the socket has one.
static inline ssize_t clibuv_send_to(
    int descriptor, const void *buffer, size_t count, const clibuv_address *peer) {
    struct sockaddr_storage storage;
    socklen_t length = 0;
    if (peer) length = clibuv_lower_address(peer, &storage);
    ssize_t took;
    do took = sendto(
           descriptor, buffer, count, MSG_DONTWAIT | MSG_NOSIGNAL,
           peer ? (struct sockaddr *)&storage : NULL, length);
    while (took < 0 && errno == EINTR);
    return took < 0 ? -errno : took;
}

#endif
