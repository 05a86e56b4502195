// swift-tools-version: 6.2
import PackageDescription

// Guests as a user writes them: they name the layers of the guest's side and nothing of the host's.
// On Linux the native host comes along, so `swift run` runs them.
let guest: [Target.Dependency] = [
    .product(name: "WASIReactor", package: "pollux"),
    .product(name: "WASIAsyncRuntime", package: "pollux"),
    .product(name: "WASIp2", package: "pollux"),
]

let package = Package(
    name: "pollux-examples",
    dependencies: [
        .package(name: "pollux", path: ".."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(name: "sleep-sort", dependencies: guest),
        .executableTarget(name: "sleep-sort-async", dependencies: guest),
        .executableTarget(name: "cat-upper", dependencies: guest),
        .executableTarget(
            name: "http-client",
            dependencies: guest + [
                .product(name: "WASIHTTPClient", package: "pollux"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HTTPTypesFoundation", package: "swift-http-types"),
            ]),
        .executableTarget(name: "tick-and-type", dependencies: guest),
        .executableTarget(name: "echo-server", dependencies: guest),
        .executableTarget(name: "echo-client", dependencies: guest),
        .executableTarget(name: "port-scan", dependencies: guest),
        .executableTarget(
            name: "http-poll",
            dependencies: [
                .product(name: "WASIp2", package: "pollux"),
                .product(name: "WASIp2HTTP", package: "pollux"),
            ]),

        // A reactor of one's own, straight on the overlay, and what tests it: scenarios.
        .target(name: "Callbacks", dependencies: [.product(name: "WASIp2", package: "pollux")]),
        // A whole program that scenarios run as it is.
        .target(
            name: "Echo",
            dependencies: [.product(name: "WASIAsyncRuntime", package: "pollux")]),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "Callbacks", "Echo",
                .product(name: "PolluxTesting", package: "pollux"),
                .product(name: "ScenarioGuest", package: "pollux"),
                .product(name: "WASIp2", package: "pollux"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
