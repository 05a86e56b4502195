// The imports of wasi:sockets@0.2.0 (network, instance-network, tcp, udp, ip-name-lookup) as C
// functions. How results, lists and handles travel: wasi_io.h.
//
// An `ip-socket-address` is twelve flat parameters: its tag (0 IPv4, 1 IPv6), then for IPv4 the port
// and four bytes, for IPv6 the port, flow info, eight words and scope; what is left over is 0.
#ifndef WASI_SOCKETS_H
#define WASI_SOCKETS_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

// MARK: Return areas

/// The cases of `error-code`.
enum {
    WASI_SOCKETS_NETWORK_ERROR_CODE_UNKNOWN = 0,
    WASI_SOCKETS_NETWORK_ERROR_CODE_ACCESS_DENIED = 1,
    WASI_SOCKETS_NETWORK_ERROR_CODE_NOT_SUPPORTED = 2,
    WASI_SOCKETS_NETWORK_ERROR_CODE_INVALID_ARGUMENT = 3,
    WASI_SOCKETS_NETWORK_ERROR_CODE_OUT_OF_MEMORY = 4,
    WASI_SOCKETS_NETWORK_ERROR_CODE_TIMEOUT = 5,
    WASI_SOCKETS_NETWORK_ERROR_CODE_CONCURRENCY_CONFLICT = 6,
    WASI_SOCKETS_NETWORK_ERROR_CODE_NOT_IN_PROGRESS = 7,
    WASI_SOCKETS_NETWORK_ERROR_CODE_WOULD_BLOCK = 8,
    WASI_SOCKETS_NETWORK_ERROR_CODE_INVALID_STATE = 9,
    WASI_SOCKETS_NETWORK_ERROR_CODE_NEW_SOCKET_LIMIT = 10,
    WASI_SOCKETS_NETWORK_ERROR_CODE_ADDRESS_NOT_BINDABLE = 11,
    WASI_SOCKETS_NETWORK_ERROR_CODE_ADDRESS_IN_USE = 12,
    WASI_SOCKETS_NETWORK_ERROR_CODE_REMOTE_UNREACHABLE = 13,
    WASI_SOCKETS_NETWORK_ERROR_CODE_CONNECTION_REFUSED = 14,
    WASI_SOCKETS_NETWORK_ERROR_CODE_CONNECTION_RESET = 15,
    WASI_SOCKETS_NETWORK_ERROR_CODE_CONNECTION_ABORTED = 16,
    WASI_SOCKETS_NETWORK_ERROR_CODE_DATAGRAM_TOO_LARGE = 17,
    WASI_SOCKETS_NETWORK_ERROR_CODE_NAME_UNRESOLVABLE = 18,
    WASI_SOCKETS_NETWORK_ERROR_CODE_TEMPORARY_RESOLVER_FAILURE = 19,
    WASI_SOCKETS_NETWORK_ERROR_CODE_PERMANENT_RESOLVER_FAILURE = 20,
};

/// `ipv4-address`: `tuple<u8, u8, u8, u8>`.
typedef struct {
    uint8_t bytes[4];
} wasi_sockets_ipv4_t;

/// `ipv6-address`: `tuple<u16, …>`, eight of them.
typedef struct {
    uint16_t words[8];
} wasi_sockets_ipv6_t;

/// `variant ip-address`; `tag` is 0 for IPv4 and 1 for IPv6.
typedef struct {
    uint8_t tag;
    union {
        wasi_sockets_ipv4_t ipv4;
        wasi_sockets_ipv6_t ipv6;
    } value;
} wasi_sockets_ip_t;

WASI_LAYOUT(sizeof(wasi_sockets_ip_t) == 18);
WASI_LAYOUT(offsetof(wasi_sockets_ip_t, value) == 2);

/// `record ipv4-socket-address`.
typedef struct {
    uint16_t port;
    wasi_sockets_ipv4_t address;
} wasi_sockets_ipv4_address_t;

WASI_LAYOUT(sizeof(wasi_sockets_ipv4_address_t) == 6);

/// `record ipv6-socket-address`.
typedef struct {
    uint16_t port;
    uint32_t flow_info;
    wasi_sockets_ipv6_t address;
    uint32_t scope_id;
} wasi_sockets_ipv6_address_t;

WASI_LAYOUT(sizeof(wasi_sockets_ipv6_address_t) == 28);
WASI_LAYOUT(offsetof(wasi_sockets_ipv6_address_t, flow_info) == 4);
WASI_LAYOUT(offsetof(wasi_sockets_ipv6_address_t, address) == 8);
WASI_LAYOUT(offsetof(wasi_sockets_ipv6_address_t, scope_id) == 24);

/// `variant ip-socket-address`; `tag` is 0 for IPv4 and 1 for IPv6.
typedef struct {
    uint8_t tag;
    union {
        wasi_sockets_ipv4_address_t ipv4;
        wasi_sockets_ipv6_address_t ipv6;
    } value;
} wasi_sockets_address_t;

WASI_LAYOUT(sizeof(wasi_sockets_address_t) == 32);
WASI_LAYOUT(offsetof(wasi_sockets_address_t, value) == 4);

/// `result<_, error-code>`.
typedef struct {
    uint8_t is_err;
    uint8_t err;
} wasi_sockets_result_void_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_void_t) == 2);

/// `result<bool, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        uint8_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_bool_t;

/// `result<u8, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        uint8_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_u8_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_bool_t) == 2);
WASI_LAYOUT(sizeof(wasi_sockets_result_u8_t) == 2);

/// `result<u32, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        uint32_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_u32_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_u32_t) == 8);
WASI_LAYOUT(offsetof(wasi_sockets_result_u32_t, value) == 4);

/// `result<u64, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        uint64_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_u64_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_u64_t) == 16);
WASI_LAYOUT(offsetof(wasi_sockets_result_u64_t, value) == 8);

/// `result<own<…>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        int32_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_handle_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_handle_t) == 8);
WASI_LAYOUT(offsetof(wasi_sockets_result_handle_t, value) == 4);

/// `tuple<own<input-stream>, own<output-stream>>`.
typedef struct {
    int32_t input;
    int32_t output;
} wasi_sockets_streams_t;

/// `result<tuple<own<input-stream>, own<output-stream>>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_sockets_streams_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_streams_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_streams_t) == 12);
WASI_LAYOUT(offsetof(wasi_sockets_result_streams_t, value) == 4);

/// `tuple<own<tcp-socket>, own<input-stream>, own<output-stream>>`.
typedef struct {
    int32_t socket;
    int32_t input;
    int32_t output;
} wasi_sockets_accepted_t;

/// `result<tuple<own<tcp-socket>, own<input-stream>, own<output-stream>>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_sockets_accepted_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_accepted_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_accepted_t) == 16);
WASI_LAYOUT(offsetof(wasi_sockets_result_accepted_t, value) == 4);

/// `tuple<own<incoming-datagram-stream>, own<outgoing-datagram-stream>>`.
typedef struct {
    int32_t incoming;
    int32_t outgoing;
} wasi_sockets_datagram_streams_t;

/// `result<tuple<own<incoming-datagram-stream>, own<outgoing-datagram-stream>>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_sockets_datagram_streams_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_datagram_streams_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_datagram_streams_t) == 12);
WASI_LAYOUT(offsetof(wasi_sockets_result_datagram_streams_t, value) == 4);

/// `result<ip-socket-address, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_sockets_address_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_address_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_address_t) == 36);
WASI_LAYOUT(offsetof(wasi_sockets_result_address_t, value) == 4);

/// `list<u8>`, the bytes of a datagram.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_sockets_list_u8_t;

/// `record incoming-datagram`.
typedef struct {
    wasi_sockets_list_u8_t data;
    wasi_sockets_address_t remote_address;
} wasi_sockets_incoming_datagram_t;

WASI_LAYOUT(sizeof(wasi_sockets_incoming_datagram_t) == 2 * sizeof(void *) + 32);

/// `list<incoming-datagram>`.
typedef struct {
    wasi_sockets_incoming_datagram_t *_Nullable ptr;
    size_t len;
} wasi_sockets_list_datagram_t;

/// `result<list<incoming-datagram>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_sockets_list_datagram_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_list_datagram_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_list_datagram_t) == 3 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_sockets_result_list_datagram_t, value) == sizeof(void *));

/// `option<ip-socket-address>`.
typedef struct {
    uint8_t is_some;
    wasi_sockets_address_t value;
} wasi_sockets_option_address_t;

WASI_LAYOUT(sizeof(wasi_sockets_option_address_t) == 36);
WASI_LAYOUT(offsetof(wasi_sockets_option_address_t, value) == 4);

/// `record outgoing-datagram`.
typedef struct {
    const uint8_t *_Nullable data;
    size_t len;
    wasi_sockets_option_address_t remote_address;
} wasi_sockets_outgoing_datagram_t;

WASI_LAYOUT(sizeof(wasi_sockets_outgoing_datagram_t) == (sizeof(void *) == 4 ? 44 : 56));
WASI_LAYOUT(offsetof(wasi_sockets_outgoing_datagram_t, remote_address) == 2 * sizeof(void *));

/// `option<ip-address>`.
typedef struct {
    uint8_t is_some;
    wasi_sockets_ip_t value;
} wasi_sockets_option_ip_t;

WASI_LAYOUT(sizeof(wasi_sockets_option_ip_t) == 20);
WASI_LAYOUT(offsetof(wasi_sockets_option_ip_t, value) == 2);

/// `result<option<ip-address>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_sockets_option_ip_t ok;
        uint8_t err;
    } value;
} wasi_sockets_result_option_ip_t;

WASI_LAYOUT(sizeof(wasi_sockets_result_option_ip_t) == 22);
WASI_LAYOUT(offsetof(wasi_sockets_result_option_ip_t, value) == 2);

// MARK: wasi:sockets/network, instance-network

/// Drops an own handle of `network`; what was opened with it goes on.
WASI_IMPORT("wasi:sockets/network@0.2.0", "[resource-drop]network")
void __wasm_import_wasi_sockets_network_network_drop(int32_t handle);

/// `instance-network`: a new own handle of the network that this guest may use.
WASI_IMPORT("wasi:sockets/instance-network@0.2.0", "instance-network")
int32_t __wasm_import_wasi_sockets_instance_network_instance_network(void);

// MARK: wasi:sockets/tcp-create-socket, tcp

/// `create-tcp-socket`: a new own socket of a family (0 IPv4, 1 IPv6), unbound. Never blocks.
WASI_IMPORT("wasi:sockets/tcp-create-socket@0.2.0", "create-tcp-socket")
void __wasm_import_wasi_sockets_tcp_create_socket_create_tcp_socket(
    int32_t address_family, wasi_sockets_result_handle_t *_Nonnull ret);

/// `tcp-socket.start-bind`: asks for a local address; port 0 is any free one. Never blocks.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-bind")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_bind(
    int32_t self, int32_t network, int32_t tag, int32_t a0, int32_t a1, int32_t a2, int32_t a3,
    int32_t a4, int32_t a5, int32_t a6, int32_t a7, int32_t a8, int32_t a9, int32_t a10,
    wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.finish-bind`: ends what `start-bind` began, or says would-block.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-bind")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_bind(
    int32_t self, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.start-connect`: begins to connect; the pollable is ready once the outcome is known.
/// Never blocks.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-connect")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_connect(
    int32_t self, int32_t network, int32_t tag, int32_t a0, int32_t a1, int32_t a2, int32_t a3,
    int32_t a4, int32_t a5, int32_t a6, int32_t a7, int32_t a8, int32_t a9, int32_t a10,
    wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.finish-connect`: the connection's streams, children of the socket; or would-block,
/// or why it failed.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-connect")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_connect(
    int32_t self, wasi_sockets_result_streams_t *_Nonnull ret);

/// `tcp-socket.start-listen`: begins to listen on the bound address. Never blocks.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-listen")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_listen(
    int32_t self, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.finish-listen`: ends what `start-listen` began, or says would-block.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-listen")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_listen(
    int32_t self, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.accept`: a connection from the queue with its streams, which are children of the new
/// socket; or would-block.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.accept")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_accept(
    int32_t self, wasi_sockets_result_accepted_t *_Nonnull ret);

/// `tcp-socket.local-address`.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.local-address")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_local_address(
    int32_t self, wasi_sockets_result_address_t *_Nonnull ret);

/// `tcp-socket.remote-address`.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.remote-address")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_remote_address(
    int32_t self, wasi_sockets_result_address_t *_Nonnull ret);

/// `tcp-socket.is-listening`: 0 or 1.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.is-listening")
int32_t __wasm_import_wasi_sockets_tcp_method_tcp_socket_is_listening(int32_t self);

/// `tcp-socket.address-family`: 0 for IPv4, 1 for IPv6.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.address-family")
int32_t __wasm_import_wasi_sockets_tcp_method_tcp_socket_address_family(int32_t self);

/// `tcp-socket.set-listen-backlog-size`: a u64, cut to what the host can do; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-listen-backlog-size")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.keep-alive-enabled`: whether idle connections are probed.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.keep-alive-enabled")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(
    int32_t self, wasi_sockets_result_bool_t *_Nonnull ret);

/// `tcp-socket.set-keep-alive-enabled`.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-keep-alive-enabled")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
    int32_t self, int32_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.keep-alive-idle-time`: ns of idleness before the first probe.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.keep-alive-idle-time")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `tcp-socket.set-keep-alive-idle-time`: ns, rounded as the host can; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-keep-alive-idle-time")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.keep-alive-interval`: ns between two probes.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.keep-alive-interval")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `tcp-socket.set-keep-alive-interval`: ns, rounded as the host can; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-keep-alive-interval")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.keep-alive-count`: probes without an answer that end the connection.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.keep-alive-count")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_count(
    int32_t self, wasi_sockets_result_u32_t *_Nonnull ret);

/// `tcp-socket.set-keep-alive-count`: cut to what the host can do; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-keep-alive-count")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
    int32_t self, int32_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.hop-limit`: hops that a packet may take.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.hop-limit")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_hop_limit(
    int32_t self, wasi_sockets_result_u8_t *_Nonnull ret);

/// `tcp-socket.set-hop-limit`: a u8; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-hop-limit")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_hop_limit(
    int32_t self, int32_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.receive-buffer-size`: bytes, as the host counts them.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.receive-buffer-size")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `tcp-socket.set-receive-buffer-size`: a wish in bytes; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-receive-buffer-size")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.send-buffer-size`: bytes, as the host counts them.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.send-buffer-size")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_send_buffer_size(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `tcp-socket.set-send-buffer-size`: a wish in bytes; 0 is invalid.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-send-buffer-size")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `tcp-socket.subscribe`: a new own pollable, ready when the operation in progress would not
/// block, or none is in progress. A child of the socket.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.subscribe")
int32_t __wasm_import_wasi_sockets_tcp_method_tcp_socket_subscribe(int32_t self);

/// `tcp-socket.shutdown`: ends receiving (0), sending (1) or both (2). What was written goes out
/// before the end. Never blocks.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.shutdown")
void __wasm_import_wasi_sockets_tcp_method_tcp_socket_shutdown(
    int32_t self, int32_t shutdown_type, wasi_sockets_result_void_t *_Nonnull ret);

/// Drops an own handle of `tcp-socket`. Traps while a stream or pollable of it is alive.
WASI_IMPORT("wasi:sockets/tcp@0.2.0", "[resource-drop]tcp-socket")
void __wasm_import_wasi_sockets_tcp_tcp_socket_drop(int32_t handle);

// MARK: wasi:sockets/udp-create-socket, udp

/// `create-udp-socket`: a new own socket of a family (0 IPv4, 1 IPv6), unbound. Never blocks.
WASI_IMPORT("wasi:sockets/udp-create-socket@0.2.0", "create-udp-socket")
void __wasm_import_wasi_sockets_udp_create_socket_create_udp_socket(
    int32_t address_family, wasi_sockets_result_handle_t *_Nonnull ret);

/// `udp-socket.start-bind`: asks for a local address; port 0 is any free one. Never blocks.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.start-bind")
void __wasm_import_wasi_sockets_udp_method_udp_socket_start_bind(
    int32_t self, int32_t network, int32_t tag, int32_t a0, int32_t a1, int32_t a2, int32_t a3,
    int32_t a4, int32_t a5, int32_t a6, int32_t a7, int32_t a8, int32_t a9, int32_t a10,
    wasi_sockets_result_void_t *_Nonnull ret);

/// `udp-socket.finish-bind`: ends what `start-bind` began, or says would-block.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.finish-bind")
void __wasm_import_wasi_sockets_udp_method_udp_socket_finish_bind(
    int32_t self, wasi_sockets_result_void_t *_Nonnull ret);

/// `udp-socket.stream`: a new pair of datagram streams, children of the socket: to and from the one
/// peer that is given, or anybody. The pair before it has to be dropped first.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.stream")
void __wasm_import_wasi_sockets_udp_method_udp_socket_stream(
    int32_t self, int32_t is_some, int32_t tag, int32_t a0, int32_t a1, int32_t a2, int32_t a3,
    int32_t a4, int32_t a5, int32_t a6, int32_t a7, int32_t a8, int32_t a9, int32_t a10,
    wasi_sockets_result_datagram_streams_t *_Nonnull ret);

/// `udp-socket.local-address`.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.local-address")
void __wasm_import_wasi_sockets_udp_method_udp_socket_local_address(
    int32_t self, wasi_sockets_result_address_t *_Nonnull ret);

/// `udp-socket.remote-address`: the peer given to the last `stream`.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.remote-address")
void __wasm_import_wasi_sockets_udp_method_udp_socket_remote_address(
    int32_t self, wasi_sockets_result_address_t *_Nonnull ret);

/// `udp-socket.address-family`: 0 for IPv4, 1 for IPv6.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.address-family")
int32_t __wasm_import_wasi_sockets_udp_method_udp_socket_address_family(int32_t self);

/// `udp-socket.unicast-hop-limit`: hops that a datagram may take.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.unicast-hop-limit")
void __wasm_import_wasi_sockets_udp_method_udp_socket_unicast_hop_limit(
    int32_t self, wasi_sockets_result_u8_t *_Nonnull ret);

/// `udp-socket.set-unicast-hop-limit`: a u8; 0 is invalid.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.set-unicast-hop-limit")
void __wasm_import_wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
    int32_t self, int32_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `udp-socket.receive-buffer-size`: bytes, as the host counts them.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.receive-buffer-size")
void __wasm_import_wasi_sockets_udp_method_udp_socket_receive_buffer_size(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `udp-socket.set-receive-buffer-size`: a wish in bytes; 0 is invalid.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.set-receive-buffer-size")
void __wasm_import_wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `udp-socket.send-buffer-size`: bytes, as the host counts them.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.send-buffer-size")
void __wasm_import_wasi_sockets_udp_method_udp_socket_send_buffer_size(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `udp-socket.set-send-buffer-size`: a wish in bytes; 0 is invalid.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.set-send-buffer-size")
void __wasm_import_wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
    int32_t self, int64_t value, wasi_sockets_result_void_t *_Nonnull ret);

/// `udp-socket.subscribe`: a new own pollable, ready when no operation is in progress. A child of
/// the socket.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]udp-socket.subscribe")
int32_t __wasm_import_wasi_sockets_udp_method_udp_socket_subscribe(int32_t self);

/// Drops an own handle of `udp-socket`. Traps while a datagram stream or pollable of it is alive.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[resource-drop]udp-socket")
void __wasm_import_wasi_sockets_udp_udp_socket_drop(int32_t handle);

/// `incoming-datagram-stream.receive`: up to `max_results` (a u64) datagrams that have come, in
/// order; none is "nothing now". Never blocks.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]incoming-datagram-stream.receive")
void __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_receive(
    int32_t self, int64_t max_results, wasi_sockets_result_list_datagram_t *_Nonnull ret);

/// `incoming-datagram-stream.subscribe`: a new own pollable, ready while a `receive` would give a
/// datagram or a failure. A child of the stream.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]incoming-datagram-stream.subscribe")
int32_t __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_subscribe(int32_t self);

/// Drops an own handle of `incoming-datagram-stream`. Traps while a pollable of it is alive.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[resource-drop]incoming-datagram-stream")
void __wasm_import_wasi_sockets_udp_incoming_datagram_stream_drop(int32_t handle);

/// `outgoing-datagram-stream.check-send`: how many datagrams the next `send` may carry (the
/// permit); 0 is "not now". Never blocks.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]outgoing-datagram-stream.check-send")
void __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_check_send(
    int32_t self, wasi_sockets_result_u64_t *_Nonnull ret);

/// `outgoing-datagram-stream.send`: sends a beginning of the list and returns how many datagrams
/// that were. Never blocks. Traps on more than the last `check-send` permits.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]outgoing-datagram-stream.send")
void __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_send(
    int32_t self, const wasi_sockets_outgoing_datagram_t *_Nullable datagrams, size_t len,
    wasi_sockets_result_u64_t *_Nonnull ret);

/// `outgoing-datagram-stream.subscribe`: a new own pollable, ready while `check-send` would give a
/// permit above 0 or an error. A child of the stream.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[method]outgoing-datagram-stream.subscribe")
int32_t __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(int32_t self);

/// Drops an own handle of `outgoing-datagram-stream`. Traps while a pollable of it is alive.
WASI_IMPORT("wasi:sockets/udp@0.2.0", "[resource-drop]outgoing-datagram-stream")
void __wasm_import_wasi_sockets_udp_outgoing_datagram_stream_drop(int32_t handle);

// MARK: wasi:sockets/ip-name-lookup

/// `resolve-addresses`: begins to look up a name (UTF-8) and returns a stream of its addresses.
/// Never blocks. Traps on what is not UTF-8.
WASI_IMPORT("wasi:sockets/ip-name-lookup@0.2.0", "resolve-addresses")
void __wasm_import_wasi_sockets_ip_name_lookup_resolve_addresses(
    int32_t network, const uint8_t *_Nullable name, size_t len,
    wasi_sockets_result_handle_t *_Nonnull ret);

/// `resolve-address-stream.resolve-next-address`: the next address, none after the last; or
/// would-block, or why the lookup failed.
WASI_IMPORT("wasi:sockets/ip-name-lookup@0.2.0", "[method]resolve-address-stream.resolve-next-address")
void __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
    int32_t self, wasi_sockets_result_option_ip_t *_Nonnull ret);

/// `resolve-address-stream.subscribe`: a new own pollable, ready once the answer is known. A child
/// of the stream.
WASI_IMPORT("wasi:sockets/ip-name-lookup@0.2.0", "[method]resolve-address-stream.subscribe")
int32_t __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(
    int32_t self);

/// Drops an own handle of `resolve-address-stream`; a lookup in progress is of no interest any
/// more.
WASI_IMPORT("wasi:sockets/ip-name-lookup@0.2.0", "[resource-drop]resolve-address-stream")
void __wasm_import_wasi_sockets_ip_name_lookup_resolve_address_stream_drop(int32_t handle);

WASI_END_DECLS

#endif
