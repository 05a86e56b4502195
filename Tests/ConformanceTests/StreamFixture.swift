// Streams for the tests: the raw imports with answers that can be compared, and a world of one
// input and one output under a script.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

/// What a call on a stream came to.
enum Answer<Value: Equatable & Sendable>: Equatable, Sendable {
    case ok(Value)
    case closed
    /// With the error's text; its handle has been dropped.
    case failed(String)

    /// What the call gave.
    var value: Value? { if case .ok(let value) = self { value } else { nil } }

    init(_ error: wasi_io_streams_stream_error_t) {
        guard Int(error.tag) == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED else {
            self = .closed
            return
        }
        self = .failed(Import.debugString(error.error))
        Import.drop(error: error.error)
    }
}

/// The answer of a call that gives nothing.
struct Done: Equatable, Sendable {}

extension Answer where Value == Done {
    static var done: Answer { .ok(Done()) }

    init(_ area: wasi_io_streams_result_void_t) {
        self = area.is_err == 0 ? .done : Answer(area.err)
    }
}

extension Answer where Value == UInt64 {
    init(_ area: wasi_io_streams_result_u64_t) {
        self = area.is_err == 0 ? .ok(area.value.ok) : Answer(area.value.err)
    }
}

extension Answer where Value == String {
    /// Copies the bytes and frees them, as their owner has to.
    init(_ area: wasi_io_streams_result_list_u8_t) {
        if area.is_err != 0 {
            self = Answer(area.value.err)
            return
        }
        let list = area.value.ok
        let bytes = UnsafeBufferPointer(start: list.ptr, count: list.len)
        self = .ok(String(decoding: bytes, as: UTF8.self))
        if list.len > 0 { cwasip2_free(list.ptr) }
    }
}

extension Import {
    static func debugString(_ error: Int32) -> String {
        var area = wasi_io_error_string_t()
        __wasm_import_wasi_io_error_method_error_to_debug_string(error, &area)
        defer { if area.len > 0 { cwasip2_free(area.ptr) } }
        return String(
            decoding: UnsafeBufferPointer(start: area.ptr, count: area.len), as: UTF8.self)
    }

    // MARK: Input streams

    static func read(_ stream: Int32, _ count: UInt64 = 64) -> Answer<String> {
        var area = wasi_io_streams_result_list_u8_t()
        __wasm_import_wasi_io_streams_method_input_stream_read(
            stream, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func blockingRead(_ stream: Int32, _ count: UInt64 = 64) -> Answer<String> {
        var area = wasi_io_streams_result_list_u8_t()
        __wasm_import_wasi_io_streams_method_input_stream_blocking_read(
            stream, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func skip(_ stream: Int32, _ count: UInt64) -> Answer<UInt64> {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_input_stream_skip(
            stream, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func blockingSkip(_ stream: Int32, _ count: UInt64) -> Answer<UInt64> {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_input_stream_blocking_skip(
            stream, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func subscribe(input stream: Int32) -> Int32 {
        __wasm_import_wasi_io_streams_method_input_stream_subscribe(stream)
    }

    // MARK: Output streams

    static func checkWrite(_ stream: Int32) -> Answer<UInt64> {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_check_write(stream, &area)
        return Answer(area)
    }
    static func write(_ stream: Int32, _ text: String) -> Answer<Done> {
        var area = wasi_io_streams_result_void_t()
        let bytes = Array(text.utf8)
        bytes.withUnsafeBufferPointer {
            __wasm_import_wasi_io_streams_method_output_stream_write(
                stream, $0.baseAddress, $0.count, &area)
        }
        return Answer(area)
    }
    static func blockingWriteAndFlush(_ stream: Int32, _ text: String) -> Answer<Done> {
        var area = wasi_io_streams_result_void_t()
        let bytes = Array(text.utf8)
        bytes.withUnsafeBufferPointer {
            __wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush(
                stream, $0.baseAddress, $0.count, &area)
        }
        return Answer(area)
    }
    static func flush(_ stream: Int32) -> Answer<Done> {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_flush(stream, &area)
        return Answer(area)
    }
    static func blockingFlush(_ stream: Int32) -> Answer<Done> {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_blocking_flush(stream, &area)
        return Answer(area)
    }
    static func subscribe(output stream: Int32) -> Int32 {
        __wasm_import_wasi_io_streams_method_output_stream_subscribe(stream)
    }
    static func writeZeroes(_ stream: Int32, _ count: UInt64) -> Answer<Done> {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_write_zeroes(
            stream, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func blockingWriteZeroesAndFlush(_ stream: Int32, _ count: UInt64) -> Answer<Done> {
        var area = wasi_io_streams_result_void_t()
        __wasm_import_wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
            stream, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func splice(_ stream: Int32, from source: Int32, _ count: UInt64) -> Answer<UInt64> {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_splice(
            stream, source, Int64(bitPattern: count), &area)
        return Answer(area)
    }
    static func blockingSplice(
        _ stream: Int32, from source: Int32, _ count: UInt64
    ) -> Answer<UInt64> {
        var area = wasi_io_streams_result_u64_t()
        __wasm_import_wasi_io_streams_method_output_stream_blocking_splice(
            stream, source, Int64(bitPattern: count), &area)
        return Answer(area)
    }
}

extension VirtualDriver.Change {
    /// An input gets this text.
    static func text(_ text: String) -> VirtualDriver.Change { .chunk(Array(text.utf8)) }
    /// It breaks in a way that a TCP connection may.
    static let reset = VirtualDriver.Change.fail(ByteFailure("connection reset"))
}

/// Where a world's streams come from.
enum StreamPlace: CaseIterable, Sendable {
    /// A script alone: ``VirtualDriver``.
    case simulated
    /// Descriptors of this process, on the loop of ``LibuvDriver``.
    case descriptors

    /// What a reset input says.
    var reset: String {
        switch self {
        case .simulated: "connection reset"
        case .descriptors: "Connection reset by peer"
        }
    }

    /// How an output says that nobody is at its other end any more, where that was no orderly end:
    /// a pair of sockets tells the two apart only to its reader.
    func broken<Value>(_ change: VirtualDriver.Change) -> Answer<Value> {
        change == .close || self == .descriptors ? .closed : .failed(reset)
    }

    /// The permit where a script gives this one: a descriptor with room always takes a page.
    func permit(_ scripted: UInt64) -> UInt64 { self == .simulated ? scripted : 4_096 }
}

/// A world of one input, `in`, and one output, `out`, under a script.
struct StreamWorld {
    /// What happens, and when, in ms.
    typealias Script = KeyValuePairs<UInt64, VirtualDriver.Change>

    let host: WASIHost
    let driver: any StreamDriver
    let input: Int32
    let output: Int32

    /// On descriptors a permit of 0 fills the output and any other empties it; what else a script
    /// says of empty readiness and flushes stays with the simulated world.
    init(
        _ inputScript: Script = [:], output outputScript: Script = [:],
        on place: StreamPlace = .simulated, kind: StreamKind = .scripted,
        policy: HostPolicy = .friendly, choices: any ChoiceSource = FriendlyChoices()
    ) throws {
        let lines =
            inputScript.map { (time: $0.key, source: SourceID.first, change: $0.value) }
            + outputScript.map { (time: $0.key, source: SourceID.second, change: $0.value) }
        let inOrder = lines.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        let facts = inOrder.map {
            VirtualDriver.Fact(
                time: $0.element.time * .millisecond, source: $0.element.source, $0.element.change)
        }
        driver =
            switch place {
            case .simulated: VirtualDriver(sourceCount: 2, facts: facts)
            case .descriptors: DescriptorDriver(facts: facts)
            }
        host = WASIHost(driver: driver, policy: policy, choices: choices, trace: Trace())
        input = try host.addInputStream(.first, kind: kind, named: "in")
        output = try host.addOutputStream(.second, kind: kind, named: "out")
    }

    /// Runs a guest that has to complete, and returns what it computed.
    func run<Value: Sendable>(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (_ input: Int32, _ output: Int32) -> Value
    ) throws -> Value {
        let (input, output) = (input, output)
        return try complete(on: host, sourceLocation: sourceLocation) { body(input, output) }
    }

    /// Runs a guest that has to end by this trap.
    func traps(
        _ name: String, _ rule: String, saying words: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (_ input: Int32, _ output: Int32) -> Void
    ) {
        let (input, output) = (input, output)
        expectTrap(name, rule, saying: words, on: host, sourceLocation: sourceLocation) {
            body(input, output)
        }
    }

    /// What the output took.
    var written: String { String(decoding: driver.written(to: .second), as: UTF8.self) }
    /// ms since the start.
    var elapsed: UInt64 {
        (driver.now.nanoseconds - driver.start.nanoseconds) / .millisecond
    }
}

/// A guest's sleep.
func sleep(_ milliseconds: UInt64) {
    let timer = Import.subscribe(after: milliseconds * .millisecond)
    Import.block(timer)
    Import.drop(pollable: timer)
}
