// From deviations by name to the answers of a run.

import PolluxHost

/// Plays a scenario with a schedule: everything that no deviation names is canonical.
///
/// It looks for each deviation in the run that the ones before it give, chooses there, and plays on. So
/// names are what the run itself says, and nothing is assumed of the guest's queues: who goes on after
/// a pick is seen in a run in which that pick was made. All that it relies on is that the same answers give
/// the same run.
struct ScheduleReader {
    let rehearsal: Rehearsal
    /// How many runs were played.
    private(set) var runs = 0
    /// The most runs that one deviation is looked for with.
    static let mostTrials = 2_000

    init(_ rehearsal: Rehearsal) { self.rehearsal = rehearsal }

    /// What came of a schedule.
    struct Reading {
        /// The run in which all deviations are made that could be.
        var take: Rehearsal.Take
        /// The numbers of the others.
        var unused: [Int]
    }

    /// Plays the schedule.
    mutating func read(_ schedule: [Deviation]) -> Reading {
        var take = play([])
        var unused: [Int] = []
        // A deviation stands behind the one before it.
        var first = 0
        for (number, deviation) in schedule.enumerated() {
            guard let answers = answers(for: deviation, in: take, from: first) else {
                unused.append(number)
                continue
            }
            take = play(answers)
            first = answers.count
        }
        return Reading(take: take, unused: unused)
    }

    mutating func play(_ answers: [Int]) -> Rehearsal.Take {
        runs += 1
        return rehearsal.play(.inOrder(answers))
    }

    /// The answers that make a deviation happen, up to its own; `nil` where it has no site.
    private mutating func answers(
        for deviation: Deviation, in take: Rehearsal.Take, from first: Int
    ) -> [Int]? {
        if let answers = exactAnswers(for: deviation, in: take, from: first) { return answers }
        guard case .run(let task, insteadOf: .some) = deviation.choice else { return nil }
        // Whose turn it would have been may have changed with the program.
        var looser = deviation
        looser.choice = .run(task, insteadOf: nil)
        return exactAnswers(for: looser, in: take, from: first)
    }

    private mutating func exactAnswers(
        for deviation: Deviation, in take: Rehearsal.Take, from first: Int
    ) -> [Int]? {
        var sites = sites(of: deviation, in: take, from: first)
        // Where there are fewer sites than there were, the last one is meant.
        var last: [Int]?
        for _ in 0..<deviation.ordinal {
            guard let answers = sites.next(with: &self) else { return last }
            last = answers
        }
        return last
    }

    /// The sites at which a deviation could be made, in order.
    func sites(
        of deviation: Deviation, in take: Rehearsal.Take, from first: Int
    ) -> ScheduleSites {
        var start = first
        if let after = deviation.after {
            guard let event = take.place(of: after) else {
                return ScheduleSites(deviation, take, next: take.chosen.count)
            }
            while start < take.chosen.count, take.chosen[start].event < event { start += 1 }
        }
        return ScheduleSites(deviation, take, next: start)
    }
}

/// Goes through the sites of a run at which one deviation could be made.
struct ScheduleSites {
    private let deviation: Deviation
    private let take: Rehearsal.Take
    private var place: Int

    init(_ deviation: Deviation, _ take: Rehearsal.Take, next place: Int) {
        (self.deviation, self.take, self.place) = (deviation, take, place)
    }

    /// The choice at which the last site is.
    private(set) var index = 0

    /// The answers up to and with the next site's.
    mutating func next(with reader: inout ScheduleReader) -> [Int]? {
        while place < take.chosen.count {
            index = place
            place += 1
            if let answers = answers(at: index, with: &reader) { return answers }
        }
        return nil
    }

    private func answers(
        at index: Int, with reader: inout ScheduleReader
    ) -> [Int]? {
        let chosen = take.chosen[index]
        func answering(_ answer: Int) -> [Int]? {
            guard answer > 0, answer < chosen.count else { return nil }
            return take.answers(before: index) + [answer]
        }
        if let name = deviation.name, take.subject(of: index) != name { return nil }
        switch (deviation.choice, chosen.site.kind) {
        case (.order(let names), .pollOrder): return ordering(names, at: index)
        case (.omit(let names), .pollSubset): return omitting(names, at: index, with: &reader)
        case (.omitCopy(let name, let copy), .pollDuplicates):
            return omitting(copy: copy, of: name, at: index)
        case (.run(let task, let other), .pick):
            return running(task, insteadOf: other, at: index, with: &reader)
        case (.pick(let number), .pick), (.length(let number), .readLength),
            (.permit(let number), .permit), (.handle(let number), .handle),
            (.late(let number), .timer):
            return answering(number)
        case (.lag(let number), .readyLag) where deviation.verb == .ready,
            (.lag(let number), .finish) where deviation.verb == .finish:
            return answering(number)
        case (.cut(let place), .segment): return answering(place.rawValue)
        case (.empty, .stdin), (.spurious, .spurious), (.timeout, .timeoutTie): return answering(1)
        default: return nil
        }
    }

    /// The report's order: each answer picks among what is left, which stands by age.
    private func ordering(_ names: [String], at index: Int) -> [Int]? {
        guard let report = take.report(around: index) else { return nil }
        // Only the first choice of a report can be the site of its order.
        if index > 0, take.chosen[index - 1].site.kind == .pollOrder,
            take.report(around: index - 1)?.call == report.call
        {
            return nil
        }
        var left = report.names
        var answers = take.answers(before: index)
        var isChanged = false
        for name in names {
            guard let place = left.firstIndex(of: name) else { return nil }
            if left.count > 1 { answers.append(place) }
            if place > 0 { isChanged = true }
            left.remove(at: place)
        }
        return isChanged ? answers : nil
    }

    /// The subset of a report: each free pollable is asked for by age; or one is chosen of all.
    private func omitting(
        _ names: [String], at index: Int, with reader: inout ScheduleReader
    ) -> [Int]? {
        guard let report = take.report(around: index) else { return nil }
        if take.chosen[index].site.subject == 0 {
            // One is chosen: the first that is not to be left out.
            for answer in 1..<take.chosen[index].count {
                let answers = take.answers(before: index) + [answer]
                let trial = reader.play(answers)
                guard trial.chosen.indices.contains(index) else { continue }
                let reported = trial.report(around: index)?.names ?? []
                if !reported.contains(where: names.contains) {
                    return names.contains(where: report.names.contains) ? answers : nil
                }
            }
            return nil
        }
        // Each of them has a choice of its own, or the guest would not get that far.
        var answers = take.answers(before: index)
        var missing = names
        for place in index..<take.chosen.count {
            guard take.chosen[place].site.kind == .pollSubset,
                take.report(around: place)?.call == report.call
            else { break }
            let name = take.subject(of: place) ?? ""
            let isOmitted = missing.contains(name)
            if place == index, !isOmitted { return nil }
            missing.removeAll { $0 == name }
            answers.append(isOmitted ? 1 : 0)
            if missing.isEmpty { return answers }
        }
        return nil
    }

    private func omitting(copy: Int, of name: String, at index: Int) -> [Int]? {
        guard let report = take.report(around: index), take.subject(of: index) == name else {
            return nil
        }
        var number = 1
        for place in take.chosen.indices[..<index].reversed() {
            guard take.report(around: place)?.call == report.call else { break }
            let isCopy = take.chosen[place].site.kind == .pollDuplicates
            if isCopy, take.subject(of: place) == name { number += 1 }
        }
        return number == copy ? take.answers(before: index) + [1] : nil
    }

    /// A pick: who goes on after each answer is seen in a run with that answer.
    private func running(
        _ task: String, insteadOf other: String?, at index: Int,
        with reader: inout ScheduleReader
    ) -> [Int]? {
        let canonical = take.runner(behind: index)
        if canonical == task { return nil }
        if let other, canonical != other { return nil }
        for answer in 1..<take.chosen[index].count where reader.runs < ScheduleReader.mostTrials {
            let answers = take.answers(before: index) + [answer]
            let trial = reader.play(answers)
            guard trial.chosen.indices.contains(index) else { continue }
            if trial.runner(behind: index) == task { return answers }
        }
        return nil
    }
}
