// `pollux_run` as a C symbol.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CPollux
import Glibc
import PolluxHost
import PolluxNative
import PolluxScenario

@c @implementation
public func pollux_run(
    _ entry: pollux_entry_t, _ context: UnsafeMutableRawPointer?,
    _ options: UnsafePointer<pollux_options_t>?
) -> pollux_outcome_t {
    // What the caller's function does with the caller's pointer is the caller's.
    nonisolated(unsafe) let entry = unsafe entry
    nonisolated(unsafe) let context = unsafe context
    let body: @Sendable () -> Void = { unsafe entry(context) }
    let given = unsafe options?.pointee ?? pollux_options_t()
    let report: LibraryReport
    do throws(LibraryObjection) {
        let run = unsafe try LibraryRun(lifting: given)
        report = try run.play(body)
    } catch {
        report = LibraryReport(kind: POLLUX_INVALID, text: error.message)
    }
    return unsafe report.lowered
}

@c @implementation
public func pollux_outcome_free(_ outcome: UnsafeMutablePointer<pollux_outcome_t>) {
    unsafe free(outcome.pointee.text)
    unsafe free(outcome.pointee.trace)
    unsafe outcome.pointee.text = nil
    unsafe outcome.pointee.trace = nil
}

extension LibraryRun {
    /// The options of C's side, each of them looked at.
    init(lifting options: pollux_options_t) throws(LibraryObjection) {
        let clock = unsafe Int(options.clock)
        guard [POLLUX_CLOCK_VIRTUAL, POLLUX_CLOCK_REAL].contains(clock) else {
            throw LibraryObjection("there is no clock \(clock); see POLLUX_CLOCK_VIRTUAL")
        }
        isRealTime = clock == POLLUX_CLOCK_REAL
        hostName = unsafe try Self.text(options.host, "host")
        seed = unsafe options.seed
        runs = unsafe options.runs == 0 ? 20 : Int(options.runs)
        name = unsafe try Self.text(options.name, "name") ?? "guest"
        let file = unsafe try Self.text(options.scenario_file, "scenario_file")
        let text = unsafe try Self.text(options.scenario_text, "scenario_text")
        switch (file, text) {
        case (nil, nil): script = nil
        case (let file?, nil): script = .file(file)
        case (nil, let text?): script = .text(text)
        default:
            throw LibraryObjection("scenario_file and scenario_text exclude each other")
        }
        timeLimit = unsafe options.time_limit
        wantsTrace = unsafe options.trace
    }

    private static func text(
        _ start: UnsafePointer<CChar>?, _ option: String
    ) throws(LibraryObjection) -> String? {
        guard let start = unsafe start else { return nil }
        guard let text = unsafe String(validatingCString: start) else {
            throw LibraryObjection("\(option) is not UTF-8")
        }
        return text
    }
}

extension LibraryReport {
    /// For C's side, which owns the texts.
    var lowered: pollux_outcome_t {
        unsafe pollux_outcome_t(
            kind: Int32(kind), code: code, text: strdup(text),
            trace: trace.flatMap { unsafe strdup($0) })
    }
}
