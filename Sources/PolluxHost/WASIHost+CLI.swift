// wasi:cli: environment, exit, standard streams, terminals.

extension WASIHost {
    /// `environment.get-arguments` (CLI-16).
    public func arguments() throws(HostTrap) -> [String] {
        try enter(.getArguments)
        return environment.arguments
    }

    /// `environment.get-environment` (CLI-16).
    public func variables() throws(HostTrap) -> [(name: String, value: String)] {
        try enter(.getEnvironment)
        return environment.variables
    }

    /// `environment.initial-cwd` (CLI-16).
    public func initialDirectory() throws(HostTrap) -> String? {
        try enter(.initialDirectory)
        return environment.currentDirectory
    }

    /// `exit.exit`: never returns; the guest ends with 0 for `ok` and 1 for `err`, whatever waits
    /// (CLI-13, CLI-18).
    /// - Parameter status: the discriminant of `result`, 0 or 1.
    /// - Throws: always: `exit`, or `invalid-discriminant` (RES-21).
    public func exit(status: Int32) throws(HostTrap) -> Never {
        try enter(.exit)
        guard status == 0 || status == 1 else {
            throw HostTrap(
                .invalidDiscriminant(type: "result", value: Int64(status)), in: .exit)
        }
        throw HostTrap(.exit(UInt8(status)), in: .exit)
    }

    /// `stdin.get-stdin`, `stdout.get-stdout`, `stderr.get-stderr`: a new handle of the one stream
    /// (CLI-01).
    /// - Throws: `table-full`.
    public func standard(_ stream: StandardStream) throws(HostTrap) -> Int32 {
        try enter(.getStandardStream)
        let name =
            switch stream {
            case .input: "stdin"
            case .output: "stdout"
            case .error: "stderr"
            }
        switch (environment[stream].end, stream) {
        case (.source(let source), .input):
            return try addInputStream(source, kind: .stdio, named: name, in: .getStandardStream)
        case (.source(let source), _):
            return try addOutputStream(source, kind: .stdio, named: name, in: .getStandardStream)
        case (.memory(let pipe), .input):
            return try addInputStream(pipe, kind: .stdio, named: name, in: .getStandardStream)
        case (.memory(let pipe), _):
            return try addOutputStream(pipe, kind: .stdio, named: name, in: .getStandardStream)
        }
    }

    /// `terminal-*.get-terminal-*`: a handle where the stream is a terminal, else `nil` (CLI-17).
    /// - Throws: `table-full`.
    public func terminal(of stream: StandardStream) throws(HostTrap) -> Int32? {
        try enter(.getTerminal)
        guard environment[stream].isTerminal else { return nil }
        return try insert(stream == .input ? .terminalInput : .terminalOutput, in: .getTerminal)
    }
}

extension GuestEnvironment {
    fileprivate subscript(stream: StandardStream) -> Stream {
        switch stream {
        case .input: standardInput
        case .output: standardOutput
        case .error: standardError
        }
    }
}
