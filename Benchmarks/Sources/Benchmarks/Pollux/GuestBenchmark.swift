// Benchmarks whose measured loop runs in a guest.

import Benchmark
import Glibc
import PolluxHost
import PolluxLibuv
import PolluxNative

/// What a guest needs to measure itself: how often to do a thing, and the clock.
///
/// The framework calls benchmarks on some thread of a pool, where no host is; a guest therefore gets a
/// host and a thread of its own for each sample, and starts and stops the clock from inside, so
/// that neither of the two is measured. Only one thread uses the benchmark at a time: the other
/// waits for the guest.
struct Measurement: @unchecked Sendable {
    private let benchmark: Benchmark

    init(_ benchmark: Benchmark) { self.benchmark = benchmark }

    /// How many iterations one sample has; the framework divides by it.
    var iterations: Int { benchmark.configuration.scalingFactor.rawValue }

    /// Measures `body`, which does ``iterations`` of them. Once a sample.
    func callAsFunction(_ body: () -> Void) {
        benchmark.startMeasurement()
        body()
        benchmark.stopMeasurement()
    }

    /// A figure that the guest has taken itself.
    func record(_ metric: BenchmarkMetric, _ value: Int) {
        benchmark.measurement(metric, value)
    }

    /// The sample is none, and the whole benchmark fails, for this reason.
    func fail(_ reason: String) { benchmark.error(reason) }
}

/// A benchmark of `iterations` a sample, few enough for most samples to get a core for themselves,
/// run by a guest on the real-time host, with as many samples as fit the time that it lasts. The
/// guest's standard input is a pipe to which nobody writes.
func guestBenchmark(
    _ name: String, iterations: BenchmarkScalingFactor = .kilo,
    metrics: [BenchmarkMetric] = [.wallClock], lasting: Duration = .seconds(1),
    _ guest: @escaping @Sendable (Measurement) -> Void
) {
    Benchmark(name, configuration: .init(metrics: metrics, scalingFactor: iterations)) {
        benchmark in
        let measure = Measurement(benchmark)
        let pipe = EmptyPipe()
        let driver = LibuvDriver()
        let input = driver.addInherited(pipe.reader, isInput: true)
        let host = WASIHost(
            driver: driver, environment: GuestEnvironment(standardInput: .init(source: input)))
        let outcome = Guest.run(on: host) { guest(measure) }
        if outcome != .completed { benchmark.error("\(name): \(outcome)") }
        pipe.close()
    }
}

/// A pipe to which nobody writes, and whose end does not come.
private struct EmptyPipe {
    let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no descriptors left for a pipe")
        (reader, writer) = (ends[0], ends[1])
    }

    func close() {
        _ = Glibc.close(reader)
        _ = Glibc.close(writer)
    }
}
