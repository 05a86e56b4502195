// The imports of wasi:cli@0.2.0 as C functions. How results and lists travel: wasi_io.h.
#ifndef WASI_CLI_H
#define WASI_CLI_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

// MARK: Return areas

/// `string`: UTF-8, with no terminating zero.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_cli_string_t;

WASI_LAYOUT(sizeof(wasi_cli_string_t) == 2 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_cli_string_t, len) == sizeof(void *));

/// `tuple<string, string>`: a variable and its value.
typedef struct {
    wasi_cli_string_t name;
    wasi_cli_string_t value;
} wasi_cli_variable_t;

WASI_LAYOUT(sizeof(wasi_cli_variable_t) == 4 * sizeof(void *));

/// `list<tuple<string, string>>`.
typedef struct {
    wasi_cli_variable_t *_Nullable ptr;
    size_t len;
} wasi_cli_list_variable_t;

/// `list<string>`.
typedef struct {
    wasi_cli_string_t *_Nullable ptr;
    size_t len;
} wasi_cli_list_string_t;

WASI_LAYOUT(sizeof(wasi_cli_list_variable_t) == 2 * sizeof(void *));
WASI_LAYOUT(sizeof(wasi_cli_list_string_t) == 2 * sizeof(void *));

/// `option<string>`.
typedef struct {
    uint8_t is_some;
    wasi_cli_string_t value;
} wasi_cli_option_string_t;

WASI_LAYOUT(sizeof(wasi_cli_option_string_t) == 3 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_cli_option_string_t, value) == sizeof(void *));

/// `option<own<terminal-input>>`, `option<own<terminal-output>>`.
typedef struct {
    uint8_t is_some;
    int32_t handle;
} wasi_cli_option_handle_t;

WASI_LAYOUT(sizeof(wasi_cli_option_handle_t) == 8);
WASI_LAYOUT(offsetof(wasi_cli_option_handle_t, handle) == 4);

// MARK: wasi:cli/environment

/// `get-environment`: all variables, the same at every call.
WASI_IMPORT("wasi:cli/environment@0.2.0", "get-environment")
void __wasm_import_wasi_cli_environment_get_environment(wasi_cli_list_variable_t *_Nonnull ret);

/// `get-arguments`: the program's name and its arguments, the same at every call.
WASI_IMPORT("wasi:cli/environment@0.2.0", "get-arguments")
void __wasm_import_wasi_cli_environment_get_arguments(wasi_cli_list_string_t *_Nonnull ret);

/// `initial-cwd`: where the program was started, if it is told.
WASI_IMPORT("wasi:cli/environment@0.2.0", "initial-cwd")
void __wasm_import_wasi_cli_environment_initial_cwd(wasi_cli_option_string_t *_Nonnull ret);

// MARK: wasi:cli/exit

/// `exit`: ends the guest, 0 for ok and 1 for err. Does not return.
WASI_IMPORT("wasi:cli/exit@0.2.0", "exit")
void __wasm_import_wasi_cli_exit_exit(int32_t status);

// MARK: wasi:cli/stdin, stdout, stderr

/// `get-stdin`: a new own handle of the one standard input.
WASI_IMPORT("wasi:cli/stdin@0.2.0", "get-stdin")
int32_t __wasm_import_wasi_cli_stdin_get_stdin(void);

/// `get-stdout`: a new own handle of the one standard output.
WASI_IMPORT("wasi:cli/stdout@0.2.0", "get-stdout")
int32_t __wasm_import_wasi_cli_stdout_get_stdout(void);

/// `get-stderr`: a new own handle of the one standard error.
WASI_IMPORT("wasi:cli/stderr@0.2.0", "get-stderr")
int32_t __wasm_import_wasi_cli_stderr_get_stderr(void);

// MARK: wasi:cli/terminal-*

/// Drops an own handle of `terminal-input`.
WASI_IMPORT("wasi:cli/terminal-input@0.2.0", "[resource-drop]terminal-input")
void __wasm_import_wasi_cli_terminal_input_terminal_input_drop(int32_t handle);

/// Drops an own handle of `terminal-output`.
WASI_IMPORT("wasi:cli/terminal-output@0.2.0", "[resource-drop]terminal-output")
void __wasm_import_wasi_cli_terminal_output_terminal_output_drop(int32_t handle);

/// `get-terminal-stdin`: an own handle where standard input is a terminal.
WASI_IMPORT("wasi:cli/terminal-stdin@0.2.0", "get-terminal-stdin")
void __wasm_import_wasi_cli_terminal_stdin_get_terminal_stdin(
    wasi_cli_option_handle_t *_Nonnull ret);

/// `get-terminal-stdout`: an own handle where standard output is a terminal.
WASI_IMPORT("wasi:cli/terminal-stdout@0.2.0", "get-terminal-stdout")
void __wasm_import_wasi_cli_terminal_stdout_get_terminal_stdout(
    wasi_cli_option_handle_t *_Nonnull ret);

/// `get-terminal-stderr`: an own handle where standard error is a terminal.
WASI_IMPORT("wasi:cli/terminal-stderr@0.2.0", "get-terminal-stderr")
void __wasm_import_wasi_cli_terminal_stderr_get_terminal_stderr(
    wasi_cli_option_handle_t *_Nonnull ret);

WASI_END_DECLS

#endif
