// The steps of generated programs on requests, and the servers that they meet.

import PolluxHost

extension Generator {
    /// What is known of a server of HTTP while a program is written.
    struct ExchangePlan {
        /// What it says; where facts say when, of one request.
        var script: ExchangeScript
        /// What a request comes to.
        var answer = Answer.response
        /// With which error code the request or its body fails, where one does.
        var failure = ""
        /// A timeout of the guest's may end the body.
        var isTimed = false
        /// Nothing more is to be asked of it.
        var isSpent = false
        var areTrailersTaken = false
        var requests = 0
        /// Its one request, where it has all of that before it responds.
        var sent: FetchScript?

        enum Answer {
            case response
            /// An error code in place of it.
            case failure
            /// There is never a connection.
            case noConnection
            /// There is one, and nothing comes.
            case silence
        }

        /// Whether a request gets an answer.
        var isNever: Bool { answer == .noConnection || answer == .silence }
    }

    /// A day, longer than any scenario. Without a timeout of the guest's a host has its own idea, such as
    /// ten minutes.
    private static let longTime: UInt64 = 86_400_000_000_000
    /// A request that waits as long as it takes.
    static let patient = FetchScript(connect: longTime, firstByte: longTime, betweenBytes: longTime)

    /// An error code for which hosts of some rules have another one.
    fileprivate static let hostsOwn = "connection-terminated"

    // MARK: Steps

    /// Sends a request. The server is the task's; where a response is sure to come, steps on it may follow.
    mutating func appendFetch(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let fit = props.indices.filter { prop in
            guard let plan = props[prop].exchange, !plan.isSpent, !props[prop].isOpen else {
                return false
            }
            return props[prop].user.map { $0 == task } ?? true
        }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: part)
        own(prop, by: task)
        let request = request(to: props[prop], part)
        let value = nextValue()
        append(.fetch(props[prop].name, request, as: value), waking: 1, to: task)
        props[prop].exchange!.requests += 1
        if let claim = send(request, to: prop), !tasks[task].isDoomed {
            valueClaims.append(ValueClaim(name: value, value: claim))
        }
        // As most programs do.
        if props[prop].isOpen, props[prop].ends, draws.happens(50, for: part) {
            appendReadToEnd(of: prop, claims: !tasks[task].isDoomed, to: task)
            if draws.happens(40, for: part) { appendTrailers(of: prop, to: task) }
        }
        return true
    }

    /// What to send; to one that never answers, with the timeout that ends the wait.
    private mutating func request(to prop: Prop, _ part: Genome.Part) -> FetchScript {
        let plan = prop.exchange!
        // Where times are long a scenario may be so, too.
        var request = times.max()! < 1_000_000_000 ? FetchScript() : Self.patient
        if plan.script.method == .post, draws.happens(70, for: part) {
            let bodies = [["x"], ["hel", "lo"], ["a b", "c", "and the rest"]]
            request.parts = draws.pick(bodies, for: part).map { Array($0.utf8) }
            if draws.happens(30, for: part) { request.trailers = [Self.field("x-sum", "7")] }
        }
        let fields = [Self.field("x-from", "me"), Self.field("x-from", "b c")]
        request.fields = Array(fields.prefix(draws.pick([0, 0, 1, 2], for: part)))
        let short = times.filter { $0 > 0 }
        for (_, path) in StepPhrase.timeouts where draws.happens(15, for: part) {
            request[keyPath: path] = draws.pick(short + [Self.longTime, Self.longTime], for: part)
        }
        if plan.answer == .response, prop.ending == .none, draws.happens(40, for: part) {
            request.betweenBytes = Self.longTime
        }
        switch plan.answer {
        case .noConnection:
            request.connect = request.connect ?? draws.pick(short, for: part)
        case .silence:
            request.connect = Self.longTime
            request.firstByte = request.firstByte ?? draws.pick(short, for: part)
        case .response, .failure: break
        }
        return request
    }

    /// What a request comes to, where that can be said; notes what there is of it from here on.
    private mutating func send(_ request: FetchScript, to prop: Int) -> ValueClaim.Value? {
        let plan = props[prop].exchange!
        // Facts say nothing of another one.
        if !props[prop].facts.isEmpty { props[prop].exchange!.isSpent = true }
        switch plan.answer {
        case .noConnection: return .failed("connection-timeout")
        case .silence: return .failed("connection-read-timeout")
        case .response, .failure: break
        }
        if [request.connect, request.firstByte].contains(where: { $0 ?? .max < Self.longTime }) {
            // A response that may be there or not is nobody's to read.
            props[prop].exchange!.isSpent = true
            props[prop].isOptional = true
            return nil
        }
        if plan.answer == .failure { return plan.failureClaim }
        props[prop].isOpen = true
        props[prop].isOver = false
        props[prop].position = 0
        props[prop].exchange!.areTrailersTaken = false
        if request.betweenBytes == Self.longTime, props[prop].ending == .none {
            props[prop].ending = .failed
            props[prop].exchange!.failure = "connection-read-timeout"
        } else if request.betweenBytes ?? Self.longTime < Self.longTime {
            props[prop].exchange!.isTimed = true
            props[prop].isOptional = true
            props[prop].position = nil
        }
        let isWhole = request.parts.isEmpty || plan.script.isAfterBody
        props[prop].exchange!.sent = isWhole ? request : nil
        let fields = Self.text(plan.script.fields)
        return .text("\(plan.script.status)" + (fields.isEmpty ? "" : " \(fields)"))
    }

    /// Asks for the trailers, or lets go of the response.
    mutating func appendTrailers(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let fit = props.indices.filter { prop in
            props[prop].exchange != nil && props[prop].isOpen && props[prop].user == task
        }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: part)
        guard props[prop].ends, draws.happens(60, for: part) else {
            props[prop].isOpen = false
            props[prop].isOptional = true
            append(.drop(props[prop].name), waking: 0, to: task)
            return true
        }
        appendTrailers(of: prop, to: task)
        return true
    }

    private mutating func appendTrailers(of prop: Int, to task: Int) {
        let plan = props[prop].exchange!
        let value = nextValue()
        append(.trailers(props[prop].name, as: value), waking: 1, to: task)
        let trailers = Self.text(plan.script.trailers)
        if !tasks[task].isDoomed, props[prop].ending == .closed, !plan.isTimed {
            let isNothing = trailers.isEmpty || plan.areTrailersTaken
            valueClaims.append(
                ValueClaim(name: value, value: .text(isNothing ? "nothing" : trailers)))
        }
        if !props[prop].isOver { props[prop].isOptional = true }
        props[prop].isOver = true
        props[prop].position = props[prop].bytes.count
        props[prop].exchange!.areTrailersTaken = true
    }

    private static func field(_ name: String, _ value: String) -> HTTPField {
        HTTPField(name, Array(value.utf8))
    }

    /// `x-one: 1, x-two: a`
    private static func text(_ fields: [HTTPField]) -> String {
        fields.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
            .joined(separator: ", ")
    }

    /// What servers were sent, of those whose one request and response were over.
    var requestClaims: [ValueClaim] {
        props.flatMap { prop -> [ValueClaim] in
            guard let plan = prop.exchange, plan.requests == 1, let sent = plan.sent, prop.isOpen,
                prop.isOver, prop.ending == .closed, !plan.isTimed,
                let user = prop.user, !tasks[user].isDoomed
            else { return [] }
            let beside = [("fields", sent.fields), ("trailers", sent.trailers)].map { key, fields in
                let text = fields.isEmpty ? "nothing" : Self.text(fields)
                return ValueClaim(name: "\(prop.name).\(key)", value: .text(text))
            }
            return [ValueClaim(name: prop.name, value: .bytes(sent.parts.flatMap { $0 }))] + beside
        }
    }

    // MARK: Servers

    /// A server that answers every request alike, or one as facts say.
    mutating func exchange(_ index: Int, _ part: Genome.Part) -> Prop {
        var prop = Prop(name: "api\(index)", door: .level)
        var plan = ExchangePlan(script: exchangeScript(index, part))
        let codes = ["HTTP-protocol-error", "HTTP-response-timeout", Self.hostsOwn]
        plan.failure = draws.pick(codes, for: part)
        var stream = Draft.Stream()
        let chunks = chunks(of: [1, 2, 3, 5, 9], part)
        if draws.happens(55, for: part) {
            scriptExchange(&prop, &plan, chunks.map(\.letter), part)
        } else {
            prop.ending = .closed
            switch draws.below(8, for: part) {
            case 0: (plan.answer, plan.script.delay) = (.silence, nil)
            case 1: plan.answer = .failure
            case 2...4: plan.script.delay = time(for: part)
            default: break
            }
        }
        if plan.answer == .response { stream.chunks = chunks }
        if plan.answer == .failure && !prop.isRefused || prop.ending == .failed {
            stream.failure = plan.failure
        }
        if plan.answer != .response || prop.ending != .closed { plan.script.trailers = [] }
        prop.isNever = plan.isNever
        prop.isOptional = prop.isOptional || prop.isNever
        prop.bytes = stream.chunks.flatMap(\.bytes)
        prop.door = .http(plan.script, stream)
        prop.exchange = plan
        return prop
    }

    private mutating func exchangeScript(_ index: Int, _ part: Genome.Part) -> ExchangeScript {
        let isSecure = draws.happens(20, for: part)
        let host = "api\(index).example"
        var script = ExchangeScript(
            draws.pick([.post, .post, .get, .delete], for: part), isSecure: isSecure,
            authority: HTTPAuthority(text: host, host: host, port: isSecure ? 443 : 80),
            path: draws.pick(["/", "/a?b=c"], for: part))
        script.status = draws.pick([200, 200, 201, 404, 503], for: part)
        let fields = [("x-one", "1"), ("x-two", "a"), ("x-two", "b")].map(Self.field)
        script.fields = Array(fields.prefix(draws.below(4, for: part)))
        script.isAfterBody = draws.happens(40, for: part)
        if draws.happens(30, for: part) { script.trailers = [Self.field("sum", "7")] }
        return script
    }

    /// When a server does what: it answers a connect now or later, or never; takes the body little by
    /// little, but takes it; and responds, or fails.
    private mutating func scriptExchange(
        _ prop: inout Prop, _ plan: inout ExchangePlan, _ letters: [String], _ part: Genome.Part
    ) {
        var changes: [Draft.Fact.Change] = []
        switch draws.below(10, for: part) {
        case 0:
            changes = [.answers(.refuses)]
            plan.answer = .failure
        case 1:
            changes = [.answers(.silent), .answers(.refuses)]
            plan.answer = .failure
        case 2:
            changes = [.answers(.silent)]
            plan.answer = .noConnection
        case 3, 4: changes = [.answers(.silent), .answers(.accepts)]
        default: break
        }
        prop.isRefused = plan.answer == .failure
        if prop.isRefused { plan.failure = "connection-refused" }
        // A request may come when an earlier answer is forgotten.
        if !changes.isEmpty { prop.isOptional = true }
        if plan.answer == .response {
            if draws.happens(25, for: part) {
                changes.append(.permit(draws.pick([0, 1, 2], for: part)))
                changes.append(.permit(draws.pick([1, 3, 9], for: part)))
                prop.isOptional = true
            }
            if draws.happens(12, for: part) {
                changes.append(.failed)
                plan.answer = .failure
            } else {
                changes.append(.head)
                changes += letters.map { .chunk($0) }
                prop.ending = draws.pick([.none, .closed, .closed, .failed], for: part)
                switch prop.ending {
                case .none: break
                case .closed: changes.append(.closed)
                case .failed: changes.append(.failed)
                }
            }
        }
        var now: UInt64 = 0
        for (place, change) in changes.enumerated() {
            // Before the first answer to a connect there is none.
            if place > 0 || !Self.isAnswer(change) { now += time(for: part) }
            prop.facts.append(Draft.Fact(at: now, prop.name, change))
        }
    }

    private static func isAnswer(_ change: Draft.Fact.Change) -> Bool {
        if case .answers = change { true } else { false }
    }
}

extension Generator.ExchangePlan {
    /// With what a request or a body fails; `nil` where that depends on a host's rules (HTTP-67).
    var failureClaim: ValueClaim.Value? {
        failure == Generator.hostsOwn ? nil : .failed(failure)
    }
}
