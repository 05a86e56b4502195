// The rules of WASI 0.2 that Pollux answers for, and how far each is shown by a test.
//
// An ID stands for one thing that a guest may rely on, or that ends it. Traps, sources, tests and
// scenarios name it; docs/Conformance.md is generated from this table.

/// One rule.
struct Rule {
    var id: String
    /// What must hold natively, in a sentence.
    var statement: String
    var status: Status

    enum Status {
        /// At least one test or scenario carries the ID and would fail without the rule.
        case tested
        /// Not shown yet, or not wholly; why.
        case open(String)
        /// Nothing of Pollux could keep or break it; why.
        case notApplicable(String)
    }

    init(_ id: String, _ statement: String, _ status: Status = .tested) {
        self.id = id
        self.statement = statement
        self.status = status
    }

    /// Every rule, in the order of the document.
    static var all: [Rule] { RuleChapter.all.flatMap(\.rules) }
}

/// The rules of one interface.
struct RuleChapter {
    var title: String
    /// The number of its first rule.
    var first = 1
    var rules: [Rule]

    static let all = [
        RuleChapter(title: "RES: handles and calls, of every interface", rules: Rule.resources),
        RuleChapter(title: "POLL: wasi:io/poll", rules: Rule.poll),
        RuleChapter(title: "CLOCK: wasi:clocks", rules: Rule.clocks),
        RuleChapter(
            title: "STREAM: wasi:io/streams and wasi:io/error", rules: Rule.streams),
        RuleChapter(
            title: "TCP: wasi:sockets/tcp, tcp-create-socket, network", rules: Rule.tcp),
        RuleChapter(
            title: "TCP: the options of wasi:sockets/tcp", first: 60, rules: Rule.tcpOptions),
        RuleChapter(title: "UDP: wasi:sockets/udp, udp-create-socket", rules: Rule.udp),
        RuleChapter(title: "DNS: wasi:sockets/ip-name-lookup", rules: Rule.dns),
        RuleChapter(title: "HTTP: wasi:http/types, fields", rules: Rule.httpFields),
        RuleChapter(
            title: "HTTP: outgoing-request, request-options, outgoing-handler", first: 20,
            rules: Rule.httpRequests),
        RuleChapter(
            title: "HTTP: responses, their bodies and trailers, timeouts and errors", first: 40,
            rules: Rule.httpResponses),
        RuleChapter(title: "HTTP: outgoing-body", first: 70, rules: Rule.httpBodies),
        RuleChapter(
            title: "HTTP: incoming-handler, response-outparam, outgoing-response", first: 85,
            rules: Rule.httpServing),
        RuleChapter(title: "CLI: wasi:cli", rules: Rule.commandLine),
        RuleChapter(title: "RND: wasi:random", rules: Rule.random),
    ]
}
