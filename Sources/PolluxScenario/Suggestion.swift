// What the author of a misspelt word may have meant.

/// The end of a message about an unknown word: the nearest known word, or else what is known.
package enum Suggestion {
    /// `; did you mean 'tick'?`, or else `; the keys are pollux, name and tick`.
    ///
    /// Ties go to the word that stands first in `known`.
    package static func clause(for word: String, among known: [String], called plural: String)
        -> String
    {
        if let nearest = nearest(to: word, among: known) {
            return "; did you mean '\(nearest)'?"
        }
        return "; " + list(known, called: plural)
    }

    /// `the keys are pollux, name and tick`, cut where there are many.
    static func list(_ known: [String], called plural: String) -> String {
        let most = 20
        let shown = known.prefix(most).map { String(Diagnostic.quoted($0).dropFirst().dropLast()) }
        guard let last = shown.last else { return "there are no \(plural)" }
        if known.count > most {
            let rest = known.count - most
            return "the \(plural) are \(shown.joined(separator: ", ")) and \(rest) more"
        }
        let head = shown.dropLast()
        return head.isEmpty
            ? "there is only '\(last)'"
            : "the \(plural) are \(head.joined(separator: ", ")) and \(last)"
    }

    /// The known word that a slip of the keyboard away is `word`, if there is one.
    static func nearest(to word: String, among known: [String]) -> String? {
        // Files are untrusted: a word of a thousand letters means none of them, and among a
        // million words there is no telling.
        let longest = 40
        let letters = Array(word.lowercased().prefix(longest + 1))
        guard letters.count <= longest else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in known.prefix(2_000) {
            let other = Array(candidate.lowercased().prefix(longest + 1))
            let allowed = min(3, max(letters.count, other.count) / 3)
            guard other.count <= longest, abs(other.count - letters.count) <= allowed else {
                continue
            }
            let distance = distance(letters, other)
            if distance <= allowed, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one word the other.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
