// wasi:cli/stdin, stdout and stderr.

import CWASIp2

/// The program's standard streams. Each call gives a new handle of the one stream; dropping it closes
/// nothing.
public enum StandardStreams {
    /// `stdin.get-stdin`.
    public static func input() -> InputStream {
        InputStream(owning: __wasm_import_wasi_cli_stdin_get_stdin())
    }

    /// `stdout.get-stdout`.
    public static func output() -> OutputStream {
        OutputStream(owning: __wasm_import_wasi_cli_stdout_get_stdout())
    }

    /// `stderr.get-stderr`.
    public static func error() -> OutputStream {
        OutputStream(owning: __wasm_import_wasi_cli_stderr_get_stderr())
    }
}
