// A worker process, as its master sees it.

import CPolluxWorker
import Glibc

/// A process that plays runs of one library, one at a time. Where a run takes it along, another one
/// takes its place.
final class Worker {
    /// What came of a run.
    enum Ending {
        /// The guest returned, after so many events.
        case returned(events: Int)
        /// The host ended it, at the last call of the journal.
        case ended
        /// Its process died.
        case died(String)
        /// It made no call for so long and was ended.
        case silent
        /// There is no process any more.
        case lost(String)
    }

    private let socket: Int32
    private let capture: Int32
    private let journal: OpaquePointer
    private let process: pid_t
    /// What the process has been told to play.
    private var script: AnyObject?
    private let keepsScript: Bool

    /// Starts the process and waits until it has loaded the library.
    init(
        _ library: GuestLibrary, isolation: Isolation, executable: String
    ) throws(UnusableLibrary) {
        func failure(_ reason: String) -> UnusableLibrary {
            UnusableLibrary(path: library.path, reason: reason)
        }
        var memory: Int32 = -1
        var (ours, theirs): (Int32, Int32) = (-1, -1)
        guard let journal = pollux_journal_create(&memory) else {
            throw failure("no memory for a worker's journal")
        }
        let capture = pollux_worker_capture()
        guard capture >= 0, pollux_worker_sockets(&ours, &theirs) == 0 else {
            throw failure("no descriptors for a worker: \(String(cString: strerror(errno)))")
        }
        let arguments = [
            CommandLine.arguments.first ?? "pollux", WorkerMain.verb, library.path, library.symbol,
            isolation.rawValue,
        ]
        var words: [UnsafePointer<CChar>?] = arguments.map { UnsafePointer(strdup($0)) }
        words.append(nil)
        let process = pollux_worker_spawn(executable, words, theirs, memory, capture)
        for word in words { free(UnsafeMutablePointer(mutating: word)) }
        close(theirs)
        close(memory)
        guard process > 0 else {
            throw failure("cannot start '\(executable)': \(String(cString: strerror(-process)))")
        }
        (socket, self.capture, self.journal, self.process) = (ours, capture, journal, process)
        keepsScript = isolation != .fork
        switch Message(from: ours, milliseconds: 30_000) {
        case .message(UInt32(POLLUX_WORKER_READY), _): break
        case .message(_, let reason):
            throw failure(String(decoding: reason, as: UTF8.self))
        case .nobody, .late:
            let text = Self.lastLines(of: capture)
            throw failure(
                "its worker ended while it was loaded" + (text.isEmpty ? "" : ": \(text)"))
        }
    }

    deinit {
        // Without a socket the process ends; one that is busy is not worth waiting for.
        close(socket)
        pollux_worker_kill(pollux_journal_process(journal))
        pollux_worker_reap(process)
        close(capture)
        pollux_journal_close(journal)
    }

    /// Plays a run and blocks until it is over.
    /// - Parameters:
    ///   - script: what is played; the same object means the same again.
    ///   - silence: seconds without a host call after which the guest is ended.
    func play(
        _ request: [UInt8], of script: AnyObject, text: () -> String, silence: Double
    ) -> Ending {
        var bytes: [UInt8] = []
        if !keepsScript || self.script !== script {
            Message.add(WorkerMain.Order.script.rawValue, Array(text().utf8), to: &bytes)
            self.script = script
        }
        Message.add(WorkerMain.Order.run.rawValue, request, to: &bytes)
        guard pollux_worker_send(socket, bytes, bytes.count) else { return lost() }
        return wait(silence: silence)
    }

    private func wait(silence: Double) -> Ending {
        let pause = Int32(max(silence * 250, 1))
        var calls: UInt64 = .max
        var looks = 0
        var isSilent = false
        while true {
            switch Message(from: socket, milliseconds: pause) {
            case .nobody: return lost()
            case .late:
                let now = pollux_journal_used(journal)
                looks = now == calls ? looks + 1 : 0
                calls = now
                guard looks >= 4 else { continue }
                isSilent = true
                pollux_worker_kill(pollux_journal_process(journal))
                looks = 0
            case .message(UInt32(POLLUX_WORKER_DONE), let bytes):
                let events = bytes.dropFirst().reversed().reduce(0) { $0 << 8 | Int($1) }
                return bytes.first == 1 ? .returned(events: events) : .ended
            case .message(UInt32(POLLUX_WORKER_DIED), let bytes):
                script = nil
                if isSilent { return .silent }
                let status = bytes.reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) }
                return .died(Self.words(of: status, Self.lastLines(of: capture)))
            case .message(_, let bytes):
                script = nil
                return .died(String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    private func lost() -> Ending {
        let text = Self.lastLines(of: capture)
        return .lost("the worker process is gone" + (text.isEmpty ? "" : ": \(text)"))
    }

    /// The records of the last run: a copy of the calling thread's, until its next one.
    var records: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: pollux_journal_copy(journal), count: Int(pollux_journal_used(journal)))
    }

    // MARK: Words

    /// `SIGABRT: corrupted double-linked list`
    private static func words(of status: Int32, _ output: String) -> String {
        let signal = pollux_worker_signal(status)
        let how =
            signal != 0
            ? String(cString: pollux_worker_signal_name(signal))
            : "its process exited with code \(pollux_worker_exit_code(status))"
        return output.isEmpty ? how : "\(how): \(output)"
    }

    private static let mostBytes = 1_024
    private static let mostLines = 3

    /// The last lines that the process has written.
    private static func lastLines(of capture: Int32) -> String {
        let size = Int(lseek(capture, 0, SEEK_END))
        let start = max(size - mostBytes, 0)
        var bytes = [UInt8](repeating: 0, count: max(size - start, 0))
        let count = pread(capture, &bytes, bytes.count, off_t(start))
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).suffix(mostLines)
        return lines.map { $0.filter { !$0.isASCII || $0 >= " " } }.joined(separator: " | ")
    }
}

/// What comes over a worker's socket.
enum Message {
    case message(UInt32, [UInt8])
    /// The other side is gone.
    case nobody
    /// Nothing has come in time.
    case late

    /// The longest message; what is longer was not sent by the other side of this executable.
    private static let mostBytes: UInt32 = 64 << 20

    /// Waits for a message; for ever where no time is given.
    init(from socket: Int32, milliseconds: Int32 = -1) {
        var head: (UInt32, UInt32) = (0, 0)
        switch pollux_worker_receive(socket, &head, 8, milliseconds) {
        case 1: break
        case 0:
            self = .nobody
            return
        default:
            self = .late
            return
        }
        guard head.1 <= Self.mostBytes else {
            self = .nobody
            return
        }
        var bytes = [UInt8](repeating: 0, count: Int(head.1))
        if head.1 > 0, pollux_worker_receive(socket, &bytes, bytes.count, -1) != 1 {
            self = .nobody
        } else {
            self = .message(head.0, bytes)
        }
    }

    /// Appends a message to others.
    static func add(_ what: UInt32, _ content: [UInt8], to bytes: inout [UInt8]) {
        withUnsafeBytes(of: (what, UInt32(content.count))) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: content)
    }
}
