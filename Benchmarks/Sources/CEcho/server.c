#include "CEcho.h"

#include <stdlib.h>
#include <uv.h>

enum { room = 65536 };

/// One connection: nothing is read before what was read last is on its way.
struct connection {
    uv_tcp_t tcp;
    uv_write_t write;
    char *bytes;
};

struct server {
    uv_tcp_t tcp;
    int accepting;
    int status;
};

static void closed(uv_handle_t *handle) {
    struct connection *connection = handle->data;
    free(connection->bytes);
    free(connection);
}

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)suggested;
    struct connection *connection = handle->data;
    *buffer = uv_buf_init(connection->bytes, room);
}

static void got(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer);

static void sent(uv_write_t *write, int status) {
    struct connection *connection = write->data;
    if (status < 0) {
        uv_close((uv_handle_t *)&connection->tcp, closed);
    } else {
        uv_read_start((uv_stream_t *)&connection->tcp, allocate, got);
    }
}

static void got(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    struct connection *connection = stream->data;
    if (count == 0) return;
    if (count < 0) {
        uv_close((uv_handle_t *)stream, closed);
        return;
    }
    // What the kernel takes at once needs no request.
    uv_buf_t bytes = uv_buf_init(buffer->base, (unsigned)count);
    int taken = uv_try_write(stream, &bytes, 1);
    if (taken == count) return;
    if (taken < 0 && taken != UV_EAGAIN) {
        uv_close((uv_handle_t *)stream, closed);
        return;
    }
    if (taken > 0) bytes = uv_buf_init(buffer->base + taken, (unsigned)(count - taken));
    uv_read_stop(stream);
    connection->write.data = connection;
    if (uv_write(&connection->write, stream, &bytes, 1, sent) < 0) {
        uv_close((uv_handle_t *)stream, closed);
    }
}

static void connected(uv_stream_t *listener, int status) {
    struct server *server = listener->data;
    struct connection *connection = calloc(1, sizeof *connection);
    connection->bytes = malloc(room);
    uv_tcp_init(listener->loop, &connection->tcp);
    connection->tcp.data = connection;
    if (status == 0) status = uv_accept(listener, (uv_stream_t *)&connection->tcp);
    if (status < 0) {
        server->status = status;
        uv_close((uv_handle_t *)&connection->tcp, closed);
    } else {
        uv_tcp_nodelay(&connection->tcp, 0);
        uv_read_start((uv_stream_t *)&connection->tcp, allocate, got);
    }
    if (--server->accepting == 0) uv_close((uv_handle_t *)&server->tcp, NULL);
}

int uv_echo_serve(int connections, void (*listening)(uint16_t, void *), void *context) {
    uv_loop_t loop;
    struct server server = {.accepting = connections};
    struct sockaddr_in address;
    int length = sizeof address;
    int status = uv_loop_init(&loop);
    if (status < 0) return status;
    uv_tcp_init(&loop, &server.tcp);
    server.tcp.data = &server;
    uv_ip4_addr("127.0.0.1", 0, &address);
    status = uv_tcp_bind(&server.tcp, (struct sockaddr *)&address, 0);
    if (status == 0) status = uv_listen((uv_stream_t *)&server.tcp, 1024, connected);
    if (status == 0) {
        status = uv_tcp_getsockname(&server.tcp, (struct sockaddr *)&address, &length);
    }
    if (status == 0) {
        listening(ntohs(address.sin_port), context);
    } else {
        uv_close((uv_handle_t *)&server.tcp, NULL);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return status < 0 ? status : server.status;
}
