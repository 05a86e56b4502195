// wasi:cli as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

// MARK: environment

@c @implementation
public func __wasm_import_wasi_cli_environment_get_environment(
    _ ret: UnsafeMutablePointer<wasi_cli_list_variable_t>
) {
    CurrentHost.with(.getEnvironment) { host throws(HostTrap) in
        let variables = try host.variables()
        let list = unsafe Lowering.allocate(
            wasi_cli_variable_t.self, count: variables.count, for: host)
        for (index, variable) in variables.enumerated() {
            unsafe list[index] = wasi_cli_variable_t(
                name: lower(variable.name, for: host), value: lower(variable.value, for: host))
        }
        unsafe ret.pointee = wasi_cli_list_variable_t(ptr: list, len: variables.count)
    }
}

@c @implementation
public func __wasm_import_wasi_cli_environment_get_arguments(
    _ ret: UnsafeMutablePointer<wasi_cli_list_string_t>
) {
    CurrentHost.with(.getArguments) { host throws(HostTrap) in
        let arguments = try host.arguments()
        let list = unsafe Lowering.allocate(
            wasi_cli_string_t.self, count: arguments.count, for: host)
        for (index, argument) in arguments.enumerated() {
            unsafe list[index] = lower(argument, for: host)
        }
        unsafe ret.pointee = wasi_cli_list_string_t(ptr: list, len: arguments.count)
    }
}

@c @implementation
public func __wasm_import_wasi_cli_environment_initial_cwd(
    _ ret: UnsafeMutablePointer<wasi_cli_option_string_t>
) {
    CurrentHost.with(.initialDirectory) { host throws(HostTrap) in
        var area = unsafe wasi_cli_option_string_t()
        if let directory = try host.initialDirectory() {
            unsafe area.is_some = 1
            unsafe area.value = lower(directory, for: host)
        }
        unsafe ret.pointee = area
    }
}

private func lower(_ text: String, for host: WASIHost) -> wasi_cli_string_t {
    let (start, count) = unsafe Lowering.string(text, for: host)
    return unsafe wasi_cli_string_t(ptr: start, len: count)
}

// MARK: exit

@c @implementation
public func __wasm_import_wasi_cli_exit_exit(_ status: Int32) {
    CurrentHost.with(.exit) { host throws(HostTrap) in try host.exit(status: status) }
}

// MARK: standard streams

@c @implementation
public func __wasm_import_wasi_cli_stdin_get_stdin() -> Int32 {
    CurrentHost.with(.getStandardStream) { host throws(HostTrap) in try host.standard(.input) }
}

@c @implementation
public func __wasm_import_wasi_cli_stdout_get_stdout() -> Int32 {
    CurrentHost.with(.getStandardStream) { host throws(HostTrap) in try host.standard(.output) }
}

@c @implementation
public func __wasm_import_wasi_cli_stderr_get_stderr() -> Int32 {
    CurrentHost.with(.getStandardStream) { host throws(HostTrap) in try host.standard(.error) }
}

// MARK: terminals

@c @implementation
public func __wasm_import_wasi_cli_terminal_input_terminal_input_drop(_ handle: Int32) {
    CurrentHost.with(.terminalDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .terminalInput, in: .terminalDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_cli_terminal_output_terminal_output_drop(_ handle: Int32) {
    CurrentHost.with(.terminalDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .terminalOutput, in: .terminalDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_cli_terminal_stdin_get_terminal_stdin(
    _ ret: UnsafeMutablePointer<wasi_cli_option_handle_t>
) {
    unsafe ret.pointee = terminal(of: .input)
}

@c @implementation
public func __wasm_import_wasi_cli_terminal_stdout_get_terminal_stdout(
    _ ret: UnsafeMutablePointer<wasi_cli_option_handle_t>
) {
    unsafe ret.pointee = terminal(of: .output)
}

@c @implementation
public func __wasm_import_wasi_cli_terminal_stderr_get_terminal_stderr(
    _ ret: UnsafeMutablePointer<wasi_cli_option_handle_t>
) {
    unsafe ret.pointee = terminal(of: .error)
}

private func terminal(of stream: StandardStream) -> wasi_cli_option_handle_t {
    CurrentHost.with(.getTerminal) { host throws(HostTrap) in
        let handle = try host.terminal(of: stream)
        return wasi_cli_option_handle_t(is_some: handle == nil ? 0 : 1, handle: handle ?? 0)
    }
}
