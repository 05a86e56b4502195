// A worker process, from inside.

import CPolluxWorker
import Glibc
import PolluxNative
import PolluxScenario

/// The worker's side: loads a library and plays what it is told to.
public enum WorkerMain {
    /// The verb that makes the executable a worker. Nobody types it.
    public static let verb = "worker-process"

    /// What a worker is told.
    enum Order: UInt32 {
        /// What is played from here on.
        case script = 1
        /// One run of it.
        case run = 2
    }

    private static let socket: Int32 = 3
    private static let stackSize = 8 << 20

    /// Plays runs until nobody wants any more; does not return. The process must have one thread.
    public static func run(path: String, symbol: String, isolation: Isolation) -> Never {
        guard let journal = pollux_journal_open(4) else { exit(1) }
        var error: UnsafeMutablePointer<CChar>?
        let library = pollux_library_open(path, symbol, isolation == .restore, &error)
        guard let library else {
            let reason = error.map { String(cString: $0) } ?? "it cannot be loaded"
            _ = say(UInt32(POLLUX_WORKER_UNUSABLE), Array(reason.utf8))
            exit(1)
        }
        guard say(UInt32(POLLUX_WORKER_READY), []) else { exit(1) }
        pollux_worker_fork(socket, journal)
        guard let stack = GuestStack(size: stackSize) else { exit(1) }
        play(library, isolation, journal, on: stack)
    }

    private static func say(_ what: UInt32, _ bytes: [UInt8]) -> Bool {
        pollux_worker_say(socket, what, bytes, UInt32(bytes.count))
    }

    private static func play(
        _ library: OpaquePointer, _ isolation: Isolation, _ journal: OpaquePointer,
        on stack: GuestStack
    ) -> Never {
        var stage: RemoteStage?
        while case .message(let order, let bytes) = Message(from: socket) {
            switch Order(rawValue: order) {
            case .script:
                do throws(Diagnostic) {
                    stage = try RemoteStage(String(decoding: bytes, as: UTF8.self))
                } catch {
                    stage = nil
                    refuse("the worker cannot read what to play: \(error.rendered)")
                }
            case .run:
                guard let stage, let request = RunRequest(bytes) else {
                    refuse("the worker was told to play and not what")
                    continue
                }
                let (hasReturned, events) = play(
                    request, on: stage, library, isolation, journal, on: stack)
                var answer: [UInt8] = [hasReturned ? 1 : 0]
                withUnsafeBytes(of: UInt64(events).littleEndian) { answer.append(contentsOf: $0) }
                guard say(UInt32(POLLUX_WORKER_DONE), answer) else { break }
                if isolation == .fork { pollux_worker_exit(false) }
            case nil: refuse("the worker does not know the order \(order)")
            }
        }
        pollux_worker_exit(true)
    }

    private static func refuse(_ reason: String) {
        _ = say(UInt32(POLLUX_WORKER_REFUSED), Array(reason.utf8))
    }

    private static func play(
        _ request: RunRequest, on stage: RemoteStage, _ library: OpaquePointer,
        _ isolation: Isolation, _ journal: OpaquePointer, on stack: GuestStack
    ) -> (hasReturned: Bool, events: Int) {
        let host = stage.host(of: request)
        if isolation == .restore { pollux_library_restore(library) }
        pollux_worker_clear_output()
        pollux_journal_begin(journal)
        pollux_library_begin(library)
        let outcome = stack.run(on: host) { pollux_library_enter(library) }
        let hasReturned = outcome == .completed
        pollux_library_end(library, hasReturned)
        pollux_journal_end(journal)
        return (hasReturned, stage.finish())
    }
}
