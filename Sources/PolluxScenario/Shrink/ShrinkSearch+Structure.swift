// Smaller documents: fewer claims, tasks, resources, steps, facts; smaller times; shorter names.

extension ShrinkSearch {
    /// Goes through all ways to make the document smaller, until none does or the budget is used up.
    mutating func shrinkStructure() {
        dropWords()
        var before: Draft
        repeat {
            before = best
            dropSlice()
            dropTasks()
            dropResources()
            dropSteps()
            dropFacts()
            dropDeviations()
            simplifySteps()
        } while goesOn && best != before
        dropClaims()
        shrinkTimes()
        rename()
    }

    /// Tries a change of the best document.
    @discardableResult
    private mutating func attempt(_ change: (inout Draft) -> Void) -> Bool {
        var candidate: Draft = best
        change(&candidate)
        return accept(candidate.withoutIdleScripts)
    }

    // MARK: What is said

    /// What was written about the run that is no longer the one.
    private mutating func dropWords() {
        attempt { draft in
            draft.about = nil
            draft.tags = []
        }
        attempt { $0.timeline = nil }
        // What the oracles demand is demanded of every document.
        if attempt({ $0.expect = [] }) { return }
        attempt { draft in
            for index in draft.expect.indices {
                let invariants = draft.expect[index].invariants
                draft.expect[index] = .init()
                draft.expect[index].invariants = invariants
            }
            draft.expect.removeAll { $0 == .init() }
        }
        dropClaims()
    }

    private mutating func dropClaims() {
        func drop<Claim>(_ path: WritableKeyPath<Draft.Expectation, [Claim]>, _ block: Int) {
            for index in best.expect[block][keyPath: path].indices.reversed() {
                attempt { $0.expect[block][keyPath: path].remove(at: index) }
            }
        }
        for block in (best.expect.indices).reversed() {
            if attempt({ $0.expect.remove(at: block) }) { continue }
            attempt { $0.expect[block].outcome = nil }
            attempt { $0.expect[block].polls = nil }
            attempt { $0.expect[block].invariants = nil }
            attempt { $0.expect[block].order = [] }
            attempt { $0.expect[block].exact = [] }
            drop(\.relations, block)
            drop(\.counts, block)
            drop(\.never, block)
            drop(\.eventually, block)
            drop(\.values, block)
        }
    }

    // MARK: Parts

    /// At once what did not lead to the failure, and then halves: a program is mostly bystanders.
    private mutating func dropSlice() {
        if let past {
            let all = best.tasks.map(\.name) + best.world.flatMap { best.names(with: $0.name) }
            let bystanders = Set(all).subtracting(past.flatMap { best.names(with: $0) })
            if !bystanders.isEmpty { attempt { $0 = $0.without(bystanders) } }
        }
        let names = best.tasks.map(\.name)
        guard names.count > 2 else { return }
        for half in [Array(names.prefix(names.count / 2)), Array(names.suffix(names.count / 2))] {
            attempt { $0 = $0.without(Set(half)) }
        }
    }

    private mutating func dropTasks() {
        for name in best.tasks.map(\.name).reversed() {
            attempt { $0 = $0.without([name]) }
        }
    }

    private mutating func dropResources() {
        for name in best.world.map(\.name).reversed() {
            let names = best.names(with: name)
            attempt { $0 = $0.without(names) }
            attempt { draft in
                guard let index = draft.world.firstIndex(where: { $0.name == name }) else { return }
                draft.world[index].isOptional = false
            }
        }
    }

    private mutating func dropSteps() {
        for task in best.tasks.indices {
            var size = max(best.tasks[task].steps.count / 2, 1)
            while true {
                var end = best.tasks[task].steps.count
                while end > 0 {
                    let start = max(end - size, 0)
                    attempt { $0.tasks[task].steps.removeSubrange(start..<end) }
                    end = min(start, best.tasks[task].steps.count)
                }
                if size == 1 { break }
                size /= 2
            }
        }
    }

    private mutating func dropFacts() {
        for index in best.facts.indices.reversed() where index < best.facts.count {
            attempt { draft in
                draft.timeline = nil
                draft.facts.remove(at: index)
            }
        }
    }

    private mutating func dropDeviations() {
        for index in best.schedule.indices.reversed() where index < best.schedule.count {
            attempt { $0.schedule.remove(at: index) }
        }
        if best.schedule.isEmpty, best.hosts != [.friendly] {
            attempt { $0.hosts = [] }
        }
    }

    private mutating func simplifySteps() {
        for task in best.tasks.indices {
            var step = 0
            while step < best.tasks[task].steps.count {
                for simple in best.tasks[task].steps[step].simpler {
                    if attempt({ $0.tasks[task].steps.replaceSubrange(step...step, with: simple) })
                    {
                        break
                    }
                }
                step += 1
            }
        }
    }

    // MARK: Times and names

    /// Each different time becomes the next millisecond, or else the next tenth, or each alone is made
    /// a small one.
    private mutating func shrinkTimes() {
        func ranks(_ draft: Draft, unit: UInt64) -> [UInt64: UInt64] {
            var ranks: [UInt64: UInt64] = [:]
            for (rank, time) in Set(draft.times).subtracting([0]).sorted().enumerated() {
                ranks[time] = UInt64(rank + 1) * unit
            }
            return ranks
        }
        let isAll = [UInt64(1_000_000), 10_000_000].contains { unit in
            let ranks = ranks(best, unit: unit)
            return attempt { draft in
                draft.tick = 1_000_000
                draft = draft.retimed { ranks[$0] ?? $0 }
            }
        }
        if isAll { return }
        for time in Set(best.times).sorted() where time > 0 {
            for small in [0, 1_000_000, 5_000_000, 10_000_000, time / 2] where small < time {
                if attempt({ draft in draft = draft.retimed { $0 == time ? small : $0 } }) { break }
            }
        }
    }

    /// Tasks become A, B, C, resources p, q, r, and subscribed names h1, h2.
    private mutating func rename() {
        let tasks = best.tasks.map(\.name).filter { $0 != "main" }
        let resources = best.world.map(\.name)
        let handles = Set(resources.flatMap { best.names(with: $0) }).subtracting(resources)
            .sorted()
        guard tasks.count <= 26, resources.count <= 9 else { return }
        // Channels keep their names, and must not get one of these.
        let channels = Set(best.tasks.flatMap(\.steps).flatMap(\.all).compactMap(\.channel))
        var names: [String: String] = [:]
        func name(_ old: [String], _ new: [String]) {
            for (old, new) in zip(old, new) {
                let isFree = NameRule.objection(to: new) == nil && !channels.contains(new)
                names[old] = isFree ? new : new + "1"
            }
        }
        name(tasks, "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init))
        name(resources, "pqrstuvwx".map(String.init))
        name(handles, handles.indices.map { "h\($0 + 1)" })
        hasNewNames = true
        if !attempt({ $0 = $0.renamed(names) }) { hasNewNames = false }
    }
}

extension Draft.Step {
    /// Steps that do less in its place, the least first.
    fileprivate var simpler: [[Self]] {
        switch self {
        case .repeat(let count, let steps):
            var results = [steps]
            for fewer in [2, 5, 10, 20, 40, 70, 100] where fewer < count {
                results.append([.repeat(fewer, steps)])
            }
            return results
        case .waitAny(let targets, as: let name) where targets.count > 1:
            return targets.indices.map { index in
                var fewer = targets
                fewer.remove(at: index)
                return [.waitAny(fewer, as: name)]
            } + (name == nil ? [] : [[.waitAny(targets, as: nil)]])
        case .waitAny(let targets, as: .some): return [[.waitAny(targets, as: nil)]]
        case .waitAll(let targets): return targets.map { [.waitAny([$0], as: nil)] }
        case .cancel(let task, thenJoin: true): return [[.cancel(task, thenJoin: false)]]
        case .join(let tasks) where tasks.count > 1:
            return tasks.indices.map { index in
                var fewer = tasks
                fewer.remove(at: index)
                return [.join(fewer)]
            }
        case .read(let stream, upTo: let most?, as: let name):
            return [[.read(stream, upTo: nil, as: nil)], [.read(stream, upTo: most, as: nil)]]
                + (name == nil ? [] : [[.read(stream, upTo: nil, as: name)]])
        case .read(let stream, upTo: nil, as: .some): return [[.read(stream, upTo: nil, as: nil)]]
        case .readUntilClosed(let stream, as: .some): return [[.readUntilClosed(stream, as: nil)]]
        case .write(let stream, let bytes, as: .some):
            return [[.write(stream, bytes, as: nil)]]
        case .flush(let stream, as: .some): return [[.flush(stream, as: nil)]]
        case .connect(let peer, as: .some): return [[.connect(peer, as: nil)]]
        case .listen(let listener, as: .some): return [[.listen(listener, as: nil)]]
        case .accept(let listener, as: .some): return [[.accept(listener, as: nil)]]
        case .shut(let peer, let kind, as: .some): return [[.shut(peer, kind, as: nil)]]
        case .lookup(let name, as: .some): return [[.lookup(name, as: nil)]]
        case .fetch(let server, let request, as: .some):
            return [[.fetch(server, request, as: nil)]]
        case .fetch(let server, let request, as: nil) where request != FetchScript():
            return [[.fetch(server, FetchScript(), as: nil)]]
        case .trailers(let server, as: .some): return [[.trailers(server, as: nil)]]
        case .stream(let peer, let isBinding, as: .some):
            return [[.stream(peer, isBinding: isBinding, as: nil)]]
        default: return []
        }
    }

    /// The channel that it sends to or receives from.
    fileprivate var channel: String? {
        switch self {
        case .send(let channel), .recv(let channel): channel
        default: nil
        }
    }
}
