// The format as a JSON Schema, for editors.

/// The JSON Schema of one document of a scenario file, made of the parser's own tables.
///
/// It knows keys, words and the forms of values, not names: what a schema cannot say, such as that a step
/// names a task, only the parser finds.
public enum FormatSchema {
    /// The schema's text, with a line end at its end.
    public static var text: String {
        let definitions = FormatKey.definitions.map { key in
            (key.name, JSONText.object([("description", .text(key.about))] + fields(key.shape)))
        }
        let schema = JSONText.object(
            [
                ("$schema", .text("http://json-schema.org/draft-07/schema#")),
                ("title", .text("Pollux scenario, version 1")),
            ] + fields(.map(FormatKey.document))
                + [
                    ("required", .list(["pollux", "name", "program"].map { .text($0) })),
                    ("definitions", .object(definitions)),
                ])
        return schema.rendered() + "\n"
    }

    /// What YAML reads where the format reads a word.
    private static let scalars = JSONText.list(["string", "number", "boolean"].map { .text($0) })

    private static func fields(_ shape: FormatKey.Shape) -> [(String, JSONText)] {
        switch shape {
        case .text: [("type", scalars)]
        case .pattern(let pattern):
            // A pattern says nothing of a number, and what YAML reads as one may be fine.
            [("type", scalars), ("pattern", .text(pattern))]
        case .words(let words): [("enum", .list(words.map(word)))]
        case .count(let range):
            [
                ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)),
            ]
        case .truth: [("type", .text("boolean"))]
        case .nothing: [("type", .text("null"))]
        case .list(let item): [("type", .text("array")), ("items", .object(fields(item)))]
        case .map(let keys):
            [
                ("type", .text("object")), ("properties", properties(keys)),
                ("additionalProperties", .truth(false)),
            ]
        case .open(let keys, let pattern, let value):
            [
                ("type", .text("object")), ("properties", properties(keys)),
                ("patternProperties", .object([(pattern, .object(fields(value)))])),
                ("additionalProperties", .truth(false)),
            ]
        case .named(let value):
            [("type", .text("object")), ("additionalProperties", .object(fields(value)))]
        case .matching(let pattern, let value):
            [
                ("type", .text("object")),
                ("patternProperties", .object([(pattern, .object(fields(value)))])),
                ("additionalProperties", .truth(false)),
            ]
        case .either(let shapes): [("anyOf", .list(shapes.map { .object(fields($0)) }))]
        case .definition(let name): [("$ref", .text("#/definitions/\(name)"))]
        }
    }

    private static func properties(_ keys: [FormatKey]) -> JSONText {
        .object(
            keys.map { key in
                let about = [("description", JSONText.text(key.about))]
                return (key.name, .object(about + fields(key.shape)))
            })
    }

    /// A word as YAML reads it.
    private static func word(_ text: String) -> JSONText {
        if text == "true" { return .truth(true) }
        return Int(text).map { .number($0) } ?? .text(text)
    }
}

/// A value of JSON whose keys stay in order.
indirect enum JSONText {
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([JSONText])
    case object([(String, JSONText)])

    /// The value as JSON; lists of scalars on one line.
    func rendered(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let number): return String(number)
        case .truth(let truth): return String(truth)
        case .list(let items) where items.allSatisfy(\.isScalar):
            return "[" + items.map { $0.rendered() }.joined(separator: ", ") + "]"
        case .list(let items):
            let lines = items.map { inner + $0.rendered(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + indent + "]"
        case .object(let fields):
            let lines = fields.map {
                inner + Self.quoted($0.0) + ": " + $0.1.rendered(indent: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + indent + "}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .text, .number, .truth: true
        case .list, .object: false
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\u{0}"..."\u{1F}":
                result += "\\u00" + (scalar.value < 16 ? "0" : "")
                result += String(scalar.value, radix: 16)
            default: result += String(scalar)
            }
        }
        return result + "\""
    }
}
