// A library as a guest of the engine's: played elsewhere, and then once more here, without it.

import CPolluxWorker
import PolluxNative
import PolluxScenario

extension GuestProgram {
    /// A guest in a shared library, whose runs are played in worker processes. The first worker is
    /// started at once.
    ///
    /// A run is played by the library on a host in its worker, which writes down each call. The same
    /// calls are then made on the engine's own host, with the same answers, and give the same run, which
    /// is judged there. A run that takes the worker along has all the calls before, and ends as
    /// ``Outcome/aborted(_:)``.
    /// - Parameters:
    ///   - library: the library.
    ///   - isolation: what keeps runs apart.
    ///   - silence: seconds without a host call after which a guest is given up.
    ///   - executable: an executable whose main function is `PolluxCommand.main`; this one unless said.
    /// - Throws: where the library cannot be loaded, has no such function, or wants an import that no
    ///   host offers.
    public static func library(
        _ library: GuestLibrary, isolation: Isolation = .restore, silence: Double = 5,
        executable: String = "/proc/self/exe"
    ) throws(UnusableLibrary) -> GuestProgram {
        let pool = WorkerPool(
            library, isolation: isolation, silence: silence, executable: executable)
        pool.giveBack(try pool.take())
        return GuestProgram(name: library.name) { pool.play() }
    }
}

/// The workers of one library that have nothing to do.
private final class WorkerPool: Sendable {
    private let library: GuestLibrary
    private let isolation: Isolation
    private let silence: Double
    private let executable: String
    private let idle = Locked<[Worker]>([])

    init(_ library: GuestLibrary, isolation: Isolation, silence: Double, executable: String) {
        self.library = library
        self.isolation = isolation
        self.silence = silence
        self.executable = executable
    }

    func take() throws(UnusableLibrary) -> Worker {
        if let worker = idle.withLock({ $0.popLast() }) { return worker }
        return try Worker(library, isolation: isolation, executable: executable)
    }

    func giveBack(_ worker: Worker) { idle.withLock { $0.append(worker) } }

    /// The guest's entry: has the run played, and plays it again on the calling thread's host.
    func play() {
        let (ending, records) = playElsewhere()
        // Nothing is held from here on that would be lost where the host ends the guest.
        var place = 0
        while place < records.count {
            place += pollux_journal_replay(records.baseAddress!.advanced(by: place))
        }
        pollux_journal_clear_replay()
        switch ending {
        case .returned(let events):
            let here = RunRequest.eventsOfCurrentHost
            if events != here {
                RunRequest.abort(
                    "the run was another one in the worker: \(events) events there, \(here) here")
            }
        case .ended:
            RunRequest.abort("the run was another one in the worker: it ended there at this point")
        case .died(let text), .lost(let text): RunRequest.abort(text)
        case .silent: RunRequest.giveUp(after: silence)
        }
    }

    private func playElsewhere() -> (Worker.Ending, UnsafeRawBufferPointer) {
        guard let (script, request) = RunRequest.ofCurrentHost() else {
            return (
                .lost("a library plays scenarios, and answers that can be given in its worker"),
                UnsafeRawBufferPointer(start: nil, count: 0)
            )
        }
        let worker: Worker
        do throws(UnusableLibrary) {
            worker = try take()
        } catch {
            return (.lost(error.description), UnsafeRawBufferPointer(start: nil, count: 0))
        }
        let ending = worker.play(
            request.bytes, of: script, text: { script.text }, silence: silence)
        let records = worker.records
        // One whose process is gone is not used again.
        if case .lost = ending {} else { giveBack(worker) }
        return (ending, records)
    }
}
