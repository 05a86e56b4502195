// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target that stands on the host's side of the seam.
let host: [SwiftSetting] = [.strictMemorySafety()]

let package = Package(
    name: "pollux",
    products: [
        .library(name: "WASIp2", targets: ["WASIp2"]),
        .library(name: "WASIp2HTTP", targets: ["WASIp2HTTP"]),
        .library(name: "WASIReactor", targets: ["WASIReactor"]),
        .library(name: "WASIReactorHTTP", targets: ["WASIReactorHTTP"]),
        .library(name: "WASIAsyncRuntime", targets: ["WASIAsyncRuntime"]),
        .library(name: "WASIHTTPClient", targets: ["WASIHTTPClient"]),
        .library(name: "PolluxHost", targets: ["PolluxHost"]),
        .library(name: "PolluxLibuv", targets: ["PolluxLibuv"]),
        .library(name: "PolluxNative", targets: ["PolluxNative"]),
        .library(name: "PolluxHTTP", targets: ["PolluxHTTP"]),
        .library(name: "PolluxScenario", targets: ["PolluxScenario"]),
        .library(name: "ScenarioGuest", targets: ["ScenarioGuest"]),
        .library(name: "ScenarioHTTPGuest", targets: ["ScenarioHTTPGuest"]),
        .library(name: "PolluxTesting", targets: ["PolluxTesting"]),
        .library(name: "PolluxCommand", targets: ["PolluxCommand"]),
        .executable(name: "pollux", targets: ["pollux"]),
        // For guests in any language. Its name is not the command's: SwiftPM builds no library that
        // has the name of an executable.
        .library(name: "pollux-native", type: .dynamic, targets: ["PolluxLibrary"]),
    ],
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // The seam: the WASI 0.2 imports as C symbols, and the one import that is not WASI's.
        .target(name: "CWASIp2"),
        .target(name: "CPolluxHarness"),

        // The guest's side.
        .target(
            name: "WASIp2",
            dependencies: [
                "CWASIp2",
                .target(name: "PolluxNative", condition: .when(platforms: [.linux])),
            ]),
        .target(
            name: "WASIp2HTTP",
            dependencies: [
                "WASIp2", "CWASIp2",
                .target(name: "PolluxHTTP", condition: .when(platforms: [.linux])),
            ]),
        .target(name: "WASIReactor", dependencies: ["WASIp2", "CWASIp2"]),
        .target(name: "WASIReactorHTTP", dependencies: ["WASIReactor", "WASIp2HTTP", "WASIp2"]),
        .target(name: "CWASIAsyncRuntime"),
        .target(
            name: "WASIAsyncRuntime",
            dependencies: [
                "WASIReactor", "WASIp2", "CWASIp2", "CWASIAsyncRuntime",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),
        .target(
            name: "WASIHTTPClient",
            dependencies: [
                "WASIAsyncRuntime", "WASIp2HTTP", "WASIp2",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .target(
            name: "ScenarioGuest",
            dependencies: ["WASIAsyncRuntime", "WASIReactor", "WASIp2", "CPolluxHarness"]),
        // The same guests with a client of HTTP, and so with libcurl.
        .target(
            name: "ScenarioHTTPGuest",
            dependencies: [
                "ScenarioGuest", "WASIHTTPClient", "WASIAsyncRuntime", "WASIReactorHTTP",
                "WASIReactor", "WASIp2HTTP", "WASIp2",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),

        // The host's side.
        .target(name: "PolluxHost", swiftSettings: host),
        .systemLibrary(
            name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .target(
            name: "PolluxLibuv", dependencies: ["PolluxHost", "CLibuv"], swiftSettings: host),
        .target(name: "CPolluxNative"),
        .target(
            name: "PolluxNative",
            dependencies: ["PolluxHost", "PolluxLibuv", "CWASIp2", "CPolluxNative"],
            swiftSettings: host),
        // wasi:http stands apart, so that only its users need libcurl.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "PolluxHTTP",
            dependencies: ["PolluxNative", "PolluxLibuv", "PolluxHost", "CWASIp2", "CCurl"],
            swiftSettings: host),

        // The harness.
        .target(
            name: "PolluxScenario",
            dependencies: [
                "PolluxNative", "PolluxHost", "CPolluxHarness", "CWASIp2",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: host),
        .target(name: "CPolluxWorker", dependencies: ["CWASIp2", "CPolluxHarness"]),
        .target(
            name: "PolluxWorker",
            dependencies: ["PolluxScenario", "PolluxNative", "PolluxHTTP", "CPolluxWorker"]),
        .target(
            name: "PolluxCommand",
            dependencies: [
                "PolluxScenario", "PolluxWorker", "ScenarioHTTPGuest",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "pollux", dependencies: ["PolluxCommand"]),
        .target(name: "PolluxTesting", dependencies: ["PolluxScenario", "ScenarioGuest"]),

        // The library for guests in any language.
        .target(name: "CPollux"),
        .target(
            name: "PolluxLibrary",
            dependencies: [
                "PolluxScenario", "PolluxNative", "PolluxHTTP", "PolluxHost", "CPollux",
            ],
            swiftSettings: host),

        // Guests that make mistakes, for tests and for `make mutants` alone; no product has them.
        .target(
            name: "Mutants",
            dependencies: [
                "PolluxScenario", "PolluxHost", "ScenarioGuest", "ScenarioHTTPGuest", "WASIp2",
                "CWASIp2", "CPolluxHarness",
            ],
            path: "Tests/Mutants", exclude: ["Patches"]),
        .executableTarget(
            name: "kill-matrix",
            dependencies: [
                "Mutants", "PolluxScenario", "ScenarioGuest",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/KillMatrix"),
        .testTarget(name: "MutantTests", dependencies: ["Mutants", "PolluxScenario"]),

        .testTarget(name: "PolluxHostTests", dependencies: ["PolluxHost"]),
        .testTarget(name: "PolluxLibuvTests", dependencies: ["PolluxLibuv", "PolluxHost"]),
        .target(name: "CHeap", path: "Tests/CHeap"),
        // Whom the tests of HTTP talk to.
        .target(name: "CChildProcess", path: "Tests/CChildProcess"),
        .target(name: "TestServers", dependencies: ["CChildProcess"], path: "Tests/TestServers"),
        .testTarget(
            name: "PolluxHTTPTests",
            dependencies: [
                "PolluxHTTP", "PolluxNative", "PolluxLibuv", "PolluxHost", "TestServers",
            ]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "PolluxHTTP", "PolluxNative", "PolluxLibuv", "PolluxHost", "WASIp2HTTP", "WASIp2",
                "CWASIp2", "TestServers", "SimulatedWorld", "CHeap",
            ]),
        .testTarget(
            name: "PolluxNativeTests",
            dependencies: ["PolluxNative", "PolluxHost", "WASIp2", "CWASIp2"]),
        // What the tests of both runtimes stand in.
        .target(
            name: "SimulatedWorld", dependencies: ["PolluxHost"], path: "Tests/SimulatedWorld"),
        // The same with servers, for the tests of both clients of HTTP.
        .target(
            name: "SimulatedServers", dependencies: ["SimulatedWorld", "PolluxHost"],
            path: "Tests/SimulatedServers"),
        .testTarget(
            name: "WASIReactorTests",
            dependencies: [
                "WASIReactor", "WASIp2", "PolluxNative", "PolluxLibuv", "PolluxHost",
                "SimulatedWorld",
            ]),
        .testTarget(
            name: "WASIReactorHTTPTests",
            dependencies: [
                "WASIReactorHTTP", "WASIReactor", "WASIp2HTTP", "WASIp2", "PolluxNative",
                "PolluxLibuv", "PolluxHost", "SimulatedServers", "SimulatedWorld", "TestServers",
            ]),
        .testTarget(
            name: "WASIAsyncRuntimeTests",
            dependencies: [
                "WASIAsyncRuntime", "WASIReactor", "WASIp2", "PolluxNative", "PolluxLibuv",
                "PolluxHost", "CPolluxNative", "SimulatedWorld",
            ]),
        .testTarget(
            name: "WASIHTTPClientTests",
            dependencies: [
                "WASIHTTPClient", "WASIAsyncRuntime", "WASIp2", "PolluxNative", "PolluxHost",
                "SimulatedServers", "SimulatedWorld",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .testTarget(
            name: "PolluxScenarioTests",
            dependencies: [
                "Mutants", "PolluxScenario", "ScenarioGuest", "ScenarioHTTPGuest", "PolluxHost",
                "PolluxNative", "CPolluxHarness", "CWASIp2", "WASIp2", "WASIAsyncRuntime",
            ]),
        .testTarget(
            name: "RefinementTests",
            dependencies: [
                "PolluxScenario", "ScenarioGuest", "PolluxHost", "PolluxLibuv", "PolluxNative",
            ]),
        .testTarget(
            name: "PolluxCommandTests",
            dependencies: ["PolluxCommand", "PolluxScenario", "pollux"], exclude: ["Guests"]),
        .testTarget(
            name: "PolluxLibraryTests",
            dependencies: ["PolluxLibrary", "ScenarioGuest", "CPollux", "CWASIp2"]),
        .testTarget(
            name: "PolluxTestingTests",
            dependencies: [
                "PolluxTesting", "PolluxNative", "ScenarioGuest", "ScenarioHTTPGuest", "WASIp2",
            ],
            exclude: ["Broken", "Empty", "Wrong"]),
    ],
    swiftLanguageModes: [.v6]
)
