// The imports that a guest's library is offered, and what of their arguments is to be written down.
//
// One letter for each argument: `v` a number, `1` or `4` the address of a list of elements of so many
// bytes, with its length behind it, `d` that of a list of datagrams to send with its length, `f` of fields and
// `l` of field values, `o` an outcome of the step door (tag, value, length), `r` the return area, `s` the
// address of a text that ends with 0.

#ifndef POLLUX_IMPORTS_H
#define POLLUX_IMPORTS_H

#include <stdint.h>

#define POLLUX_IMPORTS(X)                                                     \
    X(wasi_io_poll_poll, "4r")                                                \
    X(wasi_io_poll_method_pollable_ready, "v")                                \
    X(wasi_io_poll_method_pollable_block, "v")                                \
    X(wasi_io_poll_pollable_drop, "v")                                        \
    X(wasi_io_error_method_error_to_debug_string, "vr")                       \
    X(wasi_io_error_error_drop, "v")                                          \
    X(wasi_io_streams_method_input_stream_read, "vvr")                        \
    X(wasi_io_streams_method_input_stream_blocking_read, "vvr")               \
    X(wasi_io_streams_method_input_stream_skip, "vvr")                        \
    X(wasi_io_streams_method_input_stream_blocking_skip, "vvr")               \
    X(wasi_io_streams_method_input_stream_subscribe, "v")                     \
    X(wasi_io_streams_input_stream_drop, "v")                                 \
    X(wasi_io_streams_method_output_stream_check_write, "vr")                 \
    X(wasi_io_streams_method_output_stream_write, "v1r")                      \
    X(wasi_io_streams_method_output_stream_blocking_write_and_flush, "v1r")   \
    X(wasi_io_streams_method_output_stream_flush, "vr")                       \
    X(wasi_io_streams_method_output_stream_blocking_flush, "vr")              \
    X(wasi_io_streams_method_output_stream_subscribe, "v")                    \
    X(wasi_io_streams_method_output_stream_write_zeroes, "vvr")               \
    X(wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush, "vvr") \
    X(wasi_io_streams_method_output_stream_splice, "vvvr")                    \
    X(wasi_io_streams_method_output_stream_blocking_splice, "vvvr")           \
    X(wasi_io_streams_output_stream_drop, "v")                                \
    X(wasi_clocks_monotonic_clock_now, "")                                    \
    X(wasi_clocks_monotonic_clock_resolution, "")                             \
    X(wasi_clocks_monotonic_clock_subscribe_instant, "v")                     \
    X(wasi_clocks_monotonic_clock_subscribe_duration, "v")                    \
    X(wasi_clocks_wall_clock_now, "r")                                        \
    X(wasi_clocks_wall_clock_resolution, "r")                                 \
    X(wasi_cli_environment_get_environment, "r")                              \
    X(wasi_cli_environment_get_arguments, "r")                                \
    X(wasi_cli_environment_initial_cwd, "r")                                  \
    X(wasi_cli_exit_exit, "v")                                                \
    X(wasi_cli_stdin_get_stdin, "")                                           \
    X(wasi_cli_stdout_get_stdout, "")                                         \
    X(wasi_cli_stderr_get_stderr, "")                                         \
    X(wasi_cli_terminal_input_terminal_input_drop, "v")                       \
    X(wasi_cli_terminal_output_terminal_output_drop, "v")                     \
    X(wasi_cli_terminal_stdin_get_terminal_stdin, "r")                        \
    X(wasi_cli_terminal_stdout_get_terminal_stdout, "r")                      \
    X(wasi_cli_terminal_stderr_get_terminal_stderr, "r")                      \
    X(wasi_random_random_get_random_bytes, "vr")                              \
    X(wasi_random_random_get_random_u64, "")                                  \
    X(wasi_random_insecure_get_insecure_random_bytes, "vr")                   \
    X(wasi_random_insecure_get_insecure_random_u64, "")                       \
    X(wasi_random_insecure_seed_insecure_seed, "r")                           \
    X(wasi_sockets_network_network_drop, "v")                                 \
    X(wasi_sockets_instance_network_instance_network, "")                     \
    X(wasi_sockets_tcp_create_socket_create_tcp_socket, "vr")                 \
    X(wasi_sockets_tcp_method_tcp_socket_start_bind, "vvvvvvvvvvvvvvr")       \
    X(wasi_sockets_tcp_method_tcp_socket_finish_bind, "vr")                   \
    X(wasi_sockets_tcp_method_tcp_socket_start_connect, "vvvvvvvvvvvvvvr")    \
    X(wasi_sockets_tcp_method_tcp_socket_finish_connect, "vr")                \
    X(wasi_sockets_tcp_method_tcp_socket_start_listen, "vr")                  \
    X(wasi_sockets_tcp_method_tcp_socket_finish_listen, "vr")                 \
    X(wasi_sockets_tcp_method_tcp_socket_accept, "vr")                        \
    X(wasi_sockets_tcp_method_tcp_socket_local_address, "vr")                 \
    X(wasi_sockets_tcp_method_tcp_socket_remote_address, "vr")                \
    X(wasi_sockets_tcp_method_tcp_socket_is_listening, "v")                   \
    X(wasi_sockets_tcp_method_tcp_socket_address_family, "v")                 \
    X(wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size, "vvr")      \
    X(wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled, "vr")            \
    X(wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled, "vvr")       \
    X(wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time, "vr")          \
    X(wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time, "vvr")     \
    X(wasi_sockets_tcp_method_tcp_socket_keep_alive_interval, "vr")           \
    X(wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval, "vvr")      \
    X(wasi_sockets_tcp_method_tcp_socket_keep_alive_count, "vr")              \
    X(wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count, "vvr")         \
    X(wasi_sockets_tcp_method_tcp_socket_hop_limit, "vr")                     \
    X(wasi_sockets_tcp_method_tcp_socket_set_hop_limit, "vvr")                \
    X(wasi_sockets_tcp_method_tcp_socket_receive_buffer_size, "vr")           \
    X(wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size, "vvr")      \
    X(wasi_sockets_tcp_method_tcp_socket_send_buffer_size, "vr")              \
    X(wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size, "vvr")         \
    X(wasi_sockets_tcp_method_tcp_socket_subscribe, "v")                      \
    X(wasi_sockets_tcp_method_tcp_socket_shutdown, "vvr")                     \
    X(wasi_sockets_tcp_tcp_socket_drop, "v")                                  \
    X(wasi_sockets_udp_create_socket_create_udp_socket, "vr")                 \
    X(wasi_sockets_udp_method_udp_socket_start_bind, "vvvvvvvvvvvvvvr")       \
    X(wasi_sockets_udp_method_udp_socket_finish_bind, "vr")                   \
    X(wasi_sockets_udp_method_udp_socket_stream, "vvvvvvvvvvvvvvr")           \
    X(wasi_sockets_udp_method_udp_socket_local_address, "vr")                 \
    X(wasi_sockets_udp_method_udp_socket_remote_address, "vr")                \
    X(wasi_sockets_udp_method_udp_socket_address_family, "v")                 \
    X(wasi_sockets_udp_method_udp_socket_unicast_hop_limit, "vr")             \
    X(wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit, "vvr")        \
    X(wasi_sockets_udp_method_udp_socket_receive_buffer_size, "vr")           \
    X(wasi_sockets_udp_method_udp_socket_set_receive_buffer_size, "vvr")      \
    X(wasi_sockets_udp_method_udp_socket_send_buffer_size, "vr")              \
    X(wasi_sockets_udp_method_udp_socket_set_send_buffer_size, "vvr")         \
    X(wasi_sockets_udp_method_udp_socket_subscribe, "v")                      \
    X(wasi_sockets_udp_udp_socket_drop, "v")                                  \
    X(wasi_sockets_udp_method_incoming_datagram_stream_receive, "vvr")        \
    X(wasi_sockets_udp_method_incoming_datagram_stream_subscribe, "v")        \
    X(wasi_sockets_udp_incoming_datagram_stream_drop, "v")                    \
    X(wasi_sockets_udp_method_outgoing_datagram_stream_check_send, "vr")      \
    X(wasi_sockets_udp_method_outgoing_datagram_stream_send, "vdr")           \
    X(wasi_sockets_udp_method_outgoing_datagram_stream_subscribe, "v")        \
    X(wasi_sockets_udp_outgoing_datagram_stream_drop, "v")                    \
    X(wasi_sockets_ip_name_lookup_resolve_addresses, "v1r")                   \
    X(wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address, "vr")\
    X(wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe, "v")\
    X(wasi_sockets_ip_name_lookup_resolve_address_stream_drop, "v")           \
    X(wasi_http_outgoing_handler_handle, "vvvr")                              \
    X(wasi_http_types_http_error_code, "vr")                                  \
    X(wasi_http_types_constructor_fields, "")                                 \
    X(wasi_http_types_static_fields_from_list, "fr")                          \
    X(wasi_http_types_method_fields_get, "v1r")                               \
    X(wasi_http_types_method_fields_has, "v1")                                \
    X(wasi_http_types_method_fields_set, "v1lr")                              \
    X(wasi_http_types_method_fields_delete, "v1r")                            \
    X(wasi_http_types_method_fields_append, "v11r")                           \
    X(wasi_http_types_method_fields_entries, "vr")                            \
    X(wasi_http_types_method_fields_clone, "v")                               \
    X(wasi_http_types_fields_drop, "v")                                       \
    X(wasi_http_types_constructor_outgoing_request, "v")                      \
    X(wasi_http_types_method_outgoing_request_body, "vr")                     \
    X(wasi_http_types_method_outgoing_request_method, "vr")                   \
    X(wasi_http_types_method_outgoing_request_set_method, "vv1")              \
    X(wasi_http_types_method_outgoing_request_path_with_query, "vr")          \
    X(wasi_http_types_method_outgoing_request_set_path_with_query, "vv1")     \
    X(wasi_http_types_method_outgoing_request_scheme, "vr")                   \
    X(wasi_http_types_method_outgoing_request_set_scheme, "vvv1")             \
    X(wasi_http_types_method_outgoing_request_authority, "vr")                \
    X(wasi_http_types_method_outgoing_request_set_authority, "vv1")           \
    X(wasi_http_types_method_outgoing_request_headers, "v")                   \
    X(wasi_http_types_outgoing_request_drop, "v")                             \
    X(wasi_http_types_constructor_request_options, "")                        \
    X(wasi_http_types_method_request_options_connect_timeout, "vr")           \
    X(wasi_http_types_method_request_options_set_connect_timeout, "vvv")      \
    X(wasi_http_types_method_request_options_first_byte_timeout, "vr")        \
    X(wasi_http_types_method_request_options_set_first_byte_timeout, "vvv")   \
    X(wasi_http_types_method_request_options_between_bytes_timeout, "vr")     \
    X(wasi_http_types_method_request_options_set_between_bytes_timeout, "vvv")\
    X(wasi_http_types_request_options_drop, "v")                              \
    X(wasi_http_types_method_outgoing_body_write, "vr")                       \
    X(wasi_http_types_static_outgoing_body_finish, "vvvr")                    \
    X(wasi_http_types_outgoing_body_drop, "v")                                \
    X(wasi_http_types_method_future_incoming_response_subscribe, "v")         \
    X(wasi_http_types_method_future_incoming_response_get, "vr")              \
    X(wasi_http_types_future_incoming_response_drop, "v")                     \
    X(wasi_http_types_method_incoming_response_status, "v")                   \
    X(wasi_http_types_method_incoming_response_headers, "v")                  \
    X(wasi_http_types_method_incoming_response_consume, "vr")                 \
    X(wasi_http_types_incoming_response_drop, "v")                            \
    X(wasi_http_types_method_incoming_body_stream, "vr")                      \
    X(wasi_http_types_static_incoming_body_finish, "v")                       \
    X(wasi_http_types_incoming_body_drop, "v")                                \
    X(wasi_http_types_method_future_trailers_subscribe, "v")                  \
    X(wasi_http_types_method_future_trailers_get, "vr")                       \
    X(wasi_http_types_future_trailers_drop, "v")                              \
    X(pollux_harness_steps_next, "vor")                                       \
    X(pollux_harness_steps_choose, "vv")                                      \
    X(pollux_harness_steps_state, "v")                                        \
    X(wasip2_unreachable, "s")

enum {
#define X(name, signature) IMPORT_##name,
    POLLUX_IMPORTS(X)
#undef X
    IMPORT_COUNT
};

/// The address that a library's import of this number leads to.
uintptr_t pollux_import_address(int index);
/// Calls an import as the library would.
uint64_t pollux_import_call(int index, uint64_t a, uint64_t b, uint64_t c, uint64_t d);

#endif
