// What a draft runs: tasks of steps, or a whole program.

import PolluxHost

extension Draft {
    /// What is run.
    public enum Program: Sendable, Equatable {
        /// Tasks, each a list of steps.
        case tasks([Task])
        /// A registered program by its name, with its arguments and variables.
        case entry(Entry)
    }

    /// One task.
    public struct Task: Sendable, Equatable {
        /// How the document calls it.
        public var name: String
        /// What it does, in order.
        public var steps: [Step]

        /// A task.
        public init(_ name: String, _ steps: [Step]) {
            (self.name, self.steps) = (name, steps)
        }
    }

    /// A whole program.
    public struct Entry: Sendable, Equatable {
        /// Under which name it is registered.
        public var name: String
        /// What follows the name among its arguments.
        public var arguments: [String]
        /// Its environment variables.
        public var variables: [EntryScript.Variable]

        /// A program.
        public init(
            _ name: String, arguments: [String] = [], variables: [EntryScript.Variable] = []
        ) {
            (self.name, self.arguments, self.variables) = (name, arguments, variables)
        }
    }

    /// One step of a task; names are resources', subscribed names', tasks' or channels'.
    ///
    /// Inside a ``repeat(_:_:)`` the steps ``say(_:)``, ``repeat(_:_:)`` and a ``write(_:_:as:)`` without
    /// a name take all that follows in the phrase, so they can stand only last.
    public indirect enum Step: Sendable, Equatable {
        case sleep(UInt64)
        case work(UInt64)
        case yield
        /// `wait a`, `wait a | b as who`
        case waitAny([String], as: String?)
        /// `wait a & b`; of one target it is a ``waitAny(_:as:)``.
        case waitAll([String])
        case subscribe(String, as: String)
        /// Of a subscribed name, or of a stream.
        case drop(String)
        /// At most so many bytes, or what there is.
        case read(String, upTo: Int?, as: String?)
        case readUntilClosed(String, as: String?)
        /// The bytes must be UTF-8.
        case write(String, [UInt8], as: String?)
        case flush(String, as: String?)
        case connect(String, as: String?)
        case listen(String, as: String?)
        /// Of a listener.
        case accept(String, as: String?)
        case shut(String, ShutdownKind, as: String?)
        case lookup(String, as: String?)
        /// The parts of the body must be UTF-8.
        case fetch(String, FetchScript, as: String?)
        case trailers(String, as: String?)
        case join([String])
        case spawn(String)
        case cancel(String, thenJoin: Bool)
        case `repeat`(Int, [Step])
        case say(String)
        case send(String)
        case recv(String)
        case exit(UInt8)
        /// Empty is `poll nothing`.
        case poll([String], as: String?)
        case ready(String, as: String?)
        case block(String)
        case stream(String, isBinding: Bool, as: String?)
    }

    /// Its tasks; empty where a whole program is run.
    public var tasks: [Task] {
        get { if case .tasks(let tasks) = program { tasks } else { [] } }
        set { program = .tasks(newValue) }
    }
}
