// How far a run's program has got, as a number.

import PolluxHost

extension StepDoor {
    /// Takes in where each task is, what it waits for, and what it and the program hold.
    func hashState(into hash: inout StateHash, _ ages: Ages) {
        for task in tasks {
            hash.add(task.cursor.position)
            hash.add(task.operations.count - task.nextOperation)
            hash.add(task.isCancelRequested)
            hash.add(task.lastEvent != nil)
            hash.add(task.own.count)
            for slot in task.own { hash.add(ages[slot.serial]) }
            hash.add(task.ownStreams.count)
            for stream in task.ownStreams { hash.add(stream.resource) }
            switch task.status {
            case .waitingToStart: hash.add(-1)
            case .running: hash.add(-2)
            case .done: hash.add(-3)
            case .cancelled: hash.add(-4)
            case .waiting(let wait): add(wait, ages, to: &hash)
            }
        }
        if script.hasLikes { addLikes(to: &hash) }
        hash.add(script.starts.count - entrySpawned)
        hash.add(entryJoin)
        hash.add(isOver)
        hash.add(leaked.count)
        for task in leaked { hash.add(task) }
        for (name, slot) in named {
            hash.add(name)
            hash.add(ages[slot.serial])
        }
        hash.add(-1)
        for resource in streams.keys.sorted() { hash.add(resource) }
        hash.add(-1)
        for resource in droppedStreams.sorted() { hash.add(resource) }
        hash.add(-1)
        for resource in fetched.sorted() { hash.add(resource) }
    }

    /// In which order the entry will join those that are alike; the one that it joins, it joins.
    private func addLikes(to hash: inout StateHash) {
        let begun = tasks.indices.filter {
            tasks[$0].firstTurn != nil && !isEnded($0) && $0 != entryJoin
        }
        for task in begun {
            hash.add(
                begun.count {
                    script.firstLikes[$0] == script.firstLikes[task]
                        && tasks[$0].firstTurn! < tasks[task].firstTurn!
                })
        }
    }

    private func add(_ wait: Wait, _ ages: Ages, to hash: inout StateHash) {
        switch wait {
        case .slots(let slots, let isAll, _):
            hash.add(isAll ? 1 : 2)
            hash.add(slots.count)
            for slot in slots { hash.add(ages[slot.serial]) }
        // The runtime knows until when.
        case .sleep: hash.add(3)
        case .yield: hash.add(4)
        case .join(let task):
            hash.add(5)
            hash.add(task)
        case .receive(let channel):
            hash.add(6)
            hash.add(channel)
        case .read(let stream, let count, let reading):
            hash.add(7)
            hash.add(stream)
            hash.add(count)
            if case .untilClosed(_, let bytes) = reading { hash.add(bytes) }
        case .write(let stream, _):
            hash.add(8)
            hash.add(stream)
        case .flush(let stream, _):
            hash.add(9)
            hash.add(stream)
        case .socket(let step, let resource, _):
            hash.add(step.number)
            hash.add(resource)
        }
    }
}

extension StepDoor.SocketStep {
    /// Tells the kinds apart, and from other waits.
    var number: Int {
        switch self {
        case .connect: 10
        case .listen: 11
        case .accept: 12
        case .lookUp: 13
        case .shut(let kind): 14 + Int(kind.rawValue)
        // What a task sends follows from where it is.
        case .fetch: 17
        case .trailers: 18
        }
    }
}
