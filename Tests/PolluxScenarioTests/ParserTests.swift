// What each form of a scenario file parses to.

import PolluxHost
import PolluxScenario
import Testing

@Suite("Parser")
struct ParserTests {
    // MARK: - Documents

    @Test func `a scenario needs only a version, a name and a program`() throws {
        let scenario = try parse("pollux: 1\nname: n\nprogram: {A: []}\n")
        #expect(scenario.name == "n")
        #expect(scenario.about == nil)
        #expect(scenario.tags == [])
        #expect(scenario.tick == 1_000_000)
        #expect(scenario.resources == [])
        #expect(scenario.facts == [])
        #expect(scenario.timeline == nil)
        #expect(scenario.hosts.map(\.name) == ["friendly"])
        #expect(scenario.expectations.first?.outcome == nil)
    }

    @Test func `the other keys about the scenario are texts`() throws {
        let scenario = try parse(
            """
            pollux: 1
            name: "wstd#69: two words"
            about: |
              One line.
              Another.
            tags: [slow, on]
            tick: 500us
            program: {A: []}
            """)
        #expect(scenario.name == "wstd#69: two words")
        #expect(scenario.about == "One line.\nAnother.")
        #expect(scenario.tags == ["slow", "on"])
        #expect(scenario.tick == 500_000)
    }

    @Test func `documents are scenarios of one file, each with its place`() throws {
        let scenarios = try Scenario.parse(
            path: "f",
            text: """
                pollux: 1
                name: one
                program: {A: []}
                ---
                pollux: 1
                name: two
                program: {A: []}
                """)
        #expect(scenarios.map(\.name) == ["one", "two"])
        #expect(scenarios.map(\.place.line) == [1, 5])
    }

    @Test func `a byte order mark and foreign line ends change nothing`() throws {
        let text = "pollux: 1\nname: n\nprogram:\n  A:\n    - yield\n"
        let foreign = "\u{FEFF}" + text.split(separator: "\n").joined(separator: "\r\n")
        let scenarios = try Scenario.parse(path: "f", text: foreign)
        #expect(scenarios[0].tasks == (try parse(text)).tasks)
    }

    // MARK: - World

    @Test func `resources keep their order and their doors`() throws {
        let scenario = try parse(
            """
            pollux: 1
            name: n
            world:
              door: level
              soon: {after: 10ms}
              noon: {at: 0.5s, optional: true}
              gate: {level: , optional: true}
            program: {A: []}
            """)
        #expect(scenario.resources.map(\.name) == ["door", "soon", "noon", "gate"])
        #expect(
            scenario.resources.map(\.kind)
                == [.level, .after(10_000_000), .at(500_000_000), .level])
        #expect(scenario.resources.map(\.isOptional) == [false, false, true, true])
        #expect(scenario.resources[1].place == Place(line: 5, column: 3))
    }

    // MARK: - Steps

    /// What one step of task `A` parses to, in a world of `door` and `q`, beside a task `B`.
    ///
    /// `d` and `e` are subscribed names, 0 and 1.
    private func step(_ text: String) throws -> Step {
        let scenario = try parse(
            """
            pollux: 1
            name: n
            world: {door: level, q: level}
            program:
              S: [subscribe door as d, subscribe q as e]
              A: [\(text)]
              B: []
            """)
        return try #require(scenario.tasks[1].steps.first?.value)
    }

    static let steps: [(String, Step)] = [
        ("sleep 30ms", .sleep(30_000_000)),
        ("sleep 0", .sleep(0)),
        ("sleep 7ns", .sleep(7)),
        ("work 1.25us", .work(1_250)),
        ("work 2s", .work(2_000_000_000)),
        ("wait door", .waitAny([.resource(0)], as: nil)),
        ("wait d", .waitAny([.pollable(0)], as: nil)),
        ("wait door | e as who", .waitAny([.resource(0), .pollable(1)], as: "who")),
        ("wait door|q", .waitAny([.resource(0), .resource(1)], as: nil)),
        ("wait door & q & d", .waitAll([.resource(0), .resource(1), .pollable(0)])),
        ("subscribe q as d", .subscribe(1, as: 0)),
        ("drop e", .drop(1)),
        ("join B S", .join([2, 0])),
        ("spawn B", .spawn(2)),
        ("cancel B", .cancel(2, thenJoin: false)),
        ("cancel B and join", .cancel(2, thenJoin: true)),
        ("yield", .yield),
        ("say it's | done & over", .say("it's | done & over")),
        ("send c", .send(0)),
        ("recv c", .recv(0)),
        ("exit", .exit(0)),
        ("exit 3", .exit(3)),
        ("poll nothing", .poll([], as: nil)),
        ("poll d e d as r", .poll([0, 1, 0], as: "r")),
        ("ready d as now", .ready(0, as: "now")),
        ("ready e", .ready(1, as: nil)),
        ("block d", .block(0)),
    ]

    @Test(arguments: Self.steps)
    func `a phrase is the step that it reads as`(_ text: String, _ expected: Step) throws {
        #expect(try step(text) == expected)
    }

    @Test func `a repeat holds the steps that 'and' joins`() throws {
        let place = { Place(line: 6, column: $0) }
        #expect(
            try step("repeat 50 times work 1ms and yield")
                == .repeat(
                    50, [Located(.work(1_000_000), at: place(23)), Located(.yield, at: place(36))]))
    }

    @Test func `a repeat in a repeat takes the rest of the phrase`() throws {
        let step = try step("repeat 2 times yield and repeat 3 times yield and exit")
        guard case .repeat(2, let outer) = step else {
            Issue.record("not a repeat of 2")
            return
        }
        #expect(outer.count == 2)
        guard case .repeat(3, let inner) = outer[1].value else {
            Issue.record("not a repeat of 3")
            return
        }
        #expect(inner.map(\.value) == [.yield, .exit(0)])
    }

    @Test func `'cancel and join' is one step inside a repeat`() throws {
        guard case .repeat(2, let steps) = try step("repeat 2 times cancel B and join and yield")
        else {
            Issue.record("not a repeat")
            return
        }
        #expect(steps.map(\.value) == [.cancel(2, thenJoin: true), .yield])
    }

    @Test func `a cancel and a join of something are two steps`() throws {
        guard case .repeat(2, let steps) = try step("repeat 2 times cancel B and join S") else {
            Issue.record("not a repeat")
            return
        }
        #expect(steps.map(\.value) == [.cancel(2, thenJoin: false), .join([0])])
    }

    @Test func `only a spawned task is marked as one`() throws {
        let scenario = try parse(
            "pollux: 1\nname: n\nprogram: {A: [repeat 1 times spawn B], B: [], main: []}\n")
        #expect(scenario.tasks.map(\.isSpawned) == [false, true, false])
    }

    @Test func `a subscribed name may be used before the step that gives it`() throws {
        let scenario = try parse(
            """
            pollux: 1
            name: n
            world: {door: level}
            program: {A: [wait d], B: [subscribe door as d]}
            """)
        #expect(scenario.pollNames == ["d"])
        #expect(scenario.tasks[0].steps.map(\.value) == [.waitAny([.pollable(0)], as: nil)])
    }

    @Test func `channels are numbered by first appearance`() throws {
        let scenario = try parse(
            "pollux: 1\nname: n\nprogram: {A: [send c2, recv c1], B: [send c1]}\n")
        #expect(scenario.channels == ["c2", "c1"])
        #expect(scenario.tasks[1].steps.map(\.value) == [.send(1)])
    }

    @Test func `a block list of steps reads like a flow list`() throws {
        let flow = try parse("pollux: 1\nname: n\nprogram: {A: [yield, say x]}\n")
        let block = try parse("pollux: 1\nname: n\nprogram:\n  A:\n    - yield\n    - 'say x'\n")
        #expect(flow.tasks[0].steps.map(\.value) == block.tasks[0].steps.map(\.value))
    }

    // MARK: - Timeline and events

    /// A scenario whose timeline has these rows under a world of `door` and `q`.
    private func timeline(_ rows: String, tick: String = "1ms") throws -> Scenario {
        try parse(
            """
            pollux: 1
            name: n
            tick: \(tick)
            world: {door: level, q: level}
            program: {A: [wait door], B: []}
            timeline: |
            \(rows)
            expect: {outcome: completed}
            """)
    }

    @Test func `a change in a lane is a fact at its column's time`() throws {
        let scenario = try timeline(
            """
              ms    0         10
              door  ___##_____#
            """)
        #expect(
            facts(scenario) == [
                "3ms door ready 8:12", "5ms door unready 8:14", "10ms door ready 8:19",
            ])
    }

    @Test func `a lane that begins ready is a fact at the first time`() throws {
        let scenario = try timeline("  ms    0\n  door  ##\n")
        #expect(facts(scenario) == ["0ms door ready 8:9"])
    }

    @Test func `facts stand by time and then by row`() throws {
        let scenario = try timeline("  ms    0\n  q     __#\n  door  _##\n  A     w|\n")
        #expect(
            facts(scenario) == [
                "1ms door ready 9:10", "2ms q ready 8:11",
            ])
    }

    @Test func `a column is a tick and the numbers are in the ruler's unit`() throws {
        let scenario = try timeline("  ms  0 1\n", tick: "0.5ms")
        #expect(scenario.timeline?.unit == "ms")
        #expect(scenario.timeline?.columns.map(\.column) == [7, 8, 9])
        #expect(scenario.timeline?.columns.map(\.time) == [0, 500_000, 1_000_000])
    }

    @Test func `columns go on past the last number as far as the longest row`() throws {
        let scenario = try timeline("  ms    5\n  door  ____  \n  A     w.....\n")
        #expect(scenario.timeline?.columns.map(\.time) == (5...10).map { $0 * 1_000_000 })
    }

    @Test func `columns of a jump have no time`() throws {
        let scenario = try timeline(
            """
              ms    0  ~   10000
              door  ___~~~~#
              q     _######_
            """)
        let times = scenario.timeline?.columns.map { $0.time.map { $0 / 1_000_000 } }
        #expect(times == [0, 1, 2, nil, nil, nil, nil, 10_000])
        #expect(
            facts(scenario) == [
                "1ms q ready 9:10", "10000ms door ready 8:16",
                "10000ms q unready 9:16",
            ])
    }

    @Test func `a task's row claims what is not blank`() throws {
        let scenario = try timeline("  ms  0\n  A   w.?1 *|\n")
        let row = try #require(scenario.timeline?.taskRows.first)
        #expect(row.task == 0)
        #expect(row.line == 8)
        #expect(row.claims.map(\.column) == [0, 1, 3, 5, 6])
        #expect(String(row.claims.map(\.character)) == "w.1*|")
    }

    @Test func `rows remember their lines`() throws {
        let scenario = try timeline("\n  ms    0\n\n  door  _\n  q     _\n")
        let timeline = try #require(scenario.timeline)
        #expect(timeline.rulerLine == 8)
        #expect(timeline.resourceRows.map(\.line) == [10, 11])
        #expect(timeline.resourceRows.map(\.resource) == [0, 1])
    }

    @Test func `events are facts by time and then by writing`() throws {
        let scenario = try parse(
            """
            pollux: 1
            name: n
            world: {door: level, q: level}
            program: {A: []}
            events: [2s: door unready, 10ms: [q ready, door ready], 10ms: q unready]
            """)
        #expect(
            facts(scenario) == [
                "10ms q ready 5:35", "10ms door ready 5:44", "10ms q unready 5:63",
                "2000ms door unready 5:14",
            ])
    }

    /// Facts as words: `3ms door ready 8:12`.
    private func facts(_ scenario: Scenario) -> [String] {
        scenario.facts.map { fact in
            let change = fact.change == .ready(true) ? "ready" : "unready"
            return "\(fact.time / 1_000_000)ms \(scenario.resources[fact.resource].name) \(change) "
                + "\(fact.place.line):\(fact.place.column)"
        }
    }

    // MARK: - Hosts

    @Test func `every knob sets its part of the policy`() throws {
        let scenario = try parse(
            """
            pollux: 1
            name: n
            program: {A: []}
            hosts:
              - name: strange
                order: descending
                subset: one
                duplicates: first
                ready-lag: 3
                handles: fresh
                fair: 5
                executor: any
            """)
        let host = try #require(scenario.hosts.first)
        #expect(host.name == "strange")
        #expect(
            host.policy
                == HostPolicy(
                    order: .descending, subset: .one, duplicates: .first, readyLag: 3,
                    handles: .fresh, fair: 5))
        #expect(host.picksAnyTask)
    }

    @Test func `a host without a name is named after its knobs`() throws {
        let scenario = try parse(
            """
            pollux: 1
            name: n
            program: {A: []}
            hosts: [friendly, {subset: any, order: by-age}, {executor: fifo}]
            """)
        #expect(
            scenario.hosts.map(\.name) == ["friendly", "subset=any,order=by-age", "executor=fifo"])
        #expect(scenario.hosts.map(\.policy.subset) == [.all, .any, .all])
        #expect(scenario.hosts.map(\.picksAnyTask) == [false, false, false])
    }

    // MARK: - Expectations

    /// What `expect` parses to beside tasks `A` (0) and `B` (1), resources `door` (0) and `q` (1),
    /// the subscribed name `d` (0), the channel `c` (0) and the results `who`, `r` and `now`.
    private func expecting(_ expectation: String) throws -> PolluxScenario.Expectation {
        try parse(
            """
            pollux: 1
            name: n
            world: {door: level, q: level}
            program:
              A: [subscribe door as d, wait d | q as who, poll d as r, ready d as now]
              B: [recv c]
            expect:
              \(expectation)
            """
        ).expectations[0]
    }

    static let outcomes: [(String, ExpectedOutcome)] = [
        ("completed", .completed),
        ("livelocked", .livelocked),
        ("{exit: 3}", .exit(3)),
        ("{trap: empty-poll, in: B}", .trap("empty-poll", in: 1)),
        ("{trap: step}", .trap("step", in: nil)),
        ("{deadlock: {}}", .deadlock([], at: nil)),
    ]

    @Test(arguments: Self.outcomes)
    func `an outcome is what it reads as`(_ text: String, _ expected: ExpectedOutcome) throws {
        #expect(try expecting("outcome: \(text)").outcome?.value == expected)
    }

    @Test func `a deadlock says who waits on what`() throws {
        let outcome = try expecting("outcome: {deadlock: {A: q, B: [A, d, c]}, at: 5ms}").outcome
        guard case .deadlock(let claims, at: 5_000_000)? = outcome?.value else {
            Issue.record("not a deadlock at 5ms")
            return
        }
        #expect(claims.map(\.task) == [0, 1])
        #expect(
            claims.map(\.waitsOn)
                == [[.resource(1)], [.task(0), .pollable(0), .channel(0)]])
    }

    @Test func `events name tasks, resources and the host`() throws {
        let order = try expecting("order: [A.done, door.report#2, host.block]").order
        #expect(order.map(\.value.subject) == [.task(0), .resource(0), .host])
        #expect(order.map(\.value.kind) == [.done, .report, .block])
        #expect(order.map(\.value.ordinal) == [nil, 2, nil])
        #expect(order.map(\.value.text) == ["A.done", "door.report#2", "host.block"])
        #expect(order.map(\.place.column) == [11, 19, 34])
    }

    @Test func `'exact' is a list of events too`() throws {
        let exact = try expecting("exact: [A.done, B.done]").exact
        #expect(exact.map(\.value.text) == ["A.done", "B.done"])
    }

    @Test func `a chain of groups is an order of groups`() throws {
        let relations = try expecting("relations: [A.start & B.start < q.ready < A.done]").relations
        guard case .before(let groups)? = relations.first?.value else {
            Issue.record("not a chain")
            return
        }
        #expect(
            groups.map { $0.map(\.text) } == [["A.start", "B.start"], ["q.ready"], ["A.done"]])
    }

    static let bounds: [(String, Relation.Bound)] = [
        ("26 turns", .turns(26)), ("1 turn", .turns(1)), ("2 polls", .polls(2)),
        ("5ms", .time(5_000_000)), ("0ms", .time(0)), ("0", .time(0)),
    ]

    @Test(arguments: Self.bounds)
    func `a distance is in turns, polls or time`(_ text: String, _ bound: Relation.Bound) throws {
        let relations = try expecting("relations: [A.done within \(text) of q.ready]").relations
        guard case .within(let one, bound, of: let other)? = relations.first?.value else {
            Issue.record("not that distance")
            return
        }
        #expect([one.text, other.text] == ["A.done", "q.ready"])
    }

    @Test func `handles are compared by resource or by subscribed name`() throws {
        let relations = try expecting("relations: [handle(d) = handle(q)]").relations
        #expect(relations.map(\.value) == [.sameHandle(.pollable(0), .resource(1))])
    }

    @Test func `a count is a number or a range`() throws {
        let counts = try expecting("count: {A.wake: 1, host.block: 2..4, q.ready: 3..}").counts
        #expect(counts.map(\.value.range) == [1...1, 2...4, 3...Int.max])
        #expect(counts.map(\.value.event.text) == ["A.wake", "host.block", "q.ready"])
    }

    @Test func `a poll has a list and what is reported of it`() throws {
        let expectation = try expecting("polls: [block d q q -> q, check door @10ms -> nothing]")
        let polls = try #require(expectation.polls?.map(\.value))
        #expect(polls.map(\.isCheck) == [false, true])
        #expect(
            polls.map(\.list) == [
                [.pollable(0), .resource(1), .resource(1)], [.resource(0), .timer(10_000_000)],
            ])
        #expect(polls.map(\.reported) == [[.resource(1)], []])
        #expect(expectation.pollsPlace == Place(line: 8, column: 3))
    }

    @Test func `no 'polls' makes no claim and an empty list claims that there are none`() throws {
        #expect(try expecting("order: []").polls == nil)
        #expect(try expecting("polls: []").polls == [])
    }

    @Test func `'never' forbids events and traps`() throws {
        let never = try expecting("never: [trap, A.wake#2]").never
        #expect(never.map(\.value).first == .situation(.trap))
        guard case .event(let event)? = never.last?.value else {
            Issue.record("not an event")
            return
        }
        #expect(event.text == "A.wake#2")
        #expect(event.ordinal == 2)
    }

    @Test func `a value is a text, a truth or names`() throws {
        let values = try expecting("value: {who: q, now: true, r: [d, d]}").values
        #expect(values.map(\.value.name) == ["who", "now", "r"])
        #expect(values.map(\.value.value) == [.text("q"), .truth(true), .names(["d", "d"])])
    }

    @Test func `a quoted truth is a text`() throws {
        let values = try expecting("value: {who: 'true'}").values
        #expect(values.map(\.value.value) == [.text("true")])
    }

    // MARK: -

    private func parse(_ text: String) throws -> Scenario {
        try #require(try Scenario.parse(path: "f", text: text).first)
    }
}
