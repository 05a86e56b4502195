// A guest that never waits still sees the real world.

import Foundation
import PolluxHost
import PolluxLibuv
import Testing

@Suite struct BusyGuestTests {
    /// A host, and a source that a thread makes ready as soon as it can.
    private func hostWithPipe() throws -> (host: WASIHost, source: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let driver = LibuvDriver()
        let host = WASIHost(driver: driver)
        let source = try host.subscribe(driver.addInherited(ends[0], isInput: true))
        let writer = ends[1]
        Thread.detachNewThread { write(writer, "x", 1) }
        return (host, source)
    }

    @Test
    func `POLL-19, wasmtime#13040: a source shows up in polls beside a timer that is always ready`()
        throws
    {
        let (host, source) = try hostWithPipe()
        let zero = try host.subscribe(duration: 0)
        let list = [zero, source]
        var polls = 0
        while try !host.poll(list.span).contains(1) {
            polls += 1
            try #require(polls < 1_000_000)
        }
    }

    @Test func `POLL-20, wasmtime#13507: ready on a zero timer turns true within 20 tries`() throws
    {
        let host = WASIHost(driver: LibuvDriver())
        let zero = try host.subscribe(duration: 0)
        let other = try host.subscribe(duration: 0)
        var tries = 0
        while try !host.ready(zero) {
            try host.block(other)
            tries += 1
            try #require(tries < 20)
        }
    }

    @Test func `POLL-22: ready alone, in a loop, sees a source`() throws {
        let (host, source) = try hostWithPipe()
        var tries = 0
        while try !host.ready(source) {
            tries += 1
            try #require(tries < 10_000_000)
        }
    }
}
