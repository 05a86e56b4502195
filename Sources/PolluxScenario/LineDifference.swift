// Two texts under each other, line by line.

/// How one list of lines becomes another.
public struct LineDifference {
    /// Every line of both: `- ` before what goes, `+ ` before what comes, blanks before what stays.
    public let lines: [String]

    /// The difference between two lists of lines.
    public init(from old: [String], to new: [String]) {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var lines: [String] = []
        var (from, to) = (0, 0)
        while from < old.count || to < new.count {
            if removed.contains(from) {
                lines.append("- " + old[from])
                from += 1
            } else if inserted.contains(to) {
                lines.append("+ " + new[to])
                to += 1
            } else {
                lines.append("  " + old[from])
                (from, to) = (from + 1, to + 1)
            }
        }
        self.lines = lines
    }
}
