// What a verdict rests on, as one number: runs that have it in common need no second judgement.

import PolluxHost
import PolluxNative

/// The hash of all that expectations and oracles can see of a run.
///
/// Many choices come to the same log: in which order two were left out, say. The log's own places
/// are not in it, nor are choices that show in what follows.
enum RunKey {
    /// The key of a run that has ended; `nil` for one that must be looked at.
    static func of(_ set: Stage.Set, _ outcome: Outcome) -> UInt64? {
        let door = set.door
        if door.unsupported != nil || door.mistake != nil { return nil }
        guard outcome == .completed else { return nil }
        var hash = StateHash()
        let (logged, noted) = (door.trace.events, door.notes)
        // Arrays would copy each element.
        let (events, notes) = (logged.span, noted.span)
        var next = 0
        for index in events.indices {
            while next < notes.count, notes[next].event <= index {
                notes[next].what.hash(into: &hash)
                next += 1
            }
            hash.add(events[index])
        }
        while next < notes.count {
            notes[next].what.hash(into: &hash)
            next += 1
        }
        // The last line of a whole program that has no end is yet to be logged.
        if !door.line.isEmpty { hash.add(String(decoding: door.line, as: UTF8.self)) }
        if !door.values.isEmpty {
            for name in door.values.keys.sorted() {
                hash.add(name)
                hash.add(door.values[name]!)
            }
        }
        return hash.value
    }
}

extension StateHash {
    /// Takes in what an event says, but for where it stands. Called, it would get a copy of the event.
    @inline(__always)
    fileprivate mutating func add(_ event: TraceEvent) {
        switch event.what {
        case .choice(let site, let picked, let count):
            switch site.kind {
            case .pollOrder, .pollSubset, .pollDuplicates, .pick: return
            case .readyLag, .handle, .readLength, .permit, .spurious, .timer, .stdin, .finish,
                .segment, .timeoutTie:
                add(1)
                add(site.kind.number)
                add(picked)
                add(count)
            }
        case .subscribe(let serial): add(2, serial)
        case .unsubscribe(let serial): add(3, serial)
        case .asked(let serial, let answer): add(answer ? 4 : 5, serial)
        case .poll(let list, let isCheck):
            add(isCheck ? 6 : 7)
            add(list)
        case .report(let list):
            add(8)
            add(list)
        case .clockRead(let now): add(9, now.nanoseconds)
        case .open(let serial): add(10, serial)
        case .stream(let call):
            add(11, call.stream)
            add(call)
        case .socket(let call):
            add(20, call.socket)
            add(Int(call.call.rawValue))
            add(call.argument)
            add(call.answer)
        case .level(let source, let isReady, _): add(isReady ? 12 : 13, UInt64(source.index))
        case .bytes(let source, let change, _):
            add(14, UInt64(source.index))
            add(change)
        case .due(let serial): add(15, serial)
        case .clock(let target, let reason):
            add(16, target.nanoseconds)
            add(reason.rawValue)
        case .task(let task, let what):
            add(17, UInt64(task))
            switch what {
            case .start: add(1)
            case .wait: add(2)
            case .wake: add(3)
            case .done: add(4)
            case .cancelled: add(5)
            case .say(let text):
                add(6)
                add(text)
            case .fail(let text):
                add(7)
                add(text)
            }
        case .trap(let trap):
            add(18)
            add(trap.repeatableDescription)
        case .end(let text):
            add(19)
            add(text)
        }
        add(event.time.nanoseconds)
    }

    private mutating func add(_ tag: UInt64, _ word: UInt64) {
        add(tag)
        add(word)
    }

    // A description in words would say the same, and takes longer than the run.
    private mutating func add(_ event: StreamEvent) {
        add(UInt64(event.call.rawValue), event.origin ?? 0)
        switch event.argument {
        case .none: add(1)
        case .count(let count): add(2, count)
        case .bytes(let bytes):
            add(3)
            add(bytes)
        }
        switch event.answer {
        case .done: add(4)
        case .count(let count): add(5, count)
        case .bytes(let bytes):
            add(6)
            add(bytes)
        case .text(let text):
            add(7)
            add(text)
        case .closed: add(8)
        case .failed(let text):
            add(9)
            add(text)
        case .waits: add(10)
        }
    }

    private mutating func add(_ bytes: ByteExcerpt) {
        add(bytes.beginning)
        add(bytes.count)
    }

    private mutating func add(_ change: VirtualDriver.Change) {
        switch change {
        case .ready: add(1)
        case .unready: add(2)
        case .chunk(let bytes):
            add(3)
            add(bytes)
        case .emptyReady: add(4)
        case .permit(let count):
            add(5)
            add(count)
        case .flushed: add(6)
        case .close: add(7)
        case .calls: add(8)
        case .answers(let answer):
            add(9)
            add(answer.rawValue)
        // These are rare, and long.
        case .fail, .responds:
            add(10)
            add("\(change)")
        }
    }

    /// Takes in what a step gave.
    fileprivate mutating func add(_ value: ValueClaim.Value) {
        switch value {
        case .text(let text):
            add(1)
            add(text)
        case .truth(let truth):
            add(2)
            add(truth)
        case .names(let names):
            add(3)
            add(names.count)
            for name in names { add(name) }
        case .bytes(let bytes):
            add(4)
            add(bytes)
        case .ok: add(5)
        case .closed: add(6)
        case .failed(let text):
            add(7)
            add(text)
        }
    }
}

extension DoorNote.What {
    /// Takes in what the log does not say.
    fileprivate func hash(into hash: inout StateHash) {
        func add(_ tag: Int, _ number: Int) {
            hash.add(tag)
            hash.add(number)
        }
        switch self {
        case .waits(let task, let wait):
            add(31, task)
            wait.hash(into: &hash)
        case .wakes(let task, let won):
            add(32, task)
            hash.add(won)
        case .spawned(let task): add(33, task)
        case .cancelAsked(let task): add(34, task)
        case .adopts(let owner, let resource):
            add(35, resource)
            hash.add(owner)
        case .adoptsStream(let serial, let owner):
            add(36, Int(serial))
            hash.add(owner)
        case .released(let serial): add(37, Int(serial))
        case .sent(let channel): add(38, channel)
        case .ownCall(let isOn): add(39, isOn ? 1 : 0)
        case .askedAfterEnd(let task): add(40, task)
        }
    }
}

extension StepDoor.Wait {
    /// Takes in what a task waits for.
    func hash(into hash: inout StateHash) {
        switch self {
        case .slots(let slots, let isAll, _):
            hash.add(isAll ? 1 : 2)
            hash.add(slots.count)
            for slot in slots { hash.add(slot.serial) }
        case .sleep(let duration):
            hash.add(3)
            hash.add(duration)
        case .yield: hash.add(4)
        case .join(let task):
            hash.add(5)
            hash.add(task)
        case .receive(let channel):
            hash.add(6)
            hash.add(channel)
        case .read(let stream, let count, _):
            hash.add(7)
            hash.add(stream)
            hash.add(count)
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
