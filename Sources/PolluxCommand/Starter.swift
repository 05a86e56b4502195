// What `pollux init` writes.

/// The first files of a package that has scenarios.
enum Starter {
    /// Paths below the package's directory, and texts.
    static var files: [(name: String, text: String)] {
        let schema = schema.map { [("Scenarios/\(schemaName)", $0)] } ?? []
        return [
            ("Scenarios/first.yaml", scenario), ("Tests/ScenarioTests/ScenarioTests.swift", test),
        ]
            + schema
    }

    /// The JSON Schema that editors complete and check scenarios by, where this version has one.
    static let schema: String? = nil
    private static let schemaName = "scenario.schema.json"

    /// Editors look for the schema beside the file: a path needs no network and fits the version.
    private static var modeline: String {
        schema == nil ? "" : "# yaml-language-server: $schema=\(schemaName)\n"
    }

    static var scenario: String {
        modeline + """
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

    /// What the package's manifest needs beside.
    static let manifest = """

        Package.swift needs the test's target:

            .testTarget(
                name: "ScenarioTests",
                dependencies: [.product(name: "PolluxTesting", package: "pollux")])

        Then: pollux replay Scenarios, or swift test.

        """
}
