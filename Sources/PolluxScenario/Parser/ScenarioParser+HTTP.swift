// Servers of HTTP in `world`: which request they answer, with what, and when.

import PolluxHost

extension ScenarioParser {
    /// Reads `{http: "GET http://a.example/", status: 404, a: "hel", after: 5ms}`.
    func exchange(
        _ door: YAMLEntry, _ besides: [YAMLEntry]
    ) throws(Diagnostic) -> Resource.Kind {
        var exchange = try request(Word(try scalar(door.value, as: "'http'")))
        let fields = Dictionary(uniqueKeysWithValues: besides.map { ($0.key.text, $0) })
        if let entry = fields["status"] {
            let word = Word(try scalar(entry.value, as: "'status'"))
            exchange.status = UInt16(try number(word, in: Self.statuses, as: "a status"))
        }
        if let entry = fields["fields"] { exchange.fields = try self.fields(entry) }
        if let entry = fields["trailers"] { exchange.trailers = try self.fields(entry) }
        if let entry = fields["answers"] {
            let word = Word(try scalar(entry.value, as: "'answers'"))
            switch word.text {
            case "at-once": break
            case "after-body": exchange.isAfterBody = true
            default: throw unknown("value", word, among: Self.answerings)
            }
        }
        if let entry = fields["after"] {
            let word = Word(try scalar(entry.value, as: "'after'"))
            exchange.delay = word.text == "never" ? nil : try duration(word)
        }
        let letters = besides.filter { Self.isLetter($0.key.text) }
        var body = try sentChunks(letters, beside: "http")
        if let entry = fields["error"] {
            let word = Word(try scalar(entry.value, as: "'error'"))
            let names = HTTPErrorCode.bare.map(\.name)
            guard names.contains(word.text) else {
                throw unknown("error code", word, among: names)
            }
            body.failure = Located(word.text, at: entry.key.place)
        }
        return .http(exchange, body)
    }

    /// What a response's status can be; those below are informational, and no response's.
    static let statuses = 200...999
    /// When a server answers.
    static let answerings = ["at-once", "after-body"]

    /// `GET http://a.example:8080/path?query`
    private func request(_ word: Word) throws(Diagnostic) -> ExchangeScript {
        func wrong(_ what: String) -> Diagnostic {
            failure(
                "\(what); a door of HTTP is such as 'GET http://a.example/path'", at: word.place)
        }
        let parts = word.text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else {
            throw wrong("\(Diagnostic.quoted(word.text)) is no method and URL")
        }
        guard HTTPSyntax.isToken(String(parts[0])) else {
            throw wrong("\(Diagnostic.quoted(String(parts[0]))) is no method")
        }
        var url = parts[1]
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else {
            throw wrong("\(Diagnostic.quoted(String(url))) is no URL of http or https")
        }
        url = url.dropFirst(isSecure ? 8 : 7)
        let authority = String(url.prefix { $0 != "/" && $0 != "?" })
        var path = String(url.dropFirst(authority.count))
        if !path.hasPrefix("/") { path = "/" + path }
        guard let known = HTTPSyntax.parts(ofAuthority: authority), known.userInfo == nil else {
            throw wrong("\(Diagnostic.quoted(authority)) is no host with or without a port")
        }
        let host = known.host.hasPrefix("[") ? known.host.dropFirst().dropLast() : known.host
        guard IPAddress(host) != nil || Self.hostName(String(host)) != nil else {
            throw wrong("\(Diagnostic.quoted(String(host))) is no host")
        }
        guard HTTPSyntax.isPathWithQuery(path) else {
            throw wrong("\(Diagnostic.quoted(path)) is no path")
        }
        return ExchangeScript(
            HTTPMethod(name: String(parts[0])), isSecure: isSecure,
            authority: HTTPAuthority(
                text: authority, host: String(host), port: known.port ?? (isSecure ? 443 : 80)),
            path: path)
    }

    /// `{x-one: "1", x-two: [a, b]}`
    private func fields(_ entry: YAMLEntry) throws(Diagnostic) -> [HTTPField] {
        var fields: [HTTPField] = []
        for field in try entries(entry.value, as: "'\(entry.key.text)'") {
            let name = field.key.text
            guard HTTPSyntax.isToken(name) else {
                throw failure("\(Diagnostic.quoted(name)) is no field's name", at: field.key.place)
            }
            var items = [field.value]
            if case .sequence(let list) = field.value.content { items = list }
            for item in items {
                let value = Array(try scalar(item, as: "the field '\(name)'").text.utf8)
                guard HTTPSyntax.isFieldValue(value) else {
                    throw failure(
                        "the value of '\(name)' has characters that no field has", at: item.place)
                }
                fields.append(HTTPField(name, value))
            }
        }
        return fields
    }

    // MARK: Facts

    /// Checks that what a server does is a response: its head before the rest, once, and nothing behind
    /// a refusal.
    func checkExchange(of resource: ResourceID) throws(Diagnostic) {
        guard let exchange = resources[resource].exchange else { return }
        let name = resources[resource].name
        let facts = facts.filter { $0.resource == resource }
        guard let first = facts.first else { return }
        if exchange.delay != 0 {
            throw failure(
                "'\(name)' answers as its lane or its events say; its door cannot say 'after' as well",
                at: first.place)
        }
        var head: Fact?
        var refusal: Fact?
        for fact in facts {
            if let refusal {
                throw failure(
                    "'\(name)' refuses at \(TimeText.string(refusal.time)) "
                        + "(line \(refusal.place.line)); nothing can follow",
                    at: fact.place)
            }
            switch fact.change {
            case .answers(.refuses): refusal = fact
            case .head:
                if let head {
                    throw failure(
                        "'\(name)' responds once, and did at \(TimeText.string(head.time)) "
                            + "(line \(head.place.line))",
                        at: fact.place)
                }
                head = fact
            case .chunk, .closed:
                guard head == nil else { continue }
                throw failure(
                    "the head of '\(name)' comes before its body: '#' in its lane, or the event "
                        + "'head'",
                    at: fact.place)
            default: break
            }
        }
        if refusal != nil, head != nil {
            throw failure("'\(name)' refuses, and cannot have responded", at: refusal!.place)
        }
    }
}
