// Tasks that differ in their names alone.

extension Scenario {
    /// For each task the first one, in file order, that it is like; itself, where that is none
    /// before it.
    ///
    /// Two tasks are alike whose steps are the same, which start by themselves, and which no step
    /// names: what the program does with the one it does with the other.
    var firstLikes: [TaskID] {
        let named = Set(tasks.flatMap { Self.named(in: $0.steps) })
        func isLoose(_ task: TaskID) -> Bool {
            !tasks[task].isSpawned && tasks[task].name != "main" && !named.contains(task)
        }
        return tasks.indices.map { task in
            guard isLoose(task) else { return task }
            return tasks.indices.first { other in
                other == task
                    || isLoose(other) && Self.isSame(tasks[other].steps, tasks[task].steps)
            }!
        }
    }

    /// The tasks that these steps name.
    private static func named(in steps: [Located<Step>]) -> [TaskID] {
        steps.flatMap { step -> [TaskID] in
            switch step.value {
            case .join(let others): others
            case .spawn(let other), .cancel(let other, thenJoin: _): [other]
            case .repeat(_, let body): named(in: body)
            case .sleep, .waitAny, .waitAll, .subscribe, .drop, .dropStream, .read,
                .readUntilClosed, .write, .flush, .connect, .listen, .accept, .shut, .lookup,
                .fetch, .trailers, .yield, .work, .say, .send, .recv, .exit, .poll, .ready, .block,
                .stream:
                []
            }
        }
    }

    /// Whether they say the same, wherever they stand.
    private static func isSame(_ some: [Located<Step>], _ others: [Located<Step>]) -> Bool {
        some.elementsEqual(others) { one, other in
            if case .repeat(let count, let body) = one.value,
                case .repeat(let otherCount, let otherBody) = other.value
            {
                return count == otherCount && isSame(body, otherBody)
            }
            return one.value == other.value
        }
    }
}
