// Sockets and requests by the names that the world has for what is at their other end.
//
// Only the step door asks so, for the sockets of one document, of which there are a thousand at most: looking
// through them costs less than keeping names in step with what opens and closes. No import comes here.

extension WASIHost {
    /// Whether the guest has a socket of this name, or a stream of one, or something of a request to a
    /// server of this name.
    package func holdsSocket(named name: String) -> Bool {
        tcpSocket(named: name) != nil || udpSocket(named: name) != nil
            || holdsRequest(toServer: name)
    }

    private func holdsRequest(toServer name: String) -> Bool {
        func holds<Element>(_ places: Places<Element>, _ exchange: (Element) -> Exchange?) -> Bool {
            (0..<places.count).contains { place in
                guard let element = places.element(at: place), let exchange = exchange(element)
                else { return false }
                return exchange.hasGivenName && exchange.name == name
            }
        }
        return holds(http.outgoingBodies) { $0.exchange } || holds(http.futures) { $0.exchange }
            || holds(http.responses) { $0.exchange } || holds(http.incomingBodies) { $0.exchange }
            || holds(http.trailers) { $0.body.exchange }
    }

    private func tcpSocket(named name: String) -> Int? {
        (0..<tcpSockets.count).last { place in
            guard let socket = tcpSockets.element(at: place) else { return false }
            return socket.hasGivenName && socket.name == name
                && (socket.isHeld || socket.input >= 0 || socket.output >= 0)
        }
    }

    private func udpSocket(named name: String) -> Int? {
        (0..<udpSockets.count).last { place in
            guard let socket = udpSockets.element(at: place) else { return false }
            return socket.hasGivenName && socket.name == name
        }
    }

    /// A pollable of what comes to the socket of this name: bytes, datagrams or connections. The guest's,
    /// and a child of the socket or of the stream.
    /// - Returns: `nil` where the guest has no such socket or stream.
    /// - Throws: `table-full`.
    package func subscribe(toSocketNamed name: String) throws(HostTrap) -> Int32? {
        if let place = tcpSocket(named: name) {
            let socket = tcpSockets[place]
            if socket.state.isListening {
                guard let parent = inner(.tcpSocket, place) else { return nil }
                return try addPollable(
                    PollableState(.tcp(place)), source: socket.ends.input, childOf: parent,
                    named: name, in: .tcpSubscribe)
            }
            guard socket.input >= 0, let parent = inner(.inputStream, socket.input) else {
                return nil
            }
            inputs[socket.input].state.hasBegun = true
            return try addPollable(
                PollableState(.input(socket.input)), source: socket.ends.input, childOf: parent,
                named: name, in: .inputStreamSubscribe)
        }
        guard let place = udpSocket(named: name) else { return nil }
        let stream = (0..<datagramStreams.count).last {
            datagramStreams.element(at: $0)?.socket == place
                && inner(.incomingDatagramStream, $0) != nil
        }
        guard let stream, let parent = inner(.incomingDatagramStream, stream) else { return nil }
        return try addPollable(
            PollableState(.incoming(stream)), source: udpSockets[place].ends.input,
            childOf: parent, named: name, in: .incomingSubscribe)
    }

    /// The handle of what stands at this place of its kind's, as the table counts.
    private func inner(_ kind: ResourceKind, _ place: Int) -> Int32? {
        let index = table.entries.firstIndex { $0.kind == kind && $0.payload == Int32(place) }
        return index.map { table.base + Int32($0) }
    }
}
