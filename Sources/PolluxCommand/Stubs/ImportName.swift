// The imports that hosts here offer, by their names in WIT and in C.

/// One function of a WASI interface, or of the step door.
struct ImportName: Hashable, Sendable {
    /// `wasi:io/poll`, without a version.
    var interface: String
    /// `[method]pollable.ready`
    var function: String

    /// `wasi:io/poll [method]pollable.ready`
    var text: String { "\(interface) \(function)" }

    /// The symbol that wit-bindgen's C bindings use.
    var symbol: String { Self.prefix + Self.snake(interface) + "_" + functionSymbol }

    /// The part of the symbol that names the function: `method_pollable_ready`.
    var functionSymbol: String {
        guard function.hasPrefix("["), let end = function.firstIndex(of: "]") else {
            return Self.snake(function)
        }
        let kind = function[function.index(after: function.startIndex)..<end]
        let name = Self.snake(function[function.index(after: end)...])
        return kind == "resource-drop" ? name + "_drop" : "\(kind)_\(name)"
    }

    /// What every raw import begins with.
    static let prefix = "__wasm_import_"

    /// A WIT name in snake case.
    static func snake(_ name: some StringProtocol) -> String {
        String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}

extension ImportName {
    /// What a host here offers.
    static let offered: [ImportName] = [
        ("wasi:io/error", ["[method]error.to-debug-string", "[resource-drop]error"]),
        (
            "wasi:io/poll",
            ["poll", "[method]pollable.ready", "[method]pollable.block", "[resource-drop]pollable"]
        ),
        (
            "wasi:io/streams",
            ["read", "blocking-read", "skip", "blocking-skip", "subscribe"]
                .map { "[method]input-stream.\($0)" }
                + [
                    "check-write", "write", "blocking-write-and-flush", "flush", "blocking-flush",
                    "subscribe", "write-zeroes", "blocking-write-zeroes-and-flush", "splice",
                    "blocking-splice",
                ].map { "[method]output-stream.\($0)" }
                + ["[resource-drop]input-stream", "[resource-drop]output-stream"]
        ),
        (
            "wasi:clocks/monotonic-clock",
            ["now", "resolution", "subscribe-instant", "subscribe-duration"]
        ),
        ("wasi:clocks/wall-clock", ["now", "resolution"]),
        ("wasi:cli/environment", ["get-environment", "get-arguments", "initial-cwd"]),
        ("wasi:cli/exit", ["exit"]),
        ("wasi:cli/stdin", ["get-stdin"]),
        ("wasi:cli/stdout", ["get-stdout"]),
        ("wasi:cli/stderr", ["get-stderr"]),
        ("wasi:cli/terminal-input", ["[resource-drop]terminal-input"]),
        ("wasi:cli/terminal-output", ["[resource-drop]terminal-output"]),
        ("wasi:cli/terminal-stdin", ["get-terminal-stdin"]),
        ("wasi:cli/terminal-stdout", ["get-terminal-stdout"]),
        ("wasi:cli/terminal-stderr", ["get-terminal-stderr"]),
        ("wasi:random/random", ["get-random-bytes", "get-random-u64"]),
        ("wasi:random/insecure", ["get-insecure-random-bytes", "get-insecure-random-u64"]),
        ("wasi:random/insecure-seed", ["insecure-seed"]),
        ("pollux:harness/steps", ["next", "choose", "state"]),
    ].flatMap { interface, functions in
        functions.map { ImportName(interface: interface, function: $0) }
    }
}
