// The library as C sees it: options in, an outcome out.

import CPollux
import CWASIp2
import PolluxLibrary
import ScenarioGuest
import Testing

@Suite struct PolluxRunTests {
    // MARK: How a guest ends

    @Test func `an entry that returns has completed`() {
        #expect(run { _ in }.kind == POLLUX_COMPLETED)
    }

    @Test func `an entry gets the context that its caller passed`() {
        var number = 7
        withUnsafeMutablePointer(to: &number) { pointer in
            var outcome = pollux_run(
                { context in context!.assumingMemoryBound(to: Int.self).pointee += 1 }, pointer, nil
            )
            pollux_outcome_free(&outcome)
        }
        #expect(number == 8)
    }

    @Test func `a handle that names nothing is a trap whose text says which call it was`() {
        let report = run { _ in _ = __wasm_import_wasi_io_poll_method_pollable_ready(77) }
        #expect(report.kind == POLLUX_TRAPPED)
        #expect(report.text.contains("77"))
        #expect(report.text.contains("ready"))
    }

    @Test func `a wait for what never comes is a deadlock`() {
        let report = run { _ in
            __wasm_import_wasi_io_poll_method_pollable_block(
                __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(-1))
        }
        #expect(report.kind == POLLUX_DEADLOCKED)
    }

    @Test func `an exit has its code`() {
        let report = run { _ in __wasm_import_wasi_cli_exit_exit(1) }
        #expect(report.kind == POLLUX_EXITED)
        #expect(report.code == 1)
    }

    @Test func `a guest that asks for ever without waiting is livelocked`() {
        let report = run { _ in
            let timer = __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(-1)
            while true { _ = __wasm_import_wasi_io_poll_method_pollable_ready(timer) }
        }
        #expect(report.kind == POLLUX_LIVELOCKED)
    }

    @Test func `a limit of wall time ends a guest in real time`() {
        var options = pollux_options_t()
        options.clock = Int32(POLLUX_CLOCK_REAL)
        options.time_limit = 1_000_000
        let report = run(options) { _ in
            while true { _ = __wasm_import_wasi_clocks_monotonic_clock_now() }
        }
        #expect(report.kind == POLLUX_TIMED_OUT)
    }

    @Test func `an hour of simulated time stands in the log`() {
        var options = pollux_options_t()
        options.trace = true
        let report = run(options) { _ in
            __wasm_import_wasi_io_poll_method_pollable_block(
                __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(3_600_000_000_000))
        }
        #expect(report.kind == POLLUX_COMPLETED)
        #expect(report.trace?.contains("clock to 3600s (wait)") == true, "\(report.trace ?? "")")
    }

    @Test func `an outcome can be freed twice`() {
        var outcome = pollux_run({ _ in }, nil, nil)
        pollux_outcome_free(&outcome)
        pollux_outcome_free(&outcome)
        #expect(outcome.text == nil)
    }

    // MARK: Options

    @Test func `a seed decides what a host that has choices answers, and the same seed again`() {
        var options = pollux_options_t()
        options.trace = true
        let logs = (0..<20 as Range<UInt64>).map { seed in
            options.seed = seed
            return with("any", \.host, in: options) { run($0, pollThree).trace }
        }
        #expect(Set(logs).count > 1)
        options.seed = 3
        #expect(with("any", \.host, in: options) { run($0, pollThree).trace } == logs[3])
    }

    @Test func `an unknown host is refused with the name that was meant`() {
        let report = with("frendly", \.host) { run($0) { _ in } }
        #expect(report.kind == POLLUX_INVALID)
        #expect(report.text == "there is no host 'frendly'; did you mean 'friendly'?")
    }

    @Test func `an unknown clock is refused`() {
        var options = pollux_options_t()
        options.clock = 9
        let report = run(options) { _ in }
        #expect(report.kind == POLLUX_INVALID)
        #expect(report.text.contains("clock 9"))
    }

    @Test func `an option that is not UTF-8 is refused`() {
        let report = [CChar](arrayLiteral: -1, 0).withUnsafeBufferPointer { bytes in
            var options = pollux_options_t()
            options.name = bytes.baseAddress
            return run(options) { _ in }
        }
        #expect(report.kind == POLLUX_INVALID)
        #expect(report.text == "name is not UTF-8")
    }

    // MARK: Scenarios

    @Test func `a scenario that holds has completed`() {
        let report = with(door(wake: 10), \.scenario_text) { run($0) { _ in LocalGuest.main() } }
        #expect(report.kind == POLLUX_COMPLETED)
        #expect(report.text == "ok  scenario:1: a door")
    }

    @Test func `a scenario that does not hold has failed, with the picture`() {
        let report = with(door(wake: 12), \.scenario_text) { run($0) { _ in LocalGuest.main() } }
        #expect(report.kind == POLLUX_FAILED)
        #expect(report.text.hasPrefix("FAIL  scenario:1: a door\nscenario:8:"))
        #expect(report.text.contains("actual    A     w.........|"))
    }

    @Test func `a text that is no scenario is refused at its place, and nothing runs`() {
        let report = with("pollux: 1\nname: x\nprogram: 7\n", \.scenario_text) {
            run($0) { _ in fatalError("it ran") }
        }
        #expect(report.kind == POLLUX_INVALID)
        #expect(report.text.hasPrefix("scenario:3:10: error: "))
    }

    @Test func `a file that is not there is refused`() {
        let report = with("/nowhere/door.yaml", \.scenario_file) { run($0) { _ in } }
        #expect(report.kind == POLLUX_INVALID)
        #expect(report.text == "/nowhere/door.yaml: error: cannot be read")
    }

    @Test func `a document for other guests is skipped`() {
        let report = with(door(wake: 10, guests: "guests: [local]\n"), \.scenario_text) {
            run($0) { _ in LocalGuest.main() }
        }
        #expect(report.kind == POLLUX_SKIPPED)
        #expect(report.text.contains("not for guest 'guest'"))
    }

    @Test func `a whole program is played where the document names the guest`() {
        let text = """
            pollux: 1
            name: a program sleeps
            program: {entry: sleeper}
            expect: {outcome: completed}
            """
        var options = pollux_options_t()
        let report = "sleeper".withCString { name in
            options.name = name
            return with(text, \.scenario_text, in: options) {
                run($0) { _ in
                    __wasm_import_wasi_io_poll_method_pollable_block(
                        __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(1_000))
                }
            }
        }
        #expect(report.kind == POLLUX_COMPLETED, "\(report.text)")
    }

    // MARK: Calling it

    private struct Report {
        var kind: Int
        var code: Int
        var text: String
        var trace: String?
    }

    private func run(
        _ options: pollux_options_t = pollux_options_t(), _ entry: pollux_entry_t
    ) -> Report {
        var options = options
        var outcome = pollux_run(entry, nil, &options)
        defer { pollux_outcome_free(&outcome) }
        return Report(
            kind: Int(outcome.kind), code: Int(outcome.code),
            text: outcome.text.map { String(cString: $0) } ?? "",
            trace: outcome.trace.map { String(cString: $0) })
    }

    /// Options with one more text.
    private func with<Result>(
        _ text: String, _ option: WritableKeyPath<pollux_options_t, UnsafePointer<CChar>?>,
        in options: pollux_options_t = pollux_options_t(), _ body: (pollux_options_t) -> Result
    ) -> Result {
        text.withCString { start in
            var options = options
            options[keyPath: option] = start
            return body(options)
        }
    }

    private var pollThree: pollux_entry_t {
        { _ in
            let list = (0..<3).map { _ in
                __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(0)
            }
            var ready = wasi_io_poll_list_u32_t()
            __wasm_import_wasi_io_poll_poll(list, list.count, &ready)
            cwasip2_free(ready.ptr)
        }
    }

    /// A door opens at 10 ms; the document says that its waiter wakes at `wake` ms.
    private func door(wake: Int, guests: String = "") -> String {
        """
        pollux: 1
        name: a door
        \(guests)world: {door: level}
        program: {A: [wait door]}
        timeline: |
          ms    0         10
          door  __________#####
          A     w\(String(repeating: ".", count: wake - 1))|
        """
    }
}
