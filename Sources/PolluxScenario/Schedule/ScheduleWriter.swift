// From the answers of a run to deviations by name.

import PolluxHost

/// Writes the answers of a run that are not canonical as a schedule.
struct ScheduleWriter {
    private var reader: ScheduleReader

    init(_ rehearsal: Rehearsal) { reader = ScheduleReader(rehearsal) }

    /// How many runs were played.
    var runs: Int { reader.runs }

    /// The deviations of a run, in order. ``ScheduleReader`` makes the same run of them, as far as names
    /// say where.
    mutating func write(_ take: Rehearsal.Take) -> [Deviation] {
        var schedule: [Deviation] = []
        var index = 0
        var first = 0
        while index < take.chosen.count {
            guard take.chosen[index].answer > 0 else {
                index += 1
                continue
            }
            // What the run would have been without this deviation and those behind it.
            let base = reader.play(take.answers(before: index))
            guard base.chosen.indices.contains(index) else { break }
            var end = index + 1
            guard let bare = deviation(at: index, to: &end, of: take, over: base) else {
                index += 1
                continue
            }
            schedule.append(anchored(bare, at: index, in: base, from: first))
            index = end
            first = end
        }
        return schedule
    }

    /// The deviation at a choice, without its anchor; `end` is behind all the choices that it stands for.
    private mutating func deviation(
        at index: Int, to end: inout Int, of take: Rehearsal.Take, over base: Rehearsal.Take
    ) -> Deviation? {
        let chosen = take.chosen[index]
        let name = take.subject(of: index)
        switch chosen.site.kind {
        case .pollOrder:
            guard let report = take.report(around: index),
                let canonical = base.report(around: index)
            else { return nil }
            while end < take.chosen.count, take.chosen[end].site.kind == .pollOrder,
                take.report(around: end)?.call == report.call
            {
                end += 1
            }
            // Of two copies of one pollable no name says which comes first, nor could a guest tell.
            if report.names == canonical.names { return nil }
            var names = report.names
            var rest = canonical.names
            while names.count > 2, names.last == rest.last {
                names.removeLast()
                rest.removeLast()
            }
            return Deviation(.poll, .order(names))
        case .pollSubset where chosen.site.subject == 0:
            guard let canonical = base.report(around: index) else { return nil }
            return Deviation(.poll, .omit(canonical.names))
        case .pollSubset:
            let call = take.report(around: index)?.call
            var names = [name ?? ""]
            while end < take.chosen.count, take.chosen[end].site.kind == .pollSubset,
                take.chosen[end].answer > 0, take.report(around: end)?.call == call
            {
                names.append(take.subject(of: end) ?? "")
                end += 1
            }
            return Deviation(.poll, .omit(names))
        case .pollDuplicates:
            let call = take.report(around: index)?.call
            var copy = 1
            for place in take.chosen.indices[..<index].reversed() {
                guard take.report(around: place)?.call == call else { break }
                let isCopy = take.chosen[place].site.kind == .pollDuplicates
                if isCopy, take.subject(of: place) == name { copy += 1 }
            }
            return Deviation(.poll, .omitCopy(name ?? "", copy))
        case .readyLag: return Deviation(.ready, of: name, .lag(chosen.answer))
        case .handle: return Deviation(.subscribe, of: name, .handle(chosen.answer))
        case .readLength: return Deviation(.read, of: name, .length(chosen.answer))
        case .permit: return Deviation(.write, of: name, .permit(chosen.answer))
        case .spurious: return Deviation(.look, of: name, .spurious)
        case .timer: return Deviation(.subscribe, of: name, .late(chosen.answer))
        case .stdin: return Deviation(.read, of: name, .empty)
        case .finish: return Deviation(.finish, of: name, .lag(chosen.answer))
        case .timeoutTie: return Deviation(.tie, of: name, .timeout)
        case .segment:
            return Deviation.Cut(rawValue: chosen.answer).map { Deviation(.send, .cut($0)) }
        case .pick:
            let canonical = base.runner(behind: index)
            guard let task = take.runner(behind: index), task != canonical else {
                return Deviation(.turn, .pick(chosen.answer))
            }
            return Deviation(.turn, .run(task, insteadOf: canonical))
        }
    }

    // MARK: Anchors

    /// The deviation with the anchor from which on its site is the first, if there is one.
    private mutating func anchored(
        _ bare: Deviation, at index: Int, in base: Rehearsal.Take, from first: Int
    ) -> Deviation {
        var best: Deviation?
        for anchor in [nil] + anchors(of: bare, before: base.chosen[index].event, in: base) {
            var deviation = bare
            deviation.after = anchor
            guard let ordinal = ordinal(of: deviation, at: index, in: base, from: first) else {
                continue
            }
            deviation.ordinal = ordinal
            if ordinal == 1 { return deviation }
            if best == nil || ordinal < best!.ordinal { best = deviation }
        }
        return best ?? bare
    }

    /// Which of the deviation's sites a choice is.
    private mutating func ordinal(
        of deviation: Deviation, at index: Int, in base: Rehearsal.Take, from first: Int
    ) -> Int? {
        var sites = reader.sites(of: deviation, in: base, from: first)
        var number = 0
        while number < 50, sites.next(with: &reader) != nil {
            number += 1
            if sites.index == index { return number }
            if sites.index > index { return nil }
        }
        return nil
    }

    /// Events before a place, the sturdiest first: the world's, whatever tasks do; then what happens to a
    /// task once; then the turns of the tasks that the deviation names.
    private func anchors(
        of deviation: Deviation, before place: Int, in take: Rehearsal.Take
    ) -> [Draft.Event] {
        var counts: [Draft.Event: Int] = [:]
        var classes: [[Draft.Event]] = [[], [], []]
        for occurrence in take.run.occurrences {
            guard occurrence.event < place else { break }
            let name = take.name(of: occurrence.subject)
            var event = Draft.Event(name, occurrence.kind)
            counts[event, default: 0] += 1
            let count = counts[event]!
            if count > 1 { event.ordinal = count }
            switch (occurrence.subject, occurrence.kind) {
            case (.resource, .ready), (.resource, .unready): classes[0].append(event)
            case (.task, .start), (.task, .done), (.task, .cancelled): classes[1].append(event)
            case (.task, .wake) where deviation.tasks.contains(name): classes[2].append(event)
            default: continue
            }
        }
        return classes.flatMap { $0.suffix(3).reversed() }
    }
}

extension Deviation {
    /// The tasks that it names.
    var tasks: [String] {
        guard case .run(let task, insteadOf: let other) = choice else { return [] }
        return [task] + (other.map { [$0] } ?? [])
    }
}
