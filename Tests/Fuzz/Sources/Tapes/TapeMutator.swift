// Mutations that know what an input is: four bytes of which scenario, then an answer a byte.

import CFuzzer
import PolluxHost

/// Edits answers, where libFuzzer would edit bytes.
public enum TapeMutator {
    /// Changes an input in place and returns its new size.
    public static func mutate(
        _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ capacity: Int, seed: UInt32
    ) -> Int {
        var random = SplitMix64(seed: UInt64(seed))
        let header = Tapes.header
        // Now and then whatever libFuzzer likes, which also leads to other scenarios.
        guard size > header, random.next() % 8 > 0 else {
            return LLVMFuzzerMutate(data, size, capacity)
        }
        var answers = Array(UnsafeBufferPointer(start: data + header, count: size - header))
        let most = capacity - header
        for _ in 0...random.next() % 3 {
            change(&answers, most, with: &random)
        }
        answers = Array(answers.prefix(most))
        for (place, answer) in answers.enumerated() { data[header + place] = answer }
        return header + answers.count
    }

    private static func change(
        _ answers: inout [UInt8], _ most: Int, with random: inout SplitMix64
    ) {
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }
        let place = below(answers.count)
        let length = min(1 + below(8), answers.count - place)
        switch below(8) {
        case 0, 1:
            // Another answer: most choices have few options.
            if answers.isEmpty { answers = [0] }
            answers[min(place, answers.count - 1)] = UInt8(below(4))
        case 2:
            // A stretch in which the world is friendly.
            for at in place..<place + length { answers[at] = 0 }
        case 3:
            // A later choice gets this one's answer, and what follows goes along.
            answers.insert(contentsOf: repeatElement(0, count: 1 + below(4)), at: place)
        case 4:
            answers.removeSubrange(place..<place + length)
        case 5:
            // A stretch once more.
            answers.insert(contentsOf: answers[place..<place + length], at: place)
        case 6:
            // A deviation far behind what there is.
            let gap = below(32)
            guard answers.count + gap < most else { return }
            answers += repeatElement(0, count: gap)
            answers.append(UInt8(1 + below(3)))
        default:
            if place < answers.count { answers[place] ^= UInt8(1 << below(8)) }
        }
    }

    /// The beginning of one input and the end of another, in the scenario of the first.
    public static func splice(
        _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>,
        into result: UnsafeMutablePointer<UInt8>, _ capacity: Int, seed: UInt32
    ) -> Int {
        var random = SplitMix64(seed: UInt64(seed))
        func place(in input: UnsafeBufferPointer<UInt8>) -> Int {
            let answers = max(input.count - Tapes.header, 0)
            return min(input.count, Tapes.header + Int(random.next() % UInt64(answers + 1)))
        }
        let spliced = Array(a[..<place(in: a)]) + Array(b[place(in: b)...])
        let count = min(spliced.count, capacity)
        for (place, byte) in spliced.prefix(count).enumerated() { result[place] = byte }
        return count
    }
}
