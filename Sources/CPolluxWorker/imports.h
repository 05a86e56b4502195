// The imports that a guest's library is offered, and what of their arguments is to be written down.
//
// One letter for each argument: `v` a number, `1` or `4` the address of a list of elements of so many
// bytes, with its length behind it, `o` an outcome of the step door (tag, value, length), `r` the
// return area, `s` the address of a text that ends with 0.

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
