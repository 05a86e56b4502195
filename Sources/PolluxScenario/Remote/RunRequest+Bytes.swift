// A run's request as bytes, for the two sides of one executable.

import PolluxHost

extension RunRequest {
    /// The request as bytes.
    package var bytes: [UInt8] {
        var out = ByteWriter()
        out.add(Int(firstHandle))
        out.add(livelockLimit)
        out.add(wantsStates ? 1 : 0)
        switch answers {
        case .inOrder(let list):
            out.add(0)
            out.add(list.count)
            for answer in list { out.add(answer) }
        case .bySite(let sites):
            out.add(1)
            out.add(sites.count)
            for (site, answer) in sites {
                out.add(site.kind.number)
                out.add(site.ordinal)
                out.add(answer)
            }
        case .seeded(let seed):
            out.add(2)
            out.add(Int(bitPattern: UInt(seed)))
        case .random(let seed, let number):
            out.add(3)
            out.add(Int(bitPattern: UInt(seed)))
            out.add(number)
        case .priorities(let seed, let depth, let length, let number):
            out.add(4)
            out.add(Int(bitPattern: UInt(seed)))
            out.add(depth)
            out.add(length)
            out.add(number)
        case .mutated(let tape, let seed):
            out.add(5)
            out.add(Int(bitPattern: UInt(seed)))
            out.add(tape.entries.count)
            for entry in tape.entries {
                out.add(Int(entry.answer))
                out.add(Int(entry.count))
            }
        }
        return out.bytes
    }

    /// Reads what ``bytes`` gives; `nil` for any others.
    package init?(_ bytes: some Sequence<UInt8>) {
        var input = ByteReader(bytes)
        guard let firstHandle = input.next(), let limit = input.next(), let states = input.next(),
            let answers = Answers(&input)
        else { return nil }
        self.init(
            answers: answers, firstHandle: Int32(truncatingIfNeeded: firstHandle),
            livelockLimit: limit, wantsStates: states != 0)
    }
}

extension Answers {
    fileprivate init?(_ input: inout ByteReader) {
        switch input.next() {
        case 0:
            guard let count = input.next() else { return nil }
            var list: [Int] = []
            for _ in 0..<count {
                guard let answer = input.next() else { return nil }
                list.append(answer)
            }
            self = .inOrder(list)
        case 1:
            guard let count = input.next() else { return nil }
            var sites: [Rehearsal.Site: Int] = [:]
            for _ in 0..<count {
                guard let number = input.next(), let ordinal = input.next(),
                    let answer = input.next(),
                    let kind = ChoiceSite.Kind.allCases.first(where: { $0.number == number })
                else { return nil }
                sites[Rehearsal.Site(kind: kind, ordinal: ordinal)] = answer
            }
            self = .bySite(sites)
        case 2:
            guard let seed = input.next() else { return nil }
            self = .seeded(UInt64(UInt(bitPattern: seed)))
        case 3:
            guard let seed = input.next(), let number = input.next() else { return nil }
            self = .random(seed: UInt64(UInt(bitPattern: seed)), number: number)
        case 4:
            guard let seed = input.next(), let depth = input.next(), let length = input.next(),
                let number = input.next()
            else { return nil }
            self = .priorities(
                seed: UInt64(UInt(bitPattern: seed)), depth: depth, length: length, number: number)
        case 5:
            guard let seed = input.next(), let count = input.next() else { return nil }
            var tape = Tape()
            for _ in 0..<count {
                guard let answer = input.next(), let options = input.next() else { return nil }
                tape.entries.append(
                    Tape.Entry(
                        kind: nil, answer: Int32(truncatingIfNeeded: answer),
                        count: Int32(truncatingIfNeeded: options)))
            }
            self = .mutated(tape, seed: UInt64(UInt(bitPattern: seed)))
        default: return nil
        }
    }
}

/// Numbers as bytes: seven bits in each, the lowest first, and the sign in the lowest.
private struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func add(_ number: Int) {
        var rest = UInt(bitPattern: (number << 1) ^ (number >> (Int.bitWidth - 1)))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Reads what a ``ByteWriter`` has written.
private struct ByteReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    mutating func next() -> Int? {
        var word: UInt = 0
        var shift: UInt = 0
        while place < bytes.count, shift < UInt.bitWidth {
            let byte = bytes[place]
            place += 1
            word |= UInt(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                return Int(bitPattern: word >> 1) ^ -Int(bitPattern: word & 1)
            }
            shift += 7
        }
        return nil
    }
}
