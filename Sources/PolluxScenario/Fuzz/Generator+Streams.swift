// The steps of generated programs on streams, with what they are to give.

extension Generator {
    // MARK: Inputs

    /// Reads: some bytes, a byte of which everybody can say which, or all up to the end.
    mutating func appendRead(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let fit = props.indices.filter { props[$0].isReadable && canRead($0, by: task) }
        guard !fit.isEmpty else {
            return appendHangingSocketStep(to: task) || appendHangingRead(to: task)
        }
        let prop = draws.pick(fit, for: part)
        take(prop, by: task)
        let name = props[prop].name
        let claims = props[prop].user == task && !tasks[task].isDoomed
        let ends = props[prop].ends
        switch draws.below(3, for: part) {
        case 0 where ends: appendReadToEnd(of: prop, claims: claims, to: task)
        case 1 where ends || (props[prop].position ?? 0) < props[prop].bytes.count:
            let count = draws.pick([nil, 2, 4], for: part)
            append(.read(name, upTo: count, as: nextValue()), waking: 1, to: task)
            if props[prop].isOver { break }
            props[prop].position = nil
        default:
            let value = nextValue()
            append(.read(name, upTo: 1, as: value), waking: 1, to: task)
            let claim = nextByte(of: prop)
            if claims, let claim { valueClaims.append(ValueClaim(name: value, value: claim)) }
        }
        return true
    }

    /// Reads all that is left of what ends, with what that is where it can be said.
    mutating func appendReadToEnd(of prop: Int, claims: Bool, to task: Int) {
        let value = claims ? nextValue() : nil
        append(.readUntilClosed(props[prop].name, as: value), waking: nil, to: task)
        if let value, let claim = rest(of: prop) {
            valueClaims.append(ValueClaim(name: value, value: claim))
        }
        props[prop].isOver = true
        props[prop].position = props[prop].bytes.count
    }

    /// Whether a read by the task comes to an end.
    private func canRead(_ prop: Int, by task: Int) -> Bool {
        let stream = props[prop]
        if stream.isConnection || stream.exchange != nil,
            stream.user != task || stream.isReadShut
        {
            return false
        }
        if stream.isDropped || stream.isShared && stream.ending == .none { return false }
        if let user = stream.user, user != task, stream.ending == .none { return false }
        if stream.user.map({ tasks[$0].isDoomed && $0 != task }) == true { return false }
        if stream.user != nil, stream.user != task, tasks[task].isDoomed { return false }
        if stream.ends { return true }
        return stream.position.map { $0 < stream.bytes.count } ?? false
    }

    /// The stream is the task's, or everybody's once a second task comes.
    private mutating func take(_ prop: Int, by task: Int) {
        use(prop: prop, by: task)
        // Nobody need read all.
        if props[prop].ending == .none || tasks[task].isDoomed { props[prop].isOptional = true }
        if props[prop].user == nil, !props[prop].isShared {
            props[prop].user = task
        } else if props[prop].user != task {
            props[prop].user = nil
            props[prop].isShared = true
            props[prop].position = nil
            props[prop].written = nil
            let name = props[prop].name
            dropClaims(about: name)
        }
    }

    /// A stream that turns out to be everybody's has no values of which one can say what they are.
    private mutating func dropClaims(about stream: String) {
        var values: Set<String> = [stream]
        for task in tasks {
            for step in task.steps {
                switch step {
                case .read(stream, _, let value?), .readUntilClosed(stream, let value?),
                    .write(stream, _, let value?), .flush(stream, let value?):
                    values.insert(value)
                default: break
                }
            }
        }
        valueClaims.removeAll { values.contains($0.name) }
    }

    /// What a read up to the end gives from here on.
    private func rest(of prop: Int) -> ValueClaim.Value? {
        let stream = props[prop]
        guard let position = stream.position else { return nil }
        if stream.isOver { return .bytes([]) }
        if stream.ending == .failed { return stream.failureClaim }
        return .bytes(Array(stream.bytes[position...]))
    }

    /// What a read of one byte gives from here on.
    private mutating func nextByte(of prop: Int) -> ValueClaim.Value? {
        guard let position = props[prop].position else {
            return nil
        }
        if position < props[prop].bytes.count {
            props[prop].position = position + 1
            return .bytes([props[prop].bytes[position]])
        }
        defer { props[prop].isOver = true }
        return props[prop].ending == .failed && !props[prop].isOver
            ? props[prop].failureClaim : .closed
    }

    /// A read that a cancel ends.
    private mutating func appendHangingRead(to task: Int) -> Bool {
        guard tasks[task].isDoomed,
            let prop = props.indices.first(where: { place in
                props[place].isInput && props[place].ending == .none && props[place].user == nil
                    && !props[place].isShared && !props[place].isSubscribed
            })
        else { return false }
        take(prop, by: task)
        props[prop].position = nil
        let name = props[prop].name
        for _ in props[prop].bytes { tasks[task].steps.append(.read(name, upTo: 1, as: nil)) }
        tasks[task].steps += [.read(name, upTo: nil, as: nil), .say("unreachable")]
        tasks[task].hangs = true
        tasks[task].isClosed = true
        return true
    }

    // MARK: Outputs

    mutating func appendWrite(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        guard let prop = output(for: task) else { return false }
        let words = ["x", "ab", "hello", "a longer line"]
        let bytes = Array(draws.pick(words, for: part).utf8)
        take(prop, by: task)
        if tasks[task].isDoomed { props[prop].written = nil }
        let claims = props[prop].written != nil && props[prop].takesAll
        let value = nextValue()
        append(.write(props[prop].name, bytes, as: value), waking: 1, to: task)
        props[prop].written? += bytes
        if claims { valueClaims.append(ValueClaim(name: value, value: .ok)) }
        return true
    }

    mutating func appendFlush(to task: Int) -> Bool {
        guard let prop = output(for: task) else { return false }
        take(prop, by: task)
        if tasks[task].isDoomed { props[prop].written = nil }
        let claims = props[prop].written != nil && props[prop].takesAll
        let value = nextValue()
        append(.flush(props[prop].name, as: value), waking: 1, to: task)
        if claims { valueClaims.append(ValueClaim(name: value, value: .ok)) }
        return true
    }

    /// An output that the task may write to.
    private mutating func output(for task: Int) -> Int? {
        let fit = props.indices.filter { prop in
            guard props[prop].isWritable, !props[prop].isDropped else { return false }
            if props[prop].isConnection { return props[prop].user == task }
            guard let user = props[prop].user, user != task else { return true }
            // Who is cancelled takes its stream along.
            return !tasks[task].isDoomed && !tasks[user].isDoomed
        }
        return fit.isEmpty ? nil : draws.pick(fit, for: .task(task))
    }

    // MARK: Both

    /// A wait for a stream, a drop of one, or a subscribed name for one.
    mutating func appendStreamWait(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let fit = props.indices.filter { prop in
            guard props[prop].isStream, props[prop].isSure, !props[prop].isDropped else {
                return false
            }
            if props[prop].isConnection {
                return props[prop].user == task && !props[prop].isReadShut
            }
            guard let user = props[prop].user else { return !props[prop].isShared }
            return user == task
        }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: part)
        take(prop, by: task)
        let name = props[prop].name
        switch draws.below(4, for: part) {
        case 0 where props[prop].isOver && !props[prop].isSubscribed:
            props[prop].isDropped = true
            append(.drop(name), waking: 0, to: task)
        case 1 where names.count < 12 && !props[prop].isConnection:
            props[prop].isSubscribed = true
            let plan = NamePlan(name: "n\(names.count + 1)", prop: prop, subscriber: task)
            names.append(plan)
            tasks[task].knownNames.append(names.count - 1)
            append(.subscribe(name, as: plan.name), waking: 0, to: task)
        default: append(.waitAny([name], as: nil), waking: 1, to: task)
        }
        return true
    }
}
