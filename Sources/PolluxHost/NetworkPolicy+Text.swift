// The policy as POLLUX_NETWORK has it.

extension NetworkPolicy {
    /// Why a text is no policy.
    public struct SyntaxError: Error, Hashable, CustomStringConvertible {
        /// The entry that is wrong.
        public var entry: String
        /// What is wrong with it, and what it should be.
        public var description: String

        fileprivate init(_ entry: Substring, _ reason: String) {
            self.entry = String(entry)
            description = "'\(entry)' \(reason)"
        }
    }

    /// Reads entries with commas between them:
    ///
    /// * `allow:HOST:PORT`: connect and send to it, bind it, look it up; HOST is a name, an address (IPv6
    ///   in brackets) or `*`, PORT a number or `*`.
    /// * `accept:HOST`: take connections and datagrams from it.
    /// * `no-tcp`, `no-udp`, `no-lookup`: there is none of that at all.
    ///
    /// Nothing is loopback alone.
    /// - Throws: ``SyntaxError``.
    public init(parsing text: String) throws(SyntaxError) {
        self.init()
        for entry in text.split(separator: ",") {
            switch entry {
            case "no-tcp": hasTCP = false
            case "no-udp": hasUDP = false
            case "no-lookup": hasLookup = false
            default:
                if entry.hasPrefix("allow:") {
                    grants.append(try Self.grant(entry.dropFirst(6), in: entry))
                } else if entry.hasPrefix("accept:") {
                    admitted.append(try Self.host(entry.dropFirst(7), in: entry))
                } else {
                    throw SyntaxError(
                        entry,
                        "is not allow:HOST:PORT, accept:HOST, no-tcp, no-udp or no-lookup")
                }
            }
        }
    }

    private static func grant(
        _ text: Substring, in entry: Substring
    ) throws(SyntaxError) -> Grant {
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw SyntaxError(entry, "has no port; write allow:HOST:PORT, or * for every port")
        }
        let host = try host(text[..<colon], in: entry)
        let port = text[text.index(after: colon)...]
        if port == "*" { return Grant(host, port: nil) }
        guard let port = UInt16(port), port > 0 else {
            throw SyntaxError(entry, "has '\(port)' for a port, which is neither 1 to 65535 nor *")
        }
        return Grant(host, port: port)
    }

    private static func host(
        _ text: Substring, in entry: Substring
    ) throws(SyntaxError) -> Grant.Host {
        if text == "*" { return .any }
        if text.hasPrefix("["), text.hasSuffix("]") {
            guard let address = IPAddress(text.dropFirst().dropLast()), address.family == .ipv6
            else { throw SyntaxError(entry, "has '\(text)', which is no IPv6 address") }
            return .address(address)
        }
        if text.contains(":") {
            throw SyntaxError(entry, "has an IPv6 address without brackets; write [\(text)]")
        }
        switch HostName(text, rules: .spec) {
        case .address(let address)?: return .address(address)
        case .name(let name)?: return .name(name)
        case nil: throw SyntaxError(entry, "has '\(text)', which is no host")
        }
    }
}
