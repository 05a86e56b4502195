// When a value that a run gave is the one that a scenario expects.

extension ValueClaim.Value {
    /// Whether `actual` is what this claims.
    ///
    /// A text stands for bytes, too; and the plain words `ok` and `closed` may be a name after all,
    /// but never bytes: those need quotes.
    func holds(for actual: Self) -> Bool {
        switch (self, actual) {
        case (.names(let one), .names(let other)): one.sorted() == other.sorted()
        case (.text(let text), .bytes(let bytes)): text.utf8.elementsEqual(bytes)
        case (.ok, .text(let text)): text == "ok"
        case (.closed, .text(let text)): text == "closed"
        case (let one, let other): one == other
        }
    }
}
