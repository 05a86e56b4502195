// Many requests of one guest over libcurl, one after the other and at once: nothing of them stays.
//
// `POLLUX_STRESS=100000 swift test --filter HTTPSoakTests` sends so many in a row. What was found is told on the
// standard error.

import CHeap
import Foundation
import PolluxHost
import PolluxLibuv
import PolluxNative
import TestServers
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPSoakTests {
    @Test func `requests in a row leave no handle, no descriptor and no memory behind`() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            let count = getenv("POLLUX_STRESS").flatMap { Int(String(cString: $0)) } ?? 2_000
            // All of them on one connection: there is nobody for a second.
            let server = ScriptedServer { server in
                let peer = try server.accept()
                while true {
                    _ = try peer.readHead()
                    try peer.send("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello")
                }
            }
            let port = server.port
            let host = WASIHost(driver: LibuvDriver())
            let isClean = try complete(on: host) {
                Result {
                    try HTTPFootprint.comesBack(host, after: 200, then: count) {
                        try HTTPCrowd.inRow($0, port)
                    }
                }
            }
            exit(try isClean.get() ? 0 : 1)
        }
        HTTPFootprint.tell(result)
    }

    @Test func `a thousand requests at once leave no handle, no descriptor and no memory behind`()
        async
    {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            let count = 1_000
            // Round for round, no answer before all are there.
            let server = ScriptedServer { server in
                while true {
                    let peers = try (0..<count).map { _ in try server.accept() }
                    for peer in peers {
                        let path = String(try peer.readHead().split(separator: " ")[1])
                        try peer.send(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                + "Content-Length: \(path.utf8.count)\r\n\r\n\(path)")
                    }
                    for peer in peers { _ = try peer.awaitLeaving() }
                }
            }
            let port = server.port
            let host = WASIHost(driver: LibuvDriver())
            let isClean = try complete(on: host) {
                Result {
                    try HTTPFootprint.comesBack(host, after: count, then: count) {
                        try HTTPCrowd.atOnce($0, port)
                    }
                }
            }
            exit(try isClean.get() ? 0 : 1)
        }
        HTTPFootprint.tell(result)
    }
}

/// Guests that send many requests. Each returns the highest handle that it was given.
private enum HTTPCrowd {
    private static func options() throws -> RequestOptions {
        let options = RequestOptions()
        try options.setConnectTimeout(.seconds(120))
        try options.setFirstByteTimeout(.seconds(120))
        return options
    }

    static func inRow(_ count: Int, _ port: UInt16) throws -> Int32 {
        var highest: Int32 = 0
        for number in 0..<count {
            let request = try HTTPGuest.request(
                .get, .http, "127.0.0.1:\(port)", "/\(number)",
                headers: [Field("x-number", "\(number)")])
            let response = try HTTPGuest.response(to: request, try options())
            let body = try response.body()
            let stream = try body.stream().release()
            highest = max(highest, stream)
            let (text, end) = HTTPGuest.read(InputStream(owning: stream))
            guard text == "hello", end == .closed else { throw PeerError.nonsense }
        }
        return highest
    }

    static func atOnce(_ count: Int, _ port: UInt16) throws -> Int32 {
        var futures: [Int32] = []
        var pollables: [Int32] = []
        for number in 0..<count {
            let request = try HTTPGuest.request(
                .get, .http, "127.0.0.1:\(port)", "/\(number)")
            let future = try request.send(try options())
            pollables.append(future.subscribe().release())
            futures.append(future.release())
        }
        let highest = max(futures.max() ?? 0, pollables.max() ?? 0)
        var waiting = Array(0..<count)
        while !waiting.isEmpty {
            let ready = Set(poll(waiting.map { Pollable.Borrow(handle: pollables[$0]) }))
            for place in ready {
                let number = waiting[place]
                _ = Pollable(owning: pollables[number])
                let future = FutureIncomingResponse(owning: futures[number])
                guard case .value(let response) = future.get() else { throw PeerError.nonsense }
                let (text, end) = try HTTPGuest.body(of: response)
                guard text == "/\(number)", end == .closed else { throw PeerError.nonsense }
            }
            waiting = waiting.enumerated().filter { !ready.contains($0.offset) }.map(\.element)
        }
        return highest
    }
}

/// What process and host hold at one moment.
private struct HTTPFootprint: CustomStringConvertible {
    let descriptors: Int
    let resources: Int
    /// Allocated bytes; 0 where a sanitizer has its own heap.
    let bytes: Int
    /// Bytes.
    let resident: Int
    /// The highest that the guest was given before.
    let handle: Int32

    /// Bytes; less than one allocation for each request.
    private static let margin = 64 * 1_024
    /// Descriptors that a run-time library opens when it first needs them.
    private static let spare = 8

    init(_ host: WASIHost, _ handle: Int32) {
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        descriptors = files?.count ?? -1
        resources = host.liveResources
        bytes = heap_allocated_bytes()
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        resident = (pages ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
        self.handle = handle
    }

    var description: String {
        "\(descriptors) descriptors, \(resources) resources, \(bytes) bytes of heap, "
            + "\(resident >> 10) KiB resident, handles to \(handle)"
    }

    /// Whether nothing is more after so many requests than it was before. The server is another thread of this
    /// process, and gives back what it has in its own time: so what was found after one round is what the
    /// next is measured by, and the first of five that leaves nothing behind will do.
    static func comesBack(
        _ host: WASIHost, after first: Int, then count: Int, _ round: (Int) throws -> Int32
    ) rethrows -> Bool {
        var before = HTTPFootprint(host, try round(first))
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let handle = try round(count)
            let time = ContinuousClock.now - start
            for _ in 0..<50 where !HTTPFootprint(host, handle).isNoMore(than: before) {
                pause(milliseconds: 100)
            }
            let after = HTTPFootprint(host, handle)
            let text = "\(count) requests in \(time)\nbefore: \(before)\nafter: \(after)\n"
            FileHandle.standardError.write(Data(text.utf8))
            if after.isNoMore(than: before) { return true }
            before = after
        }
        return false
    }

    /// Passes on what the process of a test has said.
    static func tell(_ result: ExitTest.Result?) {
        FileHandle.standardError.write(Data(result?.standardErrorContent ?? []))
    }

    private func isNoMore(than before: HTTPFootprint) -> Bool {
        resources == 0 && handle <= before.handle && bytes - before.bytes <= Self.margin
            && descriptors <= before.descriptors + Self.spare
    }
}
