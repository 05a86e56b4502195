// swift-tools-version: 6.2
import PackageDescription

// Targets for libFuzzer. `make fuzz`, two folders up, builds and runs them; `./build` builds them where
// OSS-Fuzz wants them. A package of its own: they need flags that a package which others depend on must
// not have, and nobody who uses Pollux should see them.

func pollux(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "pollux") }
}

/// A program whose `main` is libFuzzer's.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["FuzzInput", "CFuzzer"],
        swiftSettings: [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
    name: "pollux-fuzz",
    dependencies: [.package(name: "pollux", path: "../..")],
    targets: [
        .target(name: "CFuzzer"),
        .target(name: "FuzzInput"),
        .target(
            name: "Tapes",
            dependencies: ["FuzzInput", "CFuzzer"]
                + pollux("PolluxScenario", "PolluxHost", "ScenarioGuest")),

        fuzzer("scenario-text", pollux("PolluxScenario", "PolluxHost", "ScenarioGuest")),
        fuzzer("choice-tape", ["Tapes"] + pollux("PolluxScenario", "ScenarioGuest")),
        fuzzer("abi-calls", pollux("PolluxHTTP", "PolluxNative", "PolluxHost", "WASIp2")),
        fuzzer("stream-bytes", pollux("PolluxHost")),
        fuzzer("http-response", pollux("PolluxHTTP", "PolluxLibuv", "PolluxHost")),

        // Each has a fault that must be found, or the others' silence says nothing.
        fuzzer("canary-order", ["Tapes"] + pollux("PolluxScenario", "ScenarioGuest", "WASIp2")),
        fuzzer("canary-memory", []),
    ],
    swiftLanguageModes: [.v6]
)
