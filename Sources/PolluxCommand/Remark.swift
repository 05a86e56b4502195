// What is wrong at a place, for programs.

import PolluxScenario

/// A sentence about a place of a document's file, as JSON has it.
struct Remark: Encodable {
    var line: Int
    var column: Int
    var message: String

    init(_ message: String, at place: Place) {
        (line, column, self.message) = (place.line, place.column, message)
    }

    init(_ failure: Failure) { self.init(failure.message, at: failure.place) }
}
