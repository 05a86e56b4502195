// swift-tools-version: 6.2
import PackageDescription

// Measurements. `make bench` and `make bench-parity`, one folder up, run them; docs/Benchmarks.md
// has the figures. The rows that need no other engine are Sources/Benchmarks/Pollux; its folder has
// that name because the plugin looks for benchmarks under a folder called so.
let package = Package(
    name: "pollux-benchmarks",
    dependencies: [
        .package(name: "pollux", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "PolluxBenchmarks",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "PolluxHost", package: "pollux"),
                .product(name: "PolluxLibuv", package: "pollux"),
                .product(name: "PolluxNative", package: "pollux"),
                .product(name: "PolluxScenario", package: "pollux"),
                .product(name: "ScenarioGuest", package: "pollux"),
                .product(name: "WASIAsyncRuntime", package: "pollux"),
                .product(name: "WASIReactor", package: "pollux"),
                .product(name: "WASIp2", package: "pollux"),
            ],
            path: "Sources/Benchmarks/Pollux",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),

        .target(
            name: "ParityGuest", dependencies: [.product(name: "WASIp2", package: "pollux")]),
        .executableTarget(
            name: "parity",
            dependencies: ["ParityGuest", .product(name: "PolluxNative", package: "pollux")],
            path: "Sources/Parity"),

        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .target(name: "CUVTimers", dependencies: ["CUV"]),
        .executableTarget(
            name: "lateness",
            dependencies: ["CUVTimers", .product(name: "WASIp2", package: "pollux")],
            path: "Sources/Lateness"),

        // A server and clients of one guest; what counts what they hold stands outside of it.
        .target(
            name: "EchoGuest",
            dependencies: [
                .product(name: "WASIAsyncRuntime", package: "pollux"),
                .product(name: "WASIp2", package: "pollux"),
            ]),
        .target(name: "CHeap"),
        .executableTarget(
            name: "soak",
            dependencies: [
                "EchoGuest", "CHeap",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "PolluxHost", package: "pollux"),
                .product(name: "PolluxLibuv", package: "pollux"),
                .product(name: "PolluxNative", package: "pollux"),
                .product(name: "WASIAsyncRuntime", package: "pollux"),
                .product(name: "WASIp2", package: "pollux"),
            ],
            path: "Sources/Soak"),
        // Requests of a guest, beside those of libcurl on libuv alone.
        .systemLibrary(
            name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CHTTP", dependencies: ["CUV", "CLibcurl"]),
        .executableTarget(
            name: "http-rate",
            dependencies: [
                "CHTTP",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "PolluxHTTP", package: "pollux"),
                .product(name: "PolluxHost", package: "pollux"),
                .product(name: "PolluxLibuv", package: "pollux"),
                .product(name: "PolluxNative", package: "pollux"),
                .product(name: "WASIp2", package: "pollux"),
                .product(name: "WASIp2HTTP", package: "pollux"),
            ],
            path: "Sources/HTTPRate"),
        .target(name: "CEcho", dependencies: ["CUV"]),
        .executableTarget(
            name: "echo-rate",
            dependencies: [
                "EchoGuest", "CEcho",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "PolluxHost", package: "pollux"),
                .product(name: "PolluxLibuv", package: "pollux"),
                .product(name: "PolluxNative", package: "pollux"),
                .product(name: "WASIAsyncRuntime", package: "pollux"),
            ],
            path: "Sources/EchoRate"),
    ],
    swiftLanguageModes: [.v6]
)
