// What a fuzzer plays: a guest, in scenarios that are made for it or in one that was given.

import PolluxHost

/// One guest, with all that the fuzzer knows about fuzzing it.
struct FuzzTarget: Sendable {
    /// Who plays.
    var guest: GuestProgram
    /// A scenario that was given, on one of its hosts; `nil` where scenarios are made.
    var given: (scenario: Scenario, host: HostEntry)?
    /// What the guest's adapter can do.
    var abilities = Generator.Abilities()
    /// What it has shown so far.
    var features = FeatureMap()
    /// The guest cannot do a step of the scenario that was given.
    var isUnsupported = false
    /// Runs that showed something new.
    private(set) var corpus: [Seed] = []

    /// A run that showed something new.
    struct Seed: Sendable {
        /// Of which scenario; `nil` for the one that was given.
        var genome: Genome?
        /// What was chosen in it.
        var tape: Tape
    }

    /// More than this many are not kept: the search would not come back to most of them.
    private static let mostSeeds = 8_192

    init(_ guest: GuestProgram, given: (scenario: Scenario, host: HostEntry)? = nil) {
        self.guest = guest
        self.given = given
    }

    /// Keeps a run if it still shows something new.
    mutating func take(_ features: [UInt16], of genome: Genome?, _ tape: Tape) {
        var isNew = false
        for feature in features where self.features.insert(feature) { isNew = true }
        if isNew, corpus.count < Self.mostSeeds { corpus.append(Seed(genome: genome, tape: tape)) }
    }

    /// What to play next: something new, or something like what was remarkable.
    func subject(_ numbers: inout SplitMix64) -> (genome: Genome?, tape: Tape?) {
        let fresh = given == nil ? Genome(seed: numbers.next() >> 24) : nil
        guard !corpus.isEmpty else { return (fresh, nil) }
        // Of two, the younger: what was found last has been varied least.
        let place = max(
            numbers.next(below: corpus.count), numbers.next(below: corpus.count))
        let seed = corpus[place]
        switch numbers.next(below: 8) {
        case 0...2: return (fresh, nil)
        case 3...5:
            guard var genome = seed.genome else { return (nil, seed.tape) }
            for _ in 0...numbers.next(below: 2) {
                let part = Genome.Part.all[numbers.next(below: Genome.Part.all.count)]
                genome = genome.redrawing(part, from: numbers.next() >> 24)
            }
            return (genome, nil)
        default: return (seed.genome, seed.tape)
        }
    }
}

extension Generator.Abilities {
    /// Finds out what a guest's adapter can do: it is asked.
    init(of guest: GuestProgram) {
        self.init(
            channels: Self.does(guest, "program: {A: [send c, recv c]}"),
            inputs: Self.does(
                guest, "world: {i: {input: {}}}\nprogram: {A: [read i]}\nevents: [0: i closed]"),
            outputs: Self.does(guest, "world: {o: {output: {}}}\nprogram: {A: [write o x]}"),
            sockets: Self.does(
                guest,
                """
                world: {s: {tcp: '10.0.0.5:80'}, w: {listen: '127.0.0.1:80'}, u: {udp: '10.0.0.6:53'}}
                program: {A: [connect s, shut s, listen w, connect u]}
                """),
            lookups: Self.does(
                guest, "world: {d: {dns: a.example, error: unknown}}\nprogram: {A: [lookup d]}"),
            requests: Self.does(
                guest,
                "world: {h: {http: 'GET http://a.example/'}}\nprogram: {A: [fetch h, trailers h]}"))
    }

    private static func does(_ guest: GuestProgram, _ program: String) -> Bool {
        let text = "pollux: 1\nname: what the guest can do\n\(program)\n"
        guard let scenario = try? Scenario.parse(path: "abilities", text: text).first else {
            preconditionFailure("the scenario reads")
        }
        let run = Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: 0)
        if case .unsupported = run.outcome { return false }
        return true
    }
}
