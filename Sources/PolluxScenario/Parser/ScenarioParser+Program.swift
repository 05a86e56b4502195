// `program`: tasks and their steps, with every name looked up.

extension ScenarioParser {
    /// More than any picture can show.
    static let mostTasks = 1_000

    /// Reads `program`.
    mutating func readProgram(_ node: YAMLNode) throws(Diagnostic) {
        let entries = try entries(node, as: "'program'")
        guard let first = entries.first else {
            throw failure("the program has no tasks", at: node.place)
        }
        if first.key.text == "entry", first.value.scalar != nil { return try readEntry(node) }
        guard entries.count <= Self.mostTasks else {
            let place = entries[Self.mostTasks].key.place
            throw failure("the program has more than \(Self.mostTasks) tasks", at: place)
        }
        for entry in entries {
            try declare(Word(entry.key), as: "task")
            _ = taskNames.add(entry.key.text)
            tasks.append(
                TaskScript(
                    name: entry.key.text, steps: [], isSpawned: false, place: entry.key.place))
        }
        try readSteps(entries)
    }

    /// Reads all phrases, then all subscribed names, and only then looks names up.
    ///
    /// What cannot be read waits for its turn, so that the first error of the file is the one
    /// that is reported.
    private mutating func readSteps(_ entries: [YAMLEntry]) throws(Diagnostic) {
        var phrases: [[Result<Located<StepPhrase>, Diagnostic>]] = []
        for entry in entries {
            let what = "the steps of '\(entry.key.text)'"
            do {
                var read: [Result<Located<StepPhrase>, Diagnostic>] = []
                for item in try list(entry.value, as: what) { read.append(stepPhrase(item)) }
                phrases.append(read)
            } catch {
                phrases.append([.failure(error)])
            }
        }
        for task in phrases.indices {
            for phrase in phrases[task] {
                let phrase = try phrase.get()
                tasks[task].steps.append(
                    Located(try step(phrase.value, of: task), at: phrase.place))
            }
        }
    }

    /// One step's phrase; the names that it subscribes are known from here on.
    private mutating func stepPhrase(
        _ node: YAMLNode
    ) -> Result<Located<StepPhrase>, Diagnostic> {
        do {
            var reader = StepPhraseReader(try phrase(node, as: "a step"), in: file)
            let step = try reader.step()
            try declareSubscriptions(in: step.value)
            return .success(step)
        } catch {
            return .failure(error)
        }
    }

    private mutating func declareSubscriptions(in step: StepPhrase) throws(Diagnostic) {
        switch step {
        case .subscribe(let resource, as: let name) where pollNames.number(of: name.text) == nil:
            try declare(name, as: "subscribed name")
            _ = pollNames.add(name.text)
            pollResources.append(resource.text)
        case .repeat(_, let steps):
            for step in steps { try declareSubscriptions(in: step.value) }
        default: break
        }
    }

    // MARK: - Steps

    private mutating func step(
        _ phrase: StepPhrase, of task: TaskID
    ) throws(Diagnostic) -> Step {
        switch phrase {
        case .sleep(let time): return .sleep(time)
        case .work(let time): return .work(time)
        case .yield: return .yield
        case .say(let text): return .say(text)
        case .exit(let code): return .exit(code)
        case .waitAny(let words, as: let name):
            return .waitAny(try targets(words), as: result(name))
        case .waitAll(let words): return .waitAll(try targets(words))
        case .subscribe(let resource, as: let name):
            let id = try self.resource(resource)
            try refuseAnswerer(resource, id)
            return .subscribe(id, as: pollNames.add(name.text))
        case .drop(let name):
            if let resource = resourceNames.number(of: name.text) {
                if case .name = resources[resource].kind {
                    throw failure(
                        "'\(name.text)' is a name, of which a task holds nothing", at: name.place)
                }
                if resources[resource].isOpened { return .dropStream(resource) }
            }
            return .drop(try pollName(name, of: "drop"))
        case .block(let name): return .block(try pollName(name, of: "block"))
        case .ready(let name, as: let value):
            return .ready(try pollName(name, of: "ready"), as: result(value))
        case .poll(let words, as: let value):
            var names: [PollNameID] = []
            for word in words { names.append(try pollName(word, of: "poll")) }
            return .poll(names, as: result(value))
        case .join(let words):
            var others: [TaskID] = []
            for word in words { others.append(try other(word, than: task, to: "join")) }
            return .join(others)
        case .cancel(let word, let thenJoin):
            return .cancel(try other(word, than: task, to: "cancel"), thenJoin: thenJoin)
        case .spawn(let word):
            if word.text == "main", taskNames.number(of: "main") != nil {
                throw failure("'main' starts by itself; it cannot be spawned", at: word.place)
            }
            let child = try other(word, than: task, to: "spawn")
            tasks[child].isSpawned = true
            return .spawn(child)
        case .read(let name, upTo: let count, as: let value):
            if count != nil { try refuseDatagrams(name, "a datagram is received whole") }
            return .read(
                try input(name), upTo: count ?? StepPhrase.mostRead, as: result(value))
        case .readUntilClosed(let name, as: let value):
            try refuseDatagrams(name, "datagrams have no end")
            return .readUntilClosed(try input(name), as: result(value))
        case .write(let name, let text, as: let value):
            return .write(try output(name, of: "write"), Array(text.utf8), as: result(value))
        case .flush(let name, as: let value):
            try refuseDatagrams(name, "a datagram is sent at once")
            return .flush(try output(name, of: "flush"), as: result(value))
        case .connect(let name, as: let value):
            return .connect(try target(name, of: "connect"), as: result(value))
        case .listen(let name, as: let value):
            return .listen(try target(name, of: "listen"), as: result(value))
        case .accept(let name, as: let value):
            return .accept(try target(name, of: "accept"), as: result(value))
        case .shut(let name, let kind, as: let value):
            return .shut(try target(name, of: "shut"), kind, as: result(value))
        case .lookup(let name, as: let value):
            return .lookup(try target(name, of: "lookup"), as: result(value))
        case .fetch(let name, let request, as: let value):
            return .fetch(try target(name, of: "fetch"), request, as: result(value))
        case .trailers(let name, as: let value):
            return .trailers(try target(name, of: "trailers"), as: result(value))
        case .stream(let name, let isBinding, as: let value):
            return .stream(
                try target(name, of: "stream"), isBinding: isBinding, as: result(value))
        case .send(let channel): return .send(channels.add(channel.text))
        case .recv(let channel): return .recv(channels.add(channel.text))
        case .repeat(let count, let phrases):
            var steps: [Located<Step>] = []
            for phrase in phrases {
                steps.append(Located(try step(phrase.value, of: task), at: phrase.place))
            }
            return .repeat(count, steps)
        }
    }

    /// The name of a result, which any number of steps may share.
    private mutating func result(_ name: Word?) -> String? {
        if let name { _ = valueNames.add(name.text) }
        return name?.text
    }

    private func targets(_ words: [Word]) throws(Diagnostic) -> [Target] {
        var targets: [Target] = []
        for word in words {
            if taskNames.number(of: word.text) != nil {
                throw failure(
                    "'\(word.text)' is a task; 'join \(word.text)' waits for it", at: word.place)
            }
            targets.append(try target(word))
            if case .resource(let resource)? = targets.last { try refuseAnswerer(word, resource) }
        }
        return targets
    }

    /// What only a step of its own waits for.
    private func refuseAnswerer(_ word: Word, _ resource: ResourceID) throws(Diagnostic) {
        switch resources[resource].kind {
        case .name:
            throw failure(
                "'\(word.text)' is a name; 'lookup \(word.text)' waits for its answer",
                at: word.place)
        case .http:
            throw failure(
                "'\(word.text)' is a server of HTTP; 'fetch \(word.text)' waits for its response",
                at: word.place)
        default: break
        }
    }

    private func other(
        _ word: Word, than task: TaskID, to verb: String
    ) throws(Diagnostic) -> TaskID {
        let other = try self.task(word)
        guard other != task else {
            throw failure("the task '\(word.text)' cannot \(verb) itself", at: word.place)
        }
        return other
    }
}

// MARK: - Looking names up

extension ScenarioParser {
    /// A task by its name.
    func task(_ word: Word) throws(Diagnostic) -> TaskID {
        if let task = taskNames.number(of: word.text) { return task }
        if let other = declarations[word.text] {
            throw failure("'\(word.text)' is a \(other.what), not a task", at: word.place)
        }
        throw unknown("task", word, among: taskNames.names)
    }

    /// A resource by its name.
    func resource(_ word: Word) throws(Diagnostic) -> ResourceID {
        if let resource = resourceNames.number(of: word.text) { return resource }
        if let name = pollNames.number(of: word.text) {
            throw failure(
                "'\(word.text)' is a subscribed name, not a resource; it stands for "
                    + Diagnostic.quoted(pollResources[name]),
                at: word.place)
        }
        if taskNames.number(of: word.text) != nil {
            throw failure("'\(word.text)' is a task, not a resource", at: word.place)
        }
        throw unknown("resource", word, among: resourceNames.names)
    }

    /// What can be read, by its name.
    private func input(_ word: Word) throws(Diagnostic) -> ResourceID {
        let resource = try self.resource(word)
        guard resources[resource].isReadable else {
            throw mismatch(word, resource, "read", "an input")
        }
        return resource
    }

    private func refuseDatagrams(_ word: Word, _ why: String) throws(Diagnostic) {
        if let resource = resourceNames.number(of: word.text),
            case .udp = resources[resource].kind
        {
            throw failure("'\(word.text)' is a peer for datagrams, and \(why)", at: word.place)
        }
    }

    /// What can be written to, by its name.
    private func output(_ word: Word, of verb: String) throws(Diagnostic) -> ResourceID {
        let resource = try self.resource(word)
        guard resources[resource].isWritable else {
            throw mismatch(word, resource, verb, "an output")
        }
        return resource
    }

    /// What a step on sockets is about, by its name.
    private func target(_ word: Word, of verb: String) throws(Diagnostic) -> ResourceID {
        let resource = try self.resource(word)
        let wanted: String
        switch (verb, resources[resource].kind) {
        case ("connect", .tcp), ("connect", .udp), ("listen", .listener), ("accept", .listener),
            ("shut", .tcp), ("shut", .client), ("lookup", .name), ("fetch", .http),
            ("trailers", .http), ("stream", .udp):
            return resource
        case ("connect", _): wanted = "a 'tcp' or 'udp' door"
        case ("shut", _): wanted = "a connection"
        case ("lookup", _): wanted = "a 'dns' door"
        case ("fetch", _), ("trailers", _): wanted = "an 'http' door"
        case ("stream", _): wanted = "a 'udp' door"
        default: wanted = "a listener"
        }
        throw mismatch(word, resource, verb, wanted)
    }

    private func mismatch(
        _ word: Word, _ resource: ResourceID, _ verb: String, _ wanted: String
    ) -> Diagnostic {
        let found =
            switch resources[resource].kind {
            case .level: "a level"
            case .after, .at: "a timer"
            case .input, .stdin: "an input"
            case .output: "an output"
            case .tcp: "a server"
            case .listener: "a listener"
            case .client: "a client"
            case .udp: "a peer for datagrams"
            case .name: "a name"
            case .http: "a server of HTTP"
            }
        return failure(
            "'\(verb)' needs \(wanted), and '\(word.text)' is \(found)", at: word.place)
    }

    /// A subscribed name, or else a resource.
    func target(_ word: Word) throws(Diagnostic) -> Target {
        if let name = pollNames.number(of: word.text) { return .pollable(name) }
        if let resource = resourceNames.number(of: word.text) { return .resource(resource) }
        if taskNames.number(of: word.text) != nil {
            throw failure("'\(word.text)' is a task, not a resource", at: word.place)
        }
        throw unknown("resource", word, among: resourceNames.names + pollNames.names)
    }

    /// A subscribed name, for a raw step on the handle behind it.
    func pollName(_ word: Word, of verb: String) throws(Diagnostic) -> PollNameID {
        if let name = pollNames.number(of: word.text) { return name }
        guard resourceNames.number(of: word.text) != nil else {
            throw unknown("subscribed name", word, among: pollNames.names)
        }
        throw failure(
            "'\(verb)' needs a subscribed name, and '\(word.text)' is a resource; "
                + "write 'subscribe \(word.text) as \(freeName(for: word.text))' first",
            at: word.place)
    }

    /// A name that nothing has yet: the resource's first letter, or a longer one.
    private func freeName(for resource: String) -> String {
        let letter = String(resource.prefix(1)).lowercased()
        return [letter, letter + "1", "p", "p1"].first {
            declarations[$0] == nil && NameRule.objection(to: $0) == nil
        } ?? resource + "-handle"
    }
}
