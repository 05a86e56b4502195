// docs/scenario.schema.json is what the parser's tables say.

import Foundation
import PolluxScenario
import Testing

struct FormatSchemaTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/scenario.schema.json").standardized

    @Test func `docs/scenario.schema.json is what the parser's tables say`() throws {
        let text = FormatSchema.text
        let committed = try? String(contentsOf: Self.file, encoding: .utf8)
        if committed == text { return }
        let environment = ProcessInfo.processInfo.environment
        if environment["POLLUX_UPDATE"] == "1", environment["CI"] == nil {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
            return
        }
        Issue.record(
            """
            docs/scenario.schema.json is not up to date.
            To rewrite it: POLLUX_UPDATE=1 swift test --filter FormatSchemaTests
            """)
    }

    @Test func `the schema is JSON`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(FormatSchema.text.utf8))
        let schema = try #require(object as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(properties["pollux"] != nil)
        #expect(schema["additionalProperties"] as? Bool == false)
    }
}
