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
        (
            "wasi:sockets/network",
            ["[resource-drop]network"]
        ),
        (
            "wasi:sockets/instance-network",
            ["instance-network"]
        ),
        (
            "wasi:sockets/tcp-create-socket",
            ["create-tcp-socket"]
        ),
        (
            "wasi:sockets/tcp",
            [
                "[method]tcp-socket.start-bind", "[method]tcp-socket.finish-bind",
                "[method]tcp-socket.start-connect", "[method]tcp-socket.finish-connect",
                "[method]tcp-socket.start-listen", "[method]tcp-socket.finish-listen",
                "[method]tcp-socket.accept", "[method]tcp-socket.local-address",
                "[method]tcp-socket.remote-address", "[method]tcp-socket.is-listening",
                "[method]tcp-socket.address-family", "[method]tcp-socket.set-listen-backlog-size",
                "[method]tcp-socket.keep-alive-enabled",
                "[method]tcp-socket.set-keep-alive-enabled",
                "[method]tcp-socket.keep-alive-idle-time",
                "[method]tcp-socket.set-keep-alive-idle-time",
                "[method]tcp-socket.keep-alive-interval",
                "[method]tcp-socket.set-keep-alive-interval", "[method]tcp-socket.keep-alive-count",
                "[method]tcp-socket.set-keep-alive-count", "[method]tcp-socket.hop-limit",
                "[method]tcp-socket.set-hop-limit", "[method]tcp-socket.receive-buffer-size",
                "[method]tcp-socket.set-receive-buffer-size", "[method]tcp-socket.send-buffer-size",
                "[method]tcp-socket.set-send-buffer-size", "[method]tcp-socket.subscribe",
                "[method]tcp-socket.shutdown", "[resource-drop]tcp-socket",
            ]
        ),
        (
            "wasi:sockets/udp-create-socket",
            ["create-udp-socket"]
        ),
        (
            "wasi:sockets/udp",
            [
                "[method]udp-socket.start-bind", "[method]udp-socket.finish-bind",
                "[method]udp-socket.stream", "[method]udp-socket.local-address",
                "[method]udp-socket.remote-address", "[method]udp-socket.address-family",
                "[method]udp-socket.unicast-hop-limit", "[method]udp-socket.set-unicast-hop-limit",
                "[method]udp-socket.receive-buffer-size",
                "[method]udp-socket.set-receive-buffer-size", "[method]udp-socket.send-buffer-size",
                "[method]udp-socket.set-send-buffer-size", "[method]udp-socket.subscribe",
                "[resource-drop]udp-socket", "[method]incoming-datagram-stream.receive",
                "[method]incoming-datagram-stream.subscribe",
                "[resource-drop]incoming-datagram-stream",
                "[method]outgoing-datagram-stream.check-send",
                "[method]outgoing-datagram-stream.send",
                "[method]outgoing-datagram-stream.subscribe",
                "[resource-drop]outgoing-datagram-stream",
            ]
        ),
        (
            "wasi:sockets/ip-name-lookup",
            [
                "resolve-addresses", "[method]resolve-address-stream.resolve-next-address",
                "[method]resolve-address-stream.subscribe", "[resource-drop]resolve-address-stream",
            ]
        ),
        (
            "wasi:http/types",
            [
                "[method]fields.append", "[method]fields.clone", "[method]fields.delete",
                "[method]fields.entries", "[method]fields.get", "[method]fields.has",
                "[method]fields.set", "[method]outgoing-request.authority",
                "[method]outgoing-request.set-authority", "[method]outgoing-request.method",
                "[method]outgoing-request.set-method", "[method]outgoing-request.path-with-query",
                "[method]outgoing-request.set-path-with-query", "[method]outgoing-request.scheme",
                "[method]outgoing-request.set-scheme", "[method]request-options.connect-timeout",
                "[method]request-options.set-connect-timeout",
                "[method]request-options.first-byte-timeout",
                "[method]request-options.set-first-byte-timeout",
                "[method]request-options.between-bytes-timeout",
                "[method]request-options.set-between-bytes-timeout", "[constructor]fields",
                "[constructor]outgoing-request", "[constructor]request-options",
                "[resource-drop]fields", "[resource-drop]outgoing-request",
                "[resource-drop]request-options", "[resource-drop]outgoing-body",
                "[resource-drop]future-incoming-response", "[resource-drop]incoming-response",
                "[resource-drop]incoming-body", "[resource-drop]future-trailers",
                "http-error-code", "[static]fields.from-list", "[method]outgoing-request.body",
                "[method]outgoing-request.headers", "[method]outgoing-body.write",
                "[static]outgoing-body.finish", "[method]future-incoming-response.get",
                "[method]future-incoming-response.subscribe", "[method]incoming-response.status",
                "[method]incoming-response.headers", "[method]incoming-response.consume",
                "[method]incoming-body.stream", "[static]incoming-body.finish",
                "[method]future-trailers.get", "[method]future-trailers.subscribe",
            ]
        ),
        ("wasi:http/outgoing-handler", ["handle"]),
        ("pollux:harness/steps", ["next", "choose", "state"]),
    ].flatMap { interface, functions in
        functions.map { ImportName(interface: interface, function: $0) }
    }
}
