// What `pollux init` writes.

import PolluxScenario

/// The first files of a package that has scenarios.
enum Starter {
    /// A file: its path below the package's directory, and its text.
    struct File {
        var name: String
        var text: String
        /// Nobody writes into it by hand: one of another version is brought up to date.
        var isGenerated = false
    }

    static var files: [File] {
        [
            File(name: "Scenarios/first.yaml", text: scenario),
            File(name: "Scenarios/\(schemaName)", text: FormatSchema.text, isGenerated: true),
            File(name: "Tests/ScenarioTests/ScenarioTests.swift", text: test),
        ]
    }

    /// The JSON Schema that editors complete and check scenarios by. They look for it beside the file: a
    /// path needs no network and fits the version.
    private static let schemaName = "scenario.schema.json"

    static var scenario: String {
        """
        # yaml-language-server: $schema=\(schemaName)
        pollux: 1
        name: a task wakes when its door opens, and the one that waits for it ends after it
        world:
          door: level
        program:
          A: [wait door, say hello]
          B: [sleep 5ms, join A]
        # A column is a millisecond. A and B are expectations: w begins to wait, . waits,
        # * wakes and goes on, | wakes and ends.
        timeline: |
          ms    0         10
          door  __________###
          A     w.........|
          B     w....*....|
        # The runtime's guests must do so on a friendly host, and on one that picks among ready
        # pollables as it likes.
        hosts: [friendly, {name: any, order: any, subset: any, fair: 2}]
        expect:
          order: [B.wake, A.done, B.done]

        """
    }

    static let test = """
        import PolluxTesting
        import Testing

        /// Every document below Scenarios; what does not hold is an issue at its line.
        @Test(arguments: Scenario.all(in: "Scenarios"))
        func scenario(_ scenario: ScenarioTest) async throws {
            try await scenario.run()
        }

        """

    /// What the package's manifest, and the machine, need beside.
    static let manifest = """

        Package.swift needs Pollux among its dependencies, by the path of your clone of it, and the
        test's target:

            .package(name: "pollux", path: "../pollux"),

            .testTarget(
                name: "ScenarioTests",
                dependencies: [.product(name: "PolluxTesting", package: "pollux")])

        To build it the machine needs libuv: apt-get install libuv1-dev on Debian.

        Then: pollux replay Scenarios, or swift test.

        """
}
