// A guest as a type, for those who name it rather than describe it.

/// A type whose `main` is a guest: an adapter of some runtime to the step door, or a whole program.
///
///     extension EchoServer: GuestMain {}
public protocol GuestMain: SendableMetatype {
    /// How scenarios call it in `guests:`, or as an `entry`; the type's name unless it says otherwise.
    static var guestName: String { get }
    /// The guest's entry; it is called once a run, on a thread of its own.
    static func main()
}

extension GuestMain {
    /// The type's name.
    public static var guestName: String { String(describing: Self.self) }
}

extension GuestProgram {
    /// The guest that a type is.
    public init<Main: GuestMain>(_ type: Main.Type) {
        self.init(name: Main.guestName) { Main.main() }
    }
}

extension ProgramEntry {
    /// The whole program that a type is.
    public init<Main: GuestMain>(_ type: Main.Type) {
        self.init(name: Main.guestName) { Main.main() }
    }
}
