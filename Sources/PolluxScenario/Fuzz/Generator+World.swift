// The world of a generated scenario: what there is to wait for, and when it is ready.

import PolluxHost

extension Generator {
    /// What is known of a resource while a program is written.
    struct Prop {
        var name: String
        var door: Draft.Resource.Door
        var facts: [Draft.Fact] = []
        /// A level that is never ready.
        var isNever = false
        var isUsed = false
        /// Nobody need use it.
        var isOptional = false
        // Of a stream.
        /// What an input sends.
        var bytes: [UInt8] = []
        var ending = Ending.none
        /// The tasks that read or write it, where it is not everybody's.
        var user: Int?
        var isShared = false
        var isSubscribed = false
        var isDropped = false
        /// How many bytes have been read; `nil` where that is for the host to say.
        var position: Int? = 0
        /// The end has been read.
        var isOver = false
        /// What an output is to have taken; `nil` where nobody can say.
        var written: [UInt8]? = []
        // Of a socket.
        /// It is there: connected to, accepted, or listening.
        var isOpen = false
        /// It refuses.
        var isRefused = false
        /// Nothing can be written any more.
        var isWriteShut = false
        /// Nothing can be read any more.
        var isReadShut = false
        /// Who calls a listener, in the order in which they do.
        var clients: [Int] = []
        /// How many of them were accepted.
        var accepted = 0
        /// Those that a peer for datagrams sends.
        var datagrams: [[UInt8]] = []
        /// Of a server of HTTP; its response is the stream.
        var exchange: ExchangePlan?

        enum Ending { case none, closed, failed }

        var isInput: Bool {
            switch door {
            case .input, .stdin: true
            default: false
            }
        }
        var isOutput: Bool { if case .output = door { true } else { false } }
        var isStream: Bool { isInput || isOutput || isConnection && isOpen }
        /// A level or a timer.
        var isPlain: Bool {
            switch door {
            case .level, .after, .at: true
            default: false
            }
        }
        var isServer: Bool { if case .tcp = door { true } else { false } }
        var isListener: Bool { if case .listener = door { true } else { false } }
        var isDatagrams: Bool { if case .udp = door { true } else { false } }
        var isName: Bool { if case .name = door { true } else { false } }
        /// Somebody at the other end of a connection.
        var isConnection: Bool {
            switch door {
            case .tcp, .client: true
            default: false
            }
        }
        var isReadable: Bool { isInput || (isConnection || exchange != nil) && isOpen }
        /// Whether what can be read comes to an end.
        var ends: Bool { ending != .none || exchange?.isTimed == true }
        /// How a reader is told of the failure; `nil` where that is for the host to say.
        var failureClaim: ValueClaim.Value? {
            if let exchange { exchange.failureClaim } else { .failed(Generator.failure) }
        }
        var isWritable: Bool { isOutput || isConnection && isOpen && !isWriteShut }
        /// Whether something may have been written to it.
        var isWritten: Bool { isOutput || (isConnection || isDatagrams) && isOpen }
        /// Whether all that is written to it arrives. A peer that has ended what it sends goes on
        /// reading.
        var takesAll: Bool { isOutput ? ending == .none : ending != .failed && !isRefused }
        /// Whether a wait for it comes to an end, whoever waits.
        var isSure: Bool {
            !isNever && !((isInput || isConnection) && ending == .none) && !isDropped
        }
    }

    /// The text with which streams fail.
    static let failure = "reset"

    /// Draws a resource, and adds it; a listener comes with its clients.
    mutating func addProp(_ index: Int) {
        let part = Genome.Part.resource(index)
        if abilities.sockets, draws.happens(10, for: part) { return addListener(index, part) }
        props.append(makeProp(index, part))
    }

    private mutating func makeProp(_ index: Int, _ part: Genome.Part) -> Prop {
        var kinds: [Int] = [0, 0, 0, 1, 2]
        if abilities.inputs { kinds += [3, 3, index == 0 ? 4 : 3] }
        if abilities.outputs { kinds += [5, 5] }
        if abilities.sockets { kinds += [6, 6, 7] }
        if abilities.lookups { kinds += [8] }
        if abilities.requests { kinds += [9, 9] }
        switch draws.pick(kinds, for: part) {
        case 0: return level("p\(index)", part)
        case 1: return Prop(name: "t\(index)", door: .after(time(for: part)))
        case 2: return Prop(name: "t\(index)", door: .at(time(for: part)))
        case 3: return input("in\(index)", isStandard: false, part)
        case 4: return input("in\(index)", isStandard: true, part)
        case 6: return server(index, part)
        case 7: return datagrams(index, part)
        case 8: return name(index, part)
        case 9: return exchange(index, part)
        default: return output("out\(index)", part)
        }
    }

    /// One of the scenario's times.
    mutating func time(for part: Genome.Part) -> UInt64 { draws.pick(times, for: part) }

    /// Instants in order, each some time after the one before.
    mutating func instants(_ count: Int, _ part: Genome.Part) -> [UInt64] {
        var now: UInt64 = 0
        return (0..<count).map { _ in
            now += time(for: part)
            return now
        }
    }

    /// A level that is ready in the end, maybe after some to and fro; or never.
    private mutating func level(_ name: String, _ part: Genome.Part) -> Prop {
        var prop = Prop(name: name, door: .level)
        if draws.happens(12, for: part) {
            prop.isNever = true
            return prop
        }
        let changes = draws.happens(30, for: part) ? 1 + 2 * draws.below(3, for: part) : 1
        for (place, time) in instants(changes, part).enumerated() {
            prop.facts.append(Draft.Fact(at: time, name, .ready(place % 2 == 0)))
        }
        return prop
    }

    /// Up to three chunks, each with one of these numbers of bytes.
    mutating func chunks(of sizes: [Int], _ part: Genome.Part) -> [Draft.Stream.Chunk] {
        ["a", "b", "c", "d"].prefix(draws.below(4, for: part)).map { letter in
            let count = draws.pick(sizes, for: part)
            let bytes = (0..<count).map { _ in UInt8(0x61 + draws.below(26, for: part)) }
            return Draft.Stream.Chunk(letter, bytes)
        }
    }

    private mutating func input(_ name: String, isStandard: Bool, _ part: Genome.Part) -> Prop {
        let chunks = chunks(of: [1, 2, 3, 5, 9], part)
        var changes = chunks.map { Draft.Fact.Change.chunk($0.letter) }
        var isOptional = false
        if draws.happens(25, for: part) {
            changes.insert(.empty, at: draws.below(changes.count + 1, for: part))
            // Bytes may come before anybody looks.
            isOptional = true
        }
        let ending = draws.pick([Prop.Ending.closed, .closed, .failed, .none], for: part)
        switch ending {
        case .none: break
        case .closed: changes.append(.closed)
        case .failed: changes.append(.failed)
        }
        let stream = Draft.Stream(
            chunks: chunks, failure: ending == .failed ? Self.failure : nil)
        var prop = Prop(name: name, door: isStandard ? .stdin(stream) : .input(stream))
        prop.bytes = chunks.flatMap(\.bytes)
        prop.ending = ending
        prop.isOptional = isOptional
        prop.facts = zip(instants(changes.count, part), changes).map {
            Draft.Fact(at: $0, name, $1)
        }
        return prop
    }

    /// An output that takes any number of bytes in the end, in permits that it may do without.
    private mutating func output(_ name: String, _ part: Genome.Part) -> Prop {
        var changes: [Draft.Fact.Change] = []
        var prop = Prop(name: name, door: .output(Draft.Stream()))
        for _ in 0..<draws.below(3, for: part) {
            changes.append(.permit(draws.pick([0, 1, 2, 4, 7], for: part)))
        }
        if !changes.isEmpty { changes.append(.permit(draws.pick([1, 3, 100], for: part))) }
        for _ in 0..<draws.below(2, for: part) { changes.append(.flushed) }
        prop.ending = draws.pick([.none, .none, .none, .none, .closed, .failed], for: part)
        switch prop.ending {
        case .none: break
        case .closed: changes.append(.closed)
        case .failed:
            changes.append(.failed)
            prop.door = .output(Draft.Stream(failure: Self.failure))
        }
        // Nobody need meet all of it.
        prop.isOptional = !changes.isEmpty
        prop.facts = zip(instants(changes.count, part), changes).map {
            Draft.Fact(at: $0, name, $1)
        }
        return prop
    }

    /// One that uses many freedoms, in one of several ways.
    mutating func drawHost() -> Draft.Host {
        switch draws.below(10, for: .host) {
        case 0...4: return Draft.Host("any", .any)
        case 5...7: return Draft.Host("free", .any, picksAnyTask: true)
        case 8:
            var policy = HostPolicy.any
            policy.timers = draws.pick([.late(1_000_000), .grain(1_000_000)], for: .host)
            return Draft.Host("late", policy)
        default:
            let presets = HostPolicy.presets
            let preset = presets[draws.below(presets.count, for: .host)]
            return Draft.Host(preset.name, preset.policy)
        }
    }
}
