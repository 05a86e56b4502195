// Guests with sockets, on a simulated loopback and the kernel's.

import PolluxHost
import PolluxLibuv
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIp2

/// Where a guest's sockets are.
enum SocketPlace: CaseIterable { case simulated, kernel }

/// Loopback, on a port that is free.
let anyPort = WASIp2.SocketAddress(.loopback, port: 0)

/// Runs an async guest that has to complete, and nothing of it may be left.
/// - Parameters:
///   - latency: of the simulated network, ns.
///   - lookupTime: of a simulated look-up, ns; `nil` for never.
func runSockets<Value: Sendable>(
    on place: SocketPlace = .simulated, latency: UInt64 = 0, lookupTime: UInt64? = 0,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable @MainActor () async throws -> Value
) throws -> Value {
    let driver: any Driver
    switch place {
    case .kernel: driver = LibuvDriver(resolver: .table(["localhost": .addresses([.loopback])]))
    case .simulated:
        let simulated = VirtualDriver()
        simulated.latency = latency
        simulated.lookupTime = lookupTime
        driver = simulated
    }
    let host = WASIHost(driver: driver, trace: Trace())
    let slot = Locked<Result<Value, any Error>?>(nil)
    let outcome = Guest.run(on: host, ending: .exitThread) {
        let result = Result { try blockOn(body) }
        slot.withLock { $0 = result }
    }
    #expect(outcome == .completed, sourceLocation: sourceLocation)
    #expect(host.liveResources == 0, sourceLocation: sourceLocation)
    return try #require(slot.withLock { $0 }, sourceLocation: sourceLocation).get()
}
