// Every row of the table that needs no other engine. The name of a row is how Benchmarks/table knows
// it; the comment above it says what one iteration does.

import Benchmark

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration.metrics = [.wallClock]
    Benchmark.defaultConfiguration.maxDuration = .seconds(1)
    callBenchmarks()
    pollBenchmarks()
    executorBenchmarks()
    sleepBenchmarks()
    asyncBenchmarks()
    scenarioBenchmarks()
}
