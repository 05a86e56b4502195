// wasi:random.

/// The generator behind the insecure interfaces of one guest.
struct InsecureRandom {
    var generator: SplitMix64
    /// What `insecure-seed` gives, at every call (RND-06).
    let seed: (UInt64, UInt64)

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        self.seed = (generator.next(), generator.next())
    }
}

extension WASIHost {
    /// No call gives more bytes than this (RND-02).
    public static let mostRandomBytes: UInt64 = 64 << 20

    /// `random.get-random-bytes`: exactly `count` bytes from the world (RND-01, RND-03).
    /// - Throws: `random-too-long` (RND-02).
    public func randomBytes(_ count: UInt64) throws(HostTrap) -> [UInt8] {
        try enter(.getRandomBytes)
        return driver.random(try checked(count, in: .getRandomBytes))
    }

    /// `random.get-random-u64` (RND-04).
    public func randomInteger() throws(HostTrap) -> UInt64 {
        try enter(.getRandomInteger)
        return word()
    }

    /// `insecure.get-insecure-random-bytes`: from a generator of this guest's own (RND-05).
    /// - Throws: `random-too-long` (RND-02).
    public func insecureRandomBytes(_ count: UInt64) throws(HostTrap) -> [UInt8] {
        try enter(.getInsecureRandomBytes)
        var left = try checked(count, in: .getInsecureRandomBytes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(left)
        while left > 0 {
            var word = insecure.generator.next()
            for _ in 0..<min(left, 8) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
            left -= min(left, 8)
        }
        return bytes
    }

    /// `insecure.get-insecure-random-u64` (RND-05).
    public func insecureRandomInteger() throws(HostTrap) -> UInt64 {
        try enter(.getInsecureRandomInteger)
        return insecure.generator.next()
    }

    /// `insecure-seed.insecure-seed`: one pair for the guest's life (RND-06).
    public func insecureSeed() throws(HostTrap) -> (UInt64, UInt64) {
        try enter(.insecureSeed)
        return insecure.seed
    }

    private func checked(_ count: UInt64, in call: HostCall) throws(HostTrap) -> Int {
        guard count <= Self.mostRandomBytes else {
            throw HostTrap(.randomTooLong(count, most: Self.mostRandomBytes), in: call)
        }
        return Int(count)
    }

    func word() -> UInt64 {
        driver.random(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
