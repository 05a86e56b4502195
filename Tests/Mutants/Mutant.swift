// The list of all mutants.

import PolluxHost
import PolluxScenario
import ScenarioGuest
import ScenarioHTTPGuest

/// Something that makes one mistake: what must be found.
public struct Mutant: Sendable, CustomStringConvertible {
    /// Its number; 0 is the sound one.
    public let number: Int
    /// Its row in the table of docs/Mutants.md: `R1`.
    public let row: String
    /// What it does wrong, in a sentence without a subject.
    public let sentence: String
    /// The guest that plays: the one that makes the mistake, or a sound one on a host that does.
    public let guest: GuestProgram
    /// The same guest without the mistake: of it no scenario and no oracle may complain.
    public let sound: GuestProgram
    /// What makes a run's host break the specification, where the mistake is the host's.
    package let tampering: (@Sendable () -> any Tampering)?
    private let listsCopies: Bool

    /// The guest with this mistake.
    init(_ fault: Fault) {
        let card = fault.card
        number = fault.rawValue
        row = card.row
        sentence = card.sentence
        guest = Self.guest(named: "mutant-\(card.row)", fault)
        listsCopies = fault == .wantsEveryCopy
        sound = Self.guest(named: "sound", .none, listsCopies: fault == .wantsEveryCopy)
        tampering = nil
    }

    /// The sound guest on a host with this mistake.
    init(_ fault: HostFault) {
        number = Fault.allCases.count + fault.rawValue
        row = fault.card.row
        sentence = fault.card.sentence
        guest = Self.guest(named: "sound", .none)
        sound = guest
        listsCopies = false
        tampering = { HostMutant(fault) }
    }

    private static func guest(
        named name: String, _ fault: Fault, listsCopies: Bool = false
    ) -> GuestProgram {
        GuestProgram(name: name) { MutantReactor(fault, listsCopies: listsCopies).main() }
    }

    /// The mistake's row and what it is.
    public var description: String { "\(row): \(sentence)" }

    /// A hunt after it, wherever its sound form is silent.
    package var hunt: Hunt {
        Hunt(guest, in: listsCopies ? HuntingGround.copies : HuntingGround.everywhere, tampering)
    }

    /// The same on the friendly host alone, each scenario once.
    package var friendlyHunt: Hunt {
        Hunt(
            guest, in: listsCopies ? HuntingGround.friendlyCopies : HuntingGround.friendly,
            tampering)
    }

    /// The guest that makes no mistake.
    public static let sound = Mutant(Fault.none)

    /// All guests that make one.
    public static let guests = Fault.allCases.filter { $0 != .none }.map { Mutant($0) }

    /// All hosts that make one.
    public static let hosts = HostFault.allCases.map { Mutant($0) }

    /// All that make one.
    public static let all = guests + hosts

    /// The mutant of this row, which there is.
    package static func named(_ row: String) -> Mutant { all.first { $0.row == row }! }

    /// The guests that ship, and the sound one: of none of them is there anything to find.
    package static let shipped = [
        GuestProgram(name: "local", entry: LocalHTTPGuest.main),
        GuestProgram(name: "swift", entry: SwiftHTTPGuest.main), sound.guest,
    ]
}
