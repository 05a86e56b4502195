// From bytes to YAML nodes, through libyaml's events.
//
// Events and not a ready-made tree, for three reasons: they carry exact marks for keys and values,
// an anchor can be refused before anything expands it, and the time is linear in the file's size.
// All use of C in this target is in this file.

import CYaml

/// Reads the documents of one file, one after another.
///
/// Refused where they stand: anchors, aliases, tags, merge keys, keys that are not scalars or
/// stand twice, and more depth or nodes than a scenario can have.
@safe
struct YAMLReader: ~Copyable {
    /// Deeper than any scenario, and shallow enough to build the tree by recursion.
    static let mostDepth = 32
    /// A file of the largest size can have more nodes than are worth the memory.
    static let mostNodes = 200_000

    private let file: SourceFile
    // libyaml keeps pointers into both, so they live where they are until `deinit`.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var nodeCount = 0
    private var columns = LineColumns()

    /// A reader of the file's text.
    init(file: SourceFile) {
        self.file = file
        let text = Array(file.lines.joined(separator: "\n").utf8)
        unsafe input = .allocate(capacity: text.count)
        _ = unsafe input.initialize(from: text)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        let isReady = unsafe yaml_parser_initialize(parser)
        precondition(isReady == 1, "libyaml found no memory for a parser")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The root of the next document, or `nil` at the end of the file.
    mutating func nextDocument() throws(Diagnostic) -> YAMLNode? {
        while true {
            switch try nextEvent().kind {
            case .documentStart: return try node(from: try nextEvent(), depth: 0)
            case .end: return nil
            default: continue  // the stream's start, or the end of the document before
            }
        }
    }

    // MARK: - Nodes

    private mutating func node(from event: Event, depth: Int) throws(Diagnostic) -> YAMLNode {
        nodeCount += 1
        guard nodeCount <= Self.mostNodes else {
            throw failure("the file has more than \(Self.mostNodes) nodes", event)
        }
        guard depth <= Self.mostDepth else {
            throw failure("nested more than \(Self.mostDepth) deep", event)
        }
        switch event.kind {
        case .alias:
            throw failure("YAML aliases (*…) are not supported; write the value out", event)
        case .scalar(let scalar):
            return YAMLNode(
                content: .scalar(scalar), place: event.place, end: end(of: scalar, event))
        case .sequenceStart:
            var items: [YAMLNode] = []
            var end = event.end
            while true {
                let next = try nextEvent()
                if case .collectionEnd = next.kind {
                    // A block ends with its last item; what its end event marks is the next token.
                    end = event.isFlow ? next.end : items.last?.end ?? end
                    break
                }
                items.append(try node(from: next, depth: depth + 1))
            }
            return YAMLNode(content: .sequence(items), place: event.place, end: end)
        case .mappingStart:
            let (entries, end) = try entries(depth: depth)
            let last = entries.last?.value.end ?? event.end
            return YAMLNode(
                content: .mapping(entries), place: event.place, end: event.isFlow ? end : last)
        case .documentStart, .collectionEnd, .end, .other:
            preconditionFailure("libyaml gave an event that cannot begin a node")
        }
    }

    /// Where a scalar ends; libyaml's mark of a block's end is the next token.
    private func end(of scalar: YAMLScalar, _ event: Event) -> Place {
        guard scalar.style == .literal || scalar.style == .folded else { return event.end }
        var last = min(event.end.line, file.lines.count)
        if event.end.column == 1 { last -= 1 }
        while last > event.place.line, file.lines[last - 1].allSatisfy({ $0 == " " }) { last -= 1 }
        last = max(last, event.place.line)
        return Place(line: last, column: file.lines[last - 1].count + 1)
    }

    private mutating func entries(
        depth: Int
    ) throws(Diagnostic) -> (entries: [YAMLEntry], end: Place) {
        var entries: [YAMLEntry] = []
        var seen: [String: Place] = [:]
        while true {
            let event = try nextEvent()
            if case .collectionEnd = event.kind { return (entries, event.end) }
            guard case .scalar(let key) = try node(from: event, depth: depth + 1).content else {
                throw failure("a key is a word, not a list or a map", event)
            }
            if key.isAbsent { throw failure("a key is missing here", event) }
            if key.style == .plain, key.text == "<<" {
                throw failure(
                    "YAML merge keys (<<) are not supported; write the entries out", event)
            }
            if let first = seen.updateValue(key.place, forKey: key.text) {
                let word = Diagnostic.quoted(key.text)
                throw failure("the key \(word) stands twice; first on line \(first.line)", event)
            }
            let value = try node(from: try nextEvent(), depth: depth + 1)
            entries.append(YAMLEntry(key: key, value: value))
        }
    }

    private func failure(_ message: String, _ event: Event) -> Diagnostic {
        Diagnostic(message, at: event.place, in: file)
    }

    // MARK: - Events

    /// An event of libyaml, copied out of its memory.
    private struct Event {
        enum Kind {
            case documentStart, alias
            case scalar(YAMLScalar)
            case sequenceStart, mappingStart
            case collectionEnd, end, other
        }
        var kind: Kind
        var place: Place
        var end: Place
        /// A collection in brackets or braces.
        var isFlow = false
    }

    private mutating func nextEvent() throws(Diagnostic) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(&event) }
        let place = unsafe place(event.start_mark)
        let end = unsafe self.place(event.end_mark)
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, place: place, end: end)
        case YAML_STREAM_END_EVENT: return Event(kind: .end, place: place, end: end)
        case YAML_ALIAS_EVENT: return Event(kind: .alias, place: place, end: end)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return Event(kind: .collectionEnd, place: place, end: end)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            try refuse(unsafe start.anchor != nil, unsafe start.tag != nil, at: place)
            let isFlow = unsafe start.style == YAML_FLOW_SEQUENCE_STYLE
            return Event(kind: .sequenceStart, place: place, end: end, isFlow: isFlow)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            try refuse(unsafe start.anchor != nil, unsafe start.tag != nil, at: place)
            let isFlow = unsafe start.style == YAML_FLOW_MAPPING_STYLE
            return Event(kind: .mappingStart, place: place, end: end, isFlow: isFlow)
        case YAML_SCALAR_EVENT:
            let data = unsafe event.data.scalar
            try refuse(unsafe data.anchor != nil, unsafe data.tag != nil, at: place)
            return Event(
                kind: .scalar(unsafe scalar(event, at: place)), place: place, end: end)
        default: return Event(kind: .other, place: place, end: end)
        }
    }

    private func refuse(
        _ hasAnchor: Bool, _ hasTag: Bool, at place: Place
    ) throws(Diagnostic) {
        if hasAnchor {
            throw Diagnostic("YAML anchors (&…) are not supported", at: place, in: file)
        }
        if hasTag {
            throw Diagnostic(
                "YAML tags (!…) are not supported; every value is text", at: place, in: file)
        }
    }

    /// The scalar of a scalar event, whose memory is still libyaml's.
    private func scalar(_ event: yaml_event_t, at place: Place) -> YAMLScalar {
        let data = unsafe event.data.scalar
        let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        let style: YAMLScalar.Style =
            switch unsafe data.style {
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            case YAML_PLAIN_SCALAR_STYLE: .plain
            default: .quoted
            }
        let (start, end) = unsafe (event.start_mark, event.end_mark)
        let isOneLine = start.line == end.line
        // An escape is always longer than what it stands for, so equal lengths mean there is none.
        let quotes = style == .quoted ? 2 : 0
        let isVerbatim =
            isOneLine && (style == .plain || style == .quoted)
            && text.unicodeScalars.count == end.index - start.index - quotes
        return YAMLScalar(
            text: text, style: style, place: place, isOneLine: isOneLine, isVerbatim: isVerbatim)
    }

    // MARK: - Places and problems

    /// The place of a mark: libyaml counts scalars from 0, places count characters from 1.
    private mutating func place(_ mark: yaml_mark_t) -> Place {
        let line = min(mark.line, file.lines.count - 1)
        return Place(
            line: line + 1, column: columns.column(scalars: mark.column, line: line, in: file))
    }

    /// libyaml's complaint, in a sentence of ours.
    private mutating func problem() -> Diagnostic {
        let place = unsafe place(parser.pointee.problem_mark)
        let text = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
        // libyaml has a limit of its own, which brackets reach before an event comes of them.
        if text?.hasPrefix("Maximum nesting level") == true {
            return Diagnostic("nested more than \(Self.mostDepth) deep", at: place, in: file)
        }
        var message = "this is not YAML: " + (text ?? "it cannot be read")
        if let context = unsafe parser.pointee.context {
            let begin = unsafe self.place(parser.pointee.context_mark)
            let words = unsafe String(cString: context)
            message += " \(words) (begun at \(begin.line):\(begin.column))"
        }
        if text == "mapping values are not allowed in this context" {
            message += "; a text with ': ' in it needs quotes"
        }
        let line = file.lines[place.line - 1]
        if line.dropFirst(place.column - 1).first == "\t" {
            message = "this is not YAML: a tab cannot stand here; YAML indents with spaces"
        }
        return Diagnostic(message, at: place, in: file)
    }
}

/// Columns in characters for columns in scalars, a line at a time.
///
/// Events come line by line, so that measuring the line of the last question serves them all, and
/// a file of one enormous line stays linear.
private struct LineColumns {
    private var line = -1
    /// The character's column of each scalar and of the line's end; empty where they are equal.
    private var columns: [Int32] = []

    mutating func column(scalars: Int, line: Int, in file: SourceFile) -> Int {
        if line != self.line {
            self.line = line
            columns = Self.measure(file.lines[line])
        }
        guard !columns.isEmpty else { return scalars + 1 }
        return Int(columns[max(0, min(scalars, columns.count - 1))])
    }

    private static func measure(_ text: String) -> [Int32] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return [] }
        var columns: [Int32] = []
        var column: Int32 = 0
        for character in text {
            column += 1
            for _ in character.unicodeScalars { columns.append(column) }
        }
        columns.append(column + 1)
        return columns
    }
}
