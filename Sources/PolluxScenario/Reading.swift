// A scenario file read to its end, whatever is wrong in it.

/// What one file gave: its scenarios, and the first thing wrong in each document that is none.
public struct Reading: Sendable {
    /// The documents that are scenarios, in file order.
    public var scenarios: [Scenario] = []
    /// What is wrong, in file order; empty where the whole file is scenarios.
    public var diagnostics: [Diagnostic] = []

    /// More than this of one file would only be scrolled past.
    public static let mostDiagnostics = 20

    /// Reads a file's bytes, which may be anything; `path` is only shown; `project` is what the
    /// repository's own file says; `guests` are those that there are, which `for` can name where
    /// neither document nor project lists any.
    ///
    /// A document that is no scenario gives one diagnostic, for what stands behind a mistake is often
    /// wrong only because of it; the next document is read all the same. Text that is not YAML ends
    /// the file.
    public init(
        path: String, bytes: [UInt8], project: Project? = nil,
        guests: [String] = Scenario.shippedGuests
    ) {
        do throws(Diagnostic) {
            let file = try SourceFile(path: path, bytes: bytes)
            var reader = YAMLReader(file: file)
            while let root = try reader.nextDocument() {
                guard diagnostics.count < Self.mostDiagnostics else { return }
                do throws(Diagnostic) {
                    var parser = ScenarioParser(file: file, project: project, guests: guests)
                    scenarios.append(try parser.scenario(root))
                } catch {
                    diagnostics.append(error)
                }
            }
            if scenarios.isEmpty, diagnostics.isEmpty { throw Scenario.missing(in: file) }
        } catch {
            diagnostics.append(error)
        }
    }
}
