// wasi:cli/environment, exit and terminal-*.

import CWASIp2

/// `wasi:cli/environment`: what the program was started with; the same at every call.
public enum Environment {
    /// `get-arguments`: the program's name, then its arguments.
    public static func arguments() -> [String] {
        var area = wasi_cli_list_string_t()
        __wasm_import_wasi_cli_environment_get_arguments(&area)
        let list = UnsafeBufferPointer(start: area.ptr, count: area.len)
        let arguments = list.map(take)
        if area.len > 0 { cwasip2_free(area.ptr) }
        return arguments
    }

    /// `get-environment`: all variables, by name and value.
    public static func variables() -> [(name: String, value: String)] {
        var area = wasi_cli_list_variable_t()
        __wasm_import_wasi_cli_environment_get_environment(&area)
        let list = UnsafeBufferPointer(start: area.ptr, count: area.len)
        let variables = list.map { (name: take($0.name), value: take($0.value)) }
        if area.len > 0 { cwasip2_free(area.ptr) }
        return variables
    }

    /// `initial-cwd`: the directory that the program was started in, if it is told.
    public static func initialDirectory() -> String? {
        var area = wasi_cli_option_string_t()
        __wasm_import_wasi_cli_environment_initial_cwd(&area)
        return area.is_some == 0 ? nil : take(area.value)
    }

    /// Copies a string that belongs to us and frees it.
    private static func take(_ text: wasi_cli_string_t) -> String {
        let bytes = UnsafeBufferPointer(start: text.ptr, count: text.len)
        let copy = String(decoding: bytes, as: UTF8.self)
        if text.len > 0 { cwasip2_free(text.ptr) }
        return copy
    }
}

/// `wasi:cli/exit`: ends the program, with status 0 for success and 1 for failure, whatever it still
/// waits for. Runs no `deinit`.
public func exit(success: Bool) -> Never {
    __wasm_import_wasi_cli_exit_exit(success ? 0 : 1)
    wasip2_unreachable("wasi:cli/exit returned")
}

/// `wasi:cli/terminal-*`: whether the standard streams are terminals.
public enum Terminal {
    /// `get-terminal-stdin`.
    public static func isStandardInput() -> Bool {
        var area = wasi_cli_option_handle_t()
        __wasm_import_wasi_cli_terminal_stdin_get_terminal_stdin(&area)
        if area.is_some != 0 {
            __wasm_import_wasi_cli_terminal_input_terminal_input_drop(area.handle)
        }
        return area.is_some != 0
    }

    /// `get-terminal-stdout`.
    public static func isStandardOutput() -> Bool {
        var area = wasi_cli_option_handle_t()
        __wasm_import_wasi_cli_terminal_stdout_get_terminal_stdout(&area)
        return drop(area)
    }

    /// `get-terminal-stderr`.
    public static func isStandardError() -> Bool {
        var area = wasi_cli_option_handle_t()
        __wasm_import_wasi_cli_terminal_stderr_get_terminal_stderr(&area)
        return drop(area)
    }

    private static func drop(_ area: wasi_cli_option_handle_t) -> Bool {
        if area.is_some != 0 {
            __wasm_import_wasi_cli_terminal_output_terminal_output_drop(area.handle)
        }
        return area.is_some != 0
    }
}
