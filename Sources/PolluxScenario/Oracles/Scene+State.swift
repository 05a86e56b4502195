// What oracles remember of a run so far, as a number.

import PolluxHost

extension Scene {
    /// Takes in what the oracles know in common: whose each pollable is and what the guest was told of
    /// it, who waits for what, whom a message or an end is on its way to.
    func hashState(into hash: inout StateHash, _ ages: Ages) {
        for (serial, pollable) in pollables where ages.contains(serial) {
            switch pollable.owner {
            case .task(let task): hash.add(task)
            case .program: hash.add(-1)
            case .guest: hash.add(-2)
            }
            hash.add(pollable.resource)
            hash.add(pollable.isAlive)
            hash.add(pollable.isReleased)
            hash.add(pollable.dueTurn != nil)
            hash.add(pollable.told != nil)
        }
        hash.add(-3)
        for (_, stream) in streams where stream.isAlive {
            hash.add(stream.resource)
            hash.add(stream.owner)
            hash.add(stream.isReleased)
        }
        hash.add(-3)
        for task in tasks {
            hash.add(task.status.number)
            hash.add(task.cancelAsked != nil)
            guard let wait = task.wait else { continue }
            switch wait.what {
            case .slots(let slots, _, _):
                for slot in slots {
                    hash.add((pollables[slot.serial]?.told ?? -1) > wait.event)
                }
            case .sleep: hash.add(Int(clamping: deadline(of: wait) ?? .max))
            case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
                .socket(_, let stream, _):
                for (_, pollable) in pollables where pollable.resource == stream {
                    hash.add((pollable.told ?? -1) > wait.event)
                }
                hash.add(-3)
            case .yield, .join, .receive: break
            }
        }
        for task in runnable { hash.add(task) }
        hash.add(-1)
        for task in over { hash.add(task) }
        hash.add(-1)
        for (task, waiting) in lingerers {
            hash.add(task)
            for lingerer in waiting { hash.add(lingerer) }
            hash.add(-1)
        }
        for task in cancelling { hash.add(task) }
        hash.add(-3)
        for (channel, count) in messages {
            hash.add(channel)
            hash.add(count)
        }
        hash.add(unsureChannels.count)
        for channel in unsureChannels.sorted() { hash.add(channel) }
        for (task, waiting) in joiners where !waiting.isEmpty {
            hash.add(task)
            hash.add(waiting.count)
            for joiner in waiting { hash.add(joiner) }
        }
        hash.add(-3)
        for (channel, waiting) in receivers where !waiting.isEmpty {
            hash.add(channel)
            hash.add(waiting.count)
            for receiver in waiting { hash.add(receiver) }
        }
        hash.add(-3)
    }
}

extension Scene.Status {
    fileprivate var number: Int {
        switch self {
        case .unborn: 0
        case .spawned: 1
        case .running: 2
        case .waiting: 3
        case .done: 4
        case .cancelled: 5
        }
    }
}

extension Run {
    /// The oracles as they are after the log so far; `nil` where one has found something.
    func judgesSoFar(of names: [OracleName]) -> (scene: Scene, oracles: [any Oracle])? {
        // Those of traps have nothing to remember, and the others judge whatever comes.
        var oracles = judges(of: names)
        let scene = Scene(self)
        see(trace.events, &oracles, scene)
        return oracles.allSatisfy(\.violations.isEmpty) ? (scene, oracles) : nil
    }
}
