// A simulated world for guest code on the reactor.

import PolluxNative
import SimulatedWorld
import WASIReactor
import WASIp2

extension World {
    /// Runs guest code with an executor of its own and returns how it ended.
    @discardableResult
    func run(
        pick: (@Sendable (Int) -> Int)? = nil,
        _ body: @escaping @Sendable (_ executor: LocalExecutor, _ reactor: Reactor) -> Void
    ) -> Outcome {
        Guest.run(on: host) {
            let executor = LocalExecutor(pick: pick)
            body(executor, executor.reactor)
        }
    }

    /// Subscribes to a source.
    func pollable(_ source: String) -> Pollable { Pollable(owning: subscribe(to: source)) }
}
