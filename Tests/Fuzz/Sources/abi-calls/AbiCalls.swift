// Sequences of calls of every import, with any handles, lengths and discriminants.

import FuzzInput
import PolluxHost
import PolluxNative
import Synchronization

/// Plays one input of libFuzzer's; ends the process where something does not hold.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafeRawPointer?, _ size: Int) -> CInt {
    var input = FuzzInput(data, size)
    let world = World(&input)
    let calls = callHost(world, &input)
    if world.usesShells { callShells(world, calls) }
    return 0
}

/// What the calls meet: a level, an input and an output with a little script, a policy.
private struct World {
    let policy: HostPolicy
    let answers: [UInt8]
    /// The calls are made once more as a guest makes them, through the C symbols.
    let usesShells: Bool
    private let isTerminal: Bool

    init(_ input: inout FuzzInput) {
        let flags = input.byte()
        var policy = HostPolicy.presets[Int(flags & 7) % HostPolicy.presets.count].policy
        if flags & 8 != 0 { policy.rules = .spec }
        if flags & 16 != 0 { policy.parentDrop = .allow }
        if flags & 32 != 0 { policy.handles = .perType }
        self.policy = policy
        usesShells = flags & 64 != 0
        isTerminal = flags & 128 != 0
        answers = input.bytes(8)
    }

    /// A host of its own in this world; every one gives the same numbers.
    func makeHost() throws(HostTrap) -> (WASIHost, VirtualDriver, streams: [Int32]) {
        let (input, output) = (SourceID(index: 0), SourceID(index: 1))
        let driver = VirtualDriver(
            sourceCount: 4,
            facts: [
                .init(time: 0, source: output, .permit(3)),
                .init(time: 5, source: input, .chunk([1, 2, 3, 4])),
                .init(time: 5, source: output, .permit(0)),
                .init(time: 20, source: output, .permit(7_000)),
                .init(time: 20, source: input, .chunk(Array(repeating: 9, count: 300))),
                .init(time: 40, source: output, .flushed),
                .init(time: 60, source: input, .fail(ByteFailure("broken"))),
                .init(time: 90, source: output, .close),
            ])
        var environment = GuestEnvironment(
            arguments: ["guest", "é"], variables: [("A", "b")], currentDirectory: "/",
            standardInput: .init(MemoryPipe([5, 6, 7])),
            standardOutput: .init(MemoryPipe(capacity: 100)))
        environment.standardInput.isTerminal = isTerminal
        let host = WASIHost(
            driver: driver, policy: policy, choices: ByteChoices(answers), trace: Trace(),
            environment: environment, firstHandle: 100)
        let streams = [try host.addInputStream(input), try host.addOutputStream(output)]
        return (host, driver, streams)
    }
}

/// Makes the calls on the Swift functions; goes on after a trap. Returns what was called, and what
/// came of it.
private func callHost(
    _ world: World, _ input: inout FuzzInput
) -> [(call: Call, result: Result<Answer, HostTrap>)] {
    var made: [(call: Call, result: Result<Answer, HostTrap>)] = []
    do throws(HostTrap) {
        let (host, driver, streams) = try world.makeHost()
        var model = CallModel(world.policy)
        model.add(streams[0], .inputStream)
        model.add(streams[1], .outputStream)
        while !input.isEmpty, made.count < 200 {
            let call = Call(&input, handles: model.handles)
            let began = driver.now.nanoseconds
            do throws(HostTrap) {
                let answer = try call.perform(on: host)
                model.see(call, answer, from: began, to: driver.now.nanoseconds)
                made.append((call, .success(answer)))
            } catch {
                model.see(call, error)
                made.append((call, .failure(error)))
            }
            claim(host.end == nil, "a trap ended the host, which is the shell's to do")
            claim(
                host.liveResources == model.live.count,
                "\(host.liveResources) resources after \(call), should be \(model.live.count)")
            claim(driver.now.nanoseconds >= began, "the clock went back")
        }
        // Pollables before their streams, and everything goes.
        let order = model.live.keys.sorted {
            ($0.kind.rawValue, $0.handle) < ($1.kind.rawValue, $1.handle)
        }
        for key in order { try host.drop(key.handle, as: key.kind, in: Call.drop(of: key.kind)) }
        claim(host.liveResources == 0, "\(host.liveResources) resources are left")
    } catch {
        fault("what must work trapped: \(error)")
    }
    return made
}

/// Makes the same calls as a guest, up to the first trap: the same must come of them.
private func callShells(
    _ world: World, _ calls: [(call: Call, result: Result<Answer, HostTrap>)]
) {
    guard let (host, _, _) = try? world.makeHost() else { fault("no second host") }
    let count = Mutex(0)
    let outcome = Guest.run(on: host, ending: .exitThread) {
        for (call, result) in calls {
            let answer = call.perform()
            claim(
                result == .success(answer),
                "\(call) gave \(result) in Swift, and \(answer) through its symbol")
            count.withLock { $0 += 1 }
        }
    }
    let made = count.withLock { $0 }
    let firstTrap = calls.firstIndex { if case .failure = $0.result { true } else { false } }
    claim(made == firstTrap ?? calls.count, "the guest ended after \(made) calls: \(outcome)")
    guard let firstTrap, case .failure(let trap) = calls[firstTrap].result else {
        claim(outcome == .completed, "the guest ended otherwise: \(outcome)")
        return
    }
    claim(outcome == Outcome(trap), "in Swift \(trap), through the symbol \(outcome)")
}
