// The first row of a timeline: which column is which time.

import PolluxHost

/// The columns of a `timeline` and their times.
///
/// The first digit of each number stands on its column. A column is one tick, always; only from a
/// `~` to the next number columns have no time.
struct Ruler {
    /// The unit of the numbers, as written.
    let unit: String
    let line: Int
    /// Characters before column 0.
    let origin: Int
    /// The time of each column; `nil` inside a jump.
    private(set) var times: [UInt64?]

    private let tick: UInt64
    private let file: SourceFile

    /// Reads the ruler from a row's characters.
    init(
        _ row: [Character], line: Int, tick: UInt64, in file: SourceFile
    ) throws(Diagnostic) {
        var reader = RulerReader(row: row, line: line, tick: tick, file: file)
        try reader.read()
        unit = reader.unit
        origin = reader.origin
        times = reader.times
        self.line = line
        self.tick = tick
        self.file = file
    }

    /// Lets the columns run on past the last number, a tick each, up to `count` of them.
    mutating func extend(to count: Int) throws(Diagnostic) {
        // A ruler ends with a number, so its last column has a time.
        guard var time = times.last ?? nil else { return }
        while times.count < count {
            let (next, overflows) = time.addingReportingOverflow(tick)
            guard !overflows else {
                // The ruler itself may end before the column that its lanes need.
                let end = file.lines[line - 1].count + 1
                let place = Place(line: line, column: min(origin + times.count + 1, end))
                throw Diagnostic("the columns run past 64 bits of nanoseconds", at: place, in: file)
            }
            time = next
            times.append(next)
        }
    }

    /// The columns as pictures need them.
    var columns: [Timeline.Column] {
        times.enumerated().map { Timeline.Column(column: origin + $0.offset + 1, time: $0.element) }
    }
}

/// Reads a ruler from left to right.
private struct RulerReader {
    let row: [Character]
    let line: Int
    let tick: UInt64
    let file: SourceFile

    private(set) var unit = ""
    private(set) var origin = 0
    private(set) var times: [UInt64?] = []
    private var unitNanoseconds: UInt64 = 1
    /// The last number as written.
    private var lastNumber = ""
    /// The column of a `~` that has no number after it yet.
    private var jump: Int?

    init(row: [Character], line: Int, tick: UInt64, file: SourceFile) {
        self.row = row
        self.line = line
        self.tick = tick
        self.file = file
    }

    mutating func read() throws(Diagnostic) {
        var index = row.firstIndex { $0 != " " } ?? row.count
        let start = index
        while index < row.count, row[index] != " " { index += 1 }
        try readUnit(String(row[start..<index]), at: start)
        while index < row.count {
            switch row[index] {
            case " ": index += 1
            case "~":
                guard !times.isEmpty else { throw failure("a '~' needs a number before it", index) }
                jump = jump ?? index - origin
                index += 1
            case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9":
                let start = index
                while index < row.count, "0123456789.".contains(row[index]) { index += 1 }
                try readNumber(String(row[start..<index]), at: start)
            case let other:
                let found = Diagnostic.quoted(String(other))
                throw failure("a ruler has numbers and '~', not \(found)", index)
            }
        }
        if let jump { throw failure("the jump '~' has no number after it", origin + jump) }
        if times.isEmpty { throw failure("the ruler has no numbers", row.count) }
    }

    private mutating func readUnit(_ word: String, at index: Int) throws(Diagnostic) {
        guard let unit = DurationText.units.first(where: { $0.name == word }) else {
            throw failure(
                "a timeline begins with its ruler: ns, us, ms or s, then numbers at their columns",
                index)
        }
        self.unit = unit.name
        unitNanoseconds = unit.nanoseconds
    }

    private mutating func readNumber(_ number: String, at index: Int) throws(Diagnostic) {
        let time: UInt64
        do {
            time = try DurationText.nanoseconds(number[...], of: unitNanoseconds)
        } catch {
            throw failure("\(Diagnostic.quoted(number + unit)) \(error.sentence)", index)
        }
        defer { lastNumber = number }
        guard let last = times.last ?? nil else {
            origin = index
            times = [time]
            return
        }
        guard time > last else {
            throw failure(
                "the ruler's numbers must grow; '\(number)' stands after '\(lastNumber)'", index)
        }
        let column = index - origin
        if let jump {
            try fill(to: jump, before: time, index)
            while times.count < column { times.append(nil) }
            self.jump = nil
        } else {
            try check(number, time: time, last: last, column: column)
            try fill(to: column, before: time, index)
        }
        times.append(time)
    }

    /// Gives the columns up to a column their times, which must stay below `time`.
    private mutating func fill(
        to column: Int, before time: UInt64, _ index: Int
    ) throws(Diagnostic) {
        guard var last = times.last ?? nil else { return }
        while times.count < column {
            let (next, overflows) = last.addingReportingOverflow(tick)
            guard !overflows, next < time else {
                throw failure(
                    "the columns before the '~' already reach this time; a column is "
                        + TimeText.string(tick), index)
            }
            last = next
            times.append(next)
        }
    }

    /// A number that no jump precedes must stand as many columns on as there are ticks.
    private func check(
        _ number: String, time: UInt64, last: UInt64, column: Int
    ) throws(Diagnostic) {
        let distance = UInt64(column - (times.count - 1))
        let (ticks, rest) = (time - last).quotientAndRemainder(dividingBy: tick)
        if rest == 0, ticks == distance { return }
        var ways: [String] = []
        if rest == 0, ticks <= 10_000 {
            ways.append("it belongs in column \(origin + times.count + Int(ticks))")
        } else if rest == 0 {
            ways.append("put a '~' before it for a jump")
        }
        let fitting = (time - last).quotientAndRemainder(dividingBy: distance)
        if fitting.remainder == 0 {
            ways.append("this column is right for 'tick: \(TimeText.string(fitting.quotient))'")
        }
        let column = distance == 1 ? "1 column" : "\(distance) columns"
        throw failure(
            "'\(number)' stands \(column) after '\(lastNumber)' and a column is "
                + TimeText.string(tick)
                + (ways.isEmpty ? "" : "; " + ways.joined(separator: ", or ")),
            origin + times.count - 1 + Int(distance))
    }

    private func failure(_ message: String, _ index: Int) -> Diagnostic {
        Diagnostic(message, at: Place(line: line, column: index + 1), in: file)
    }
}
