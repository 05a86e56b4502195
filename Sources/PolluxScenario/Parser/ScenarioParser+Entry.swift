// `program: {entry: Name}`: a whole program in place of steps.

extension EntryScript {
    /// What stands for the guest where a whole program runs: reports, and `for`, call it so.
    public static let guest = "program"
}

extension ScenarioParser {
    /// What a program by `entry` can have.
    static let entryKeys = FormatKey.entry.map(\.name)

    /// Reads `{entry: Echo, args: {port: 80, peer: [a, b]}, env: {LOG: debug}}`.
    mutating func readEntry(_ node: YAMLNode) throws(Diagnostic) {
        let fields = try fields(of: node, called: "key", known: Self.entryKeys)
        guard let named = fields["entry"] else {
            throw failure("the program has no 'entry'", at: node.place)
        }
        let name = Word(try scalar(named.value, as: "'entry'"))
        try declare(name, as: "program")
        _ = taskNames.add(name.text)
        tasks = [TaskScript(name: name.text, steps: [], isSpawned: false, place: name.place)]
        var entry = EntryScript(
            name: Located(name.text, at: name.place), arguments: [], variables: [])
        if let args = fields["args"] { entry.arguments = try arguments(args.value) }
        if let env = fields["env"] {
            for variable in try entries(env.value, as: "'env'") {
                guard !variable.key.text.contains("="), !variable.key.text.isEmpty else {
                    throw failure("a variable's name has no '='", at: variable.key.place)
                }
                let value = try scalar(variable.value, as: "'\(variable.key.text)'").text
                entry.variables.append(.init(name: variable.key.text, value: value))
            }
        }
        for resource in resources where !resource.isDoorOfWASI {
            throw failure(
                "a program by 'entry' meets the world by doors of WASI's; '\(resource.name)' has "
                    + "none, 'stdin' is one",
                at: resource.place)
        }
        self.entry = entry
    }

    /// A list stands as it is; a map gives `--key=value`, once for each item of a list.
    private func arguments(_ node: YAMLNode) throws(Diagnostic) -> [String] {
        var arguments: [String] = []
        if case .sequence(let items) = node.content {
            for item in items { arguments.append(try scalar(item, as: "an argument").text) }
            return arguments
        }
        for argument in try entries(node, as: "'args'") {
            let key = argument.key.text
            var items = [argument.value]
            if case .sequence(let list) = argument.value.content { items = list }
            for item in items {
                arguments.append("--\(key)=\(try scalar(item, as: "'\(key)'").text)")
            }
        }
        return arguments
    }
}

extension Resource {
    /// Whether a program meets it without the step door.
    fileprivate var isDoorOfWASI: Bool {
        if case .stdin = kind { true } else { isOfNetwork }
    }
}
