// What the command line asks for.

/// A host, its ports, and how to go about it.
struct Request: Sendable {
    var host: String
    var ports: [UInt16]
    var timeout = Duration.milliseconds(500)
    var atOnce = 64

    static let help = """
        usage: port-scan HOST PORTS... [--timeout MS] [--at-once N]

        Connects to each port and prints the open ones and those that do not answer.

          HOST           a name or an address; on loopback, unless POLLUX_NETWORK grants more
          PORTS          a port, 7007, or all from one to another, 7000-7100
          --timeout MS   how long to wait for one port (500)
          --at-once N    how many ports to try at a time (64)

        Examples:
          port-scan localhost 7007
          port-scan 127.0.0.1 22 80 8000-8100
          port-scan ::1 1-65535 --at-once 256 --timeout 100

        Exit codes:
          0   at least one port is open
          1   none is, or the scan could not be made; standard error says why
        """

    /// Reads the arguments.
    /// - Throws: ``Misuse``.
    init(_ arguments: [String]) throws(Misuse) {
        var words: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--timeout": timeout = .milliseconds(try Self.number(after: word, &rest))
            case "--at-once": atOnce = try Self.number(after: word, &rest)
            case _ where word.hasPrefix("-"): throw Misuse("'\(word)' is no option")
            default: words.append(word)
            }
        }
        guard words.count > 1 else { throw Misuse("a host and its ports are needed") }
        host = words[0]
        var chosen: Set<UInt16> = []
        for word in words.dropFirst() { chosen.formUnion(try Self.range(word)) }
        ports = chosen.sorted()
    }

    /// The number that belongs to an option.
    private static func number(
        after option: String, _ rest: inout ArraySlice<String>
    ) throws(Misuse) -> Int {
        guard let word = rest.popFirst(), let number = Int(word), (1...1_000_000).contains(number)
        else { throw Misuse("\(option) needs a number from 1 to 1000000") }
        return number
    }

    /// `7007` or `7000-7100`.
    private static func range(_ word: String) throws(Misuse) -> ClosedRange<UInt16> {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1],
            first > 0, first <= last
        else { throw Misuse("'\(word)' is neither a port, 7007, nor ports, 7000-7100") }
        return first...last
    }
}

/// Arguments that make no sense.
struct Misuse: Error, CustomStringConvertible {
    let description: String

    init(_ reason: String) { description = "\(reason) (port-scan --help)" }
}
