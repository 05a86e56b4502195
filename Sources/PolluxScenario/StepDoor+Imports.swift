// Steps that the door does on the imports themselves.

import PolluxHost

extension StepDoor {
    func doHere(_ step: Step, for task: TaskID) throws(HostTrap) {
        switch step {
        case .work(let duration):
            try driver.work(duration)
            host.progressed()
            host.rest()
        case .say(let text):
            log(task, .say(text), because: EventCauses(tasks[task].lastEvent))
        case .exit(let code): throw HostTrap(.exit(code), in: .stepsNext)
        case .poll(let names, let value):
            var list: [Int32] = []
            for name in names { list.append(try slot(name, task).handle) }
            let ready = try host.poll(list.span)
            if let value {
                values[value] = .names(ready.map { scenario.pollNames[names[Int($0)]] })
            }
        case .ready(let name, let value):
            let answer = try host.ready(slot(name, task).handle)
            if let value { values[value] = .truth(answer) }
        case .block(let name): try host.block(slot(name, task).handle)
        case .stream(let peer, let isBinding, let value):
            let answer = try stream(peer, isBinding: isBinding)
            keep(answer, as: value, "stream", peer, for: task)
        default: preconditionFailure("not a step of the host's own")
        }
    }

    /// What a fresh socket says to `stream`; nothing of it is left behind.
    private func stream(
        _ peer: ResourceID, isBinding: Bool
    ) throws(HostTrap) -> ValueClaim.Value {
        guard case .udp(let address, _) = scenario.resources[peer].kind else {
            preconditionFailure("no peer for datagrams")
        }
        let socket: Int32
        switch try host.createUDPSocket(address.family) {
        case .success(let handle): socket = handle
        case .failure(let error): return .failed(error.name)
        }
        if isBinding {
            let network = try host.instanceNetwork()
            let any = SocketAddress(address.family == .ipv4 ? .ipv4(0) : .ipv6(0, 0), port: 0)
            let error = try host.startBind(udp: socket, on: network, to: any)
            try host.drop(network, as: .network, in: .networkDrop)
            if let error { return .failed(error.name) }
        }
        let answer: ValueClaim.Value
        switch try host.stream(udp: socket, with: address) {
        case .success(let streams):
            try host.drop(
                streams.incoming, as: .incomingDatagramStream, in: .incomingDrop)
            try host.drop(
                streams.outgoing, as: .outgoingDatagramStream, in: .outgoingDrop)
            answer = .ok
        case .failure(let error): answer = .failed(error.name)
        }
        try host.drop(socket, as: .udpSocket, in: .udpDrop)
        return answer
    }

    func slot(_ name: PollNameID, _ task: TaskID) throws(HostTrap) -> Slot {
        guard let slot = named[name] else { throw unsubscribed(name, task) }
        return slot
    }
}
