// `pollux.yaml`: what it gives to scenarios, what is refused in it, and where it is looked for.

import PolluxHost
import PolluxScenario
import Testing

struct ProjectTests {
    private func parse(_ text: String) throws -> Project {
        try Project.parse(path: "pollux.yaml", bytes: Array(text.utf8))
    }

    private func scenario(_ lines: String, in project: String) throws -> Scenario {
        let text = "pollux: 1\nname: n\nprogram: {A: []}\n" + lines
        return try Scenario.parse(
            path: "f", bytes: Array(text.utf8), project: try parse(project))[0]
    }

    static let two = """
        pollux: 1
        guests: [local, mine]
        hosts:
          flaky: {like: any, timers: late 5ms}
          worse: {like: flaky, fair: 9, rules: spec}

        """

    @Test func `a scenario names the project's hosts, or is like them`() throws {
        let hosts = try scenario("hosts: [flaky, {like: worse, order: ascending}]\n", in: Self.two)
            .hosts
        var policy = HostPolicy.any
        policy.timers = .late(5_000_000)
        #expect(hosts[0].name == "flaky")
        #expect(hosts[0].policy == policy)
        policy.fair = 9
        policy.rules = .spec
        policy.order = .ascending
        #expect(hosts[1].policy == policy)
    }

    @Test func `a host that names no rules follows the scenario's`() throws {
        let hosts = try scenario("rules: spec\nhosts: [flaky]\n", in: Self.two).hosts
        #expect(hosts[0].policy.rules == .spec)
    }

    @Test func `the project's guests play what names none`() throws {
        let guests = [GuestProgram(name: "local") {}, GuestProgram(name: "swift") {}]
        let replayer = Replayer(guests: guests)
        #expect(replayer.guests(of: try scenario("", in: Self.two)) == ["local", "mine"])
        let own = try scenario("guests: [swift]\n", in: Self.two)
        #expect(replayer.guests(of: own) == ["swift"])
    }

    @Test func `for may name the project's guests`() throws {
        let text = "expect: [{for: {guest: mine}, outcome: completed}]\n"
        #expect(try scenario(text, in: Self.two).expectations[0].scope.guests == ["mine"])
    }

    // MARK: Diagnostics

    static let malformed: [(text: String, said: String)] = [
        ("", "1:1: error: the file is empty; it begins with 'pollux: 1'"),
        (
            "hosts: {}\n", "1:1: error: a project's file begins with 'pollux: 1'"
        ),
        (
            "pollux: 1\nhost: {}\n", "2:1: error: unknown key 'host'; did you mean 'hosts'?"
        ),
        (
            "pollux: 1\nhosts: [any]\n", "2:8: error: 'hosts' must be a map, not a list"
        ),
        (
            "pollux: 1\nhosts: {any: {order: any}}\n",
            "2:9: error: 'any' is a host of Pollux's own; give yours another name"
        ),
        (
            "pollux: 1\nhosts: {a: {name: b}}\n", "2:13: error: this host has its name, 'a'"
        ),
        (
            "pollux: 1\nhosts: {a: {like: b}, b: {}}\n",
            "2:19: error: unknown host 'b'; the hosts are friendly, wasmtime, jco-node, "
                + "jco-browser, uv and any"
        ),
        (
            "pollux: 1\nhosts: {a: {timers: early}}\n",
            "2:21: error: 'timers: early' is no legal host: a timer is never ready before its "
                + "instant (CLOCK-09)"
        ),
        (
            "pollux: 1\nguests: []\n", "2:9: error: 'guests' names no guest"
        ),
        (
            "pollux: 1\n---\npollux: 1\n", "3:1: error: a project's file is one document"
        ),
    ]

    @Test(arguments: malformed.indices)
    func `a wrong project is refused where it is wrong`(index: Int) throws {
        let (text, said) = Self.malformed[index]
        let diagnostic = #expect(throws: Diagnostic.self) { try parse(text) }
        let line = diagnostic?.rendered.split(separator: "\n").first.map(String.init)
        #expect(line == "pollux.yaml:" + said)
    }

    // MARK: Where it is

    private func find(_ path: String, among files: Set<String>) -> String? {
        Project.path(governing: path, where: files.contains)
    }

    @Test func `it is looked for upward`() {
        let files: Set = ["/a/b/pollux.yaml", "/a/b/.git"]
        #expect(find("/a/b/c/d/x.yaml", among: files) == "/a/b/pollux.yaml")
        #expect(find("/a/b/x.yaml", among: files) == "/a/b/pollux.yaml")
    }

    @Test func `the nearest one counts`() {
        let files: Set = ["/a/b/pollux.yaml", "/a/b/c/pollux.yaml", "/a/b/.git"]
        #expect(find("/a/b/c/d/x.yaml", among: files) == "/a/b/c/pollux.yaml")
    }

    @Test func `nothing above the repository counts`() {
        #expect(find("/a/b/c/x.yaml", among: ["/a/pollux.yaml", "/a/b/.git"]) == nil)
    }

    @Test func `outside of a repository only the file's own folder counts`() {
        #expect(find("/tmp/c/x.yaml", among: ["/tmp/pollux.yaml"]) == nil)
        #expect(find("/tmp/x.yaml", among: ["/tmp/pollux.yaml"]) == "/tmp/pollux.yaml")
    }
}
