// The simulated world's ends of streams: what the script sends, and what the guest wrote.

extension VirtualDriver {
    /// What the script or a connection has brought, at most `count` bytes.
    public func read(_ source: SourceID, upTo count: Int) -> ByteRead {
        if isOfNetwork(source) { return read(network: source, upTo: count) }
        return endpoints[Int(source.index)].read(upTo: count)
    }

    /// How much the script or a connection takes now.
    public func room(in source: SourceID) -> ByteRoom {
        if isOfNetwork(source) { return room(network: source) }
        return endpoints[Int(source.index)].room()
    }

    /// Takes what there is room for, and tells ``onWrite`` of what an output of the script took.
    public func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        if isOfNetwork(source) { return write(bytes, network: source) }
        let answer = endpoints[Int(source.index)].write(bytes)
        if let onWrite, case .took(let count) = answer {
            var taken: [UInt8] = []
            for place in 0..<count { taken.append(bytes[place]) }
            onWrite(source, taken)
        }
        return answer
    }

    /// A connection keeps nothing back.
    public func flush(_ source: SourceID) -> ByteFlush {
        isOfNetwork(source) ? .done : endpoints[Int(source.index)].flush()
    }

    private func isOfNetwork(_ source: SourceID) -> Bool { Int(source.index) >= endpoints.count }

    /// Nothing is given up here: a script may go on about the source, and what was written stays.
    public func close(_ source: SourceID) {}

    /// Bytes from the seed; the same seed gives the same bytes.
    public func random(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var word = generator.next()
            for _ in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }

    // MARK: After the run

    /// Everything that an output or a peer took, and what is under way to a peer.
    public func written(to source: SourceID) -> [UInt8] {
        if let place = peer(of: source) { return network.sent(toPeer: place) }
        return endpoints[Int(source.index)].written
    }

    /// The bytes of an input's script that nobody has read, whether their time has come or not.
    public func unread(of source: SourceID) -> [UInt8] {
        var bytes = endpoints[Int(source.index)].arrived.bytes
        for fact in factsToCome where fact.source == source {
            if case .chunk(let chunk) = fact.change { bytes += chunk }
        }
        return bytes
    }

    /// The places in the script of what happened at ends of streams, or was to, and that no answer
    /// to the host has rested on: permits, ends, answers and empty readiness that nobody asked after while
    /// they counted, calls that nobody took, and marks that no flush waited for. Chunks are not among them; see
    /// ``unread(of:)``.
    public var unmet: [Int] {
        let met = Set(
            endpoints.flatMap(\.met) + network.peers.flatMap(\.met)
                + network.servers.flatMap(\.met) + network.exchanges.flatMap(\.met))
        return facts.indices.filter { place in
            switch facts[place].change {
            case .ready, .unready, .chunk: false
            case .emptyReady, .permit, .flushed, .close, .fail, .answers, .calls, .responds:
                !met.contains(place)
            }
        }
    }
}
