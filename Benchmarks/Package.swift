// swift-tools-version: 6.2
import PackageDescription

// Measurements. `swift run -c release lateness` prints how late timers are, here and with libuv's own.
let package = Package(
    name: "pollux-benchmarks",
    dependencies: [.package(name: "pollux", path: "..")],
    targets: [
        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .target(name: "CUVTimers", dependencies: ["CUV"]),
        .executableTarget(
            name: "lateness",
            dependencies: ["CUVTimers", .product(name: "WASIp2", package: "pollux")],
            path: "Sources/Lateness"),
    ],
    swiftLanguageModes: [.v6]
)
