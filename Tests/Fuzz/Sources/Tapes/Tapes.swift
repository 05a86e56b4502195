// Plays scenarios whose choices an input answers.

import CFuzzer
import Foundation
import FuzzInput
import PolluxHost

@testable import PolluxScenario

/// Every scenario on every host that has choices, by some guests.
///
/// An input is four bytes that say which of them, and an answer a byte from there on.
public final class Tapes: Sendable {
    /// A document, a guest and a host.
    struct Place: Sendable {
        var scenario: Scenario
        var guest: GuestProgram
        var host: HostEntry
        /// The host has freedoms that the document does not speak of: only the oracles judge.
        var isFreed: Bool
        /// Where the place stands among all numbers of four bytes.
        var number: UInt32
    }

    private let places: [Place]
    /// A run with more events than this is too slow to be played by the thousand.
    private static let mostEvents = 2_500
    /// How many bytes say which place.
    static let header = 4

    /// The scenarios that stand beside the program in `Scenarios`, or in `$POLLUX_SCENARIOS`.
    /// - Parameter areSound: the guests are to hold for all of them on friendly hosts; else those for
    ///   which they do not are left out.
    public init(guests: [GuestProgram], areSound: Bool = true) {
        var places = Self.scenarios().flatMap { scenario in
            guests.filter { guest in
                scenario.guests?.contains { $0.value == guest.name } ?? true
            }.flatMap { Self.places(of: scenario, by: $0, areSound: areSound) }
        }
        // Numbers come from names, so an input stays with its scenario when others join.
        places.sort { $0.number < $1.number }
        claim(!places.isEmpty, "there is no scenario with choices")
        self.places = places
    }

    private static func scenarios() -> [Scenario] {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["POLLUX_SCENARIOS"].map { URL(filePath: $0) }
            ?? program.appending(path: "Scenarios")
        let names =
            FileManager.default.enumerator(atPath: folder.path)?
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted() ?? []
        claim(!names.isEmpty, "no scenario below \(folder.path); set POLLUX_SCENARIOS")
        return names.flatMap { name in
            let data = FileManager.default.contents(atPath: folder.appending(path: name).path)
            return Reading(path: name, bytes: Array(data ?? Data())).scenarios
        }
    }

    private static func places(
        of scenario: Scenario, by guest: GuestProgram, areSound: Bool
    ) -> [Place] {
        if scenario.entry != nil { return [] }
        var free = HostEntry.any(scenario.hosts[0])
        free.picksAnyTask = true
        let hosts = scenario.hosts.map { ($0, false) } + [(free, true)]
        return hosts.compactMap { host, isFreed in
            guard host.hasChoices else { return nil }
            let run = Player(guest: guest).run(scenario, on: host, choices: FriendlyChoices())
            // What ends by a trap takes its thread along, and some memory with it, at every run.
            guard case .completed = run.outcome, run.trace.count <= mostEvents else { return nil }
            if !areSound, !Checker.check(run).isEmpty { return nil }
            let name = "\(scenario.name)/\(guest.name)/\(host.name)/\(isFreed)"
            return Place(
                scenario: scenario, guest: guest, host: host, isFreed: isFreed,
                number: number(of: name))
        }
    }

    /// FNV-1a.
    private static func number(of name: String) -> UInt32 {
        name.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    /// Plays the run that an input describes; ends the process where something does not hold.
    public func play(_ data: UnsafeRawPointer?, _ size: Int) {
        var input = FuzzInput(data, size)
        let wanted = (0..<Self.header).reduce(UInt32(0)) { number, _ in
            number << 8 | UInt32(input.byte())
        }
        let place = places.first { $0.number >= wanted } ?? places[0]
        let run = Player(guest: place.guest).run(
            place.scenario, on: place.host, choices: ByteChoices(input.bytes))
        RunFeatures.note(run, place.number)
        for failure in wrongs(of: run, at: place) {
            fault(
                """
                \(place.scenario.file.path): \(place.scenario.name)
                guest \(place.guest.name), host \(place.host.name): \(failure)
                \(run.log.joined(separator: "\n"))
                """)
        }
    }

    private func wrongs(of run: Run, at place: Place) -> [String] {
        if !place.isFreed { return Checker.check(run).map(\.message) }
        // A host that the document does not know may end a run otherwise, but never by the guest's fault.
        var names = Set(OracleName.usual)
        for block in run.scenario.expectations
        where block.scope.includes(guest: run.guest, host: run.host.name) {
            block.invariants?.value.apply(to: &names)
        }
        let judges = OracleName.allCases.filter(names.contains)
        return run.violations(of: judges).map { "\($0.oracle.rawValue): \($0.message)" }
    }
}
