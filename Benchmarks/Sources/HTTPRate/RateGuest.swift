// The guest that is measured: requests by wasi:http and one poll, no runtime.

import CHTTP
import WASIp2
import WASIp2HTTP

/// What so many requests came to.
struct Rate {
    var requests: Int64
    /// What the client's thread computed, in ns.
    var computed: Int64
    /// How long it took, in ns.
    var wall: Int64
}

/// Sends GET requests, so many at a time, each when one before has come back whole.
enum RateGuest {
    static func run(port: UInt16, inFlight: Int, milliseconds: Int) throws -> Rate {
        let start = MonotonicClock.now().nanoseconds
        let computed = http_thread_time()
        let end = start + UInt64(milliseconds) * 1_000_000
        let slots = (0..<inFlight).map { _ in Slot(authority: "127.0.0.1:\(port)") }
        for slot in slots { try slot.begin() }
        var busy = slots
        var requests: Int64 = 0
        var list = busy.map(\.waitsFor)
        var found = PollBuffer()
        while !busy.isEmpty {
            found.poll(list)
            for place in 0..<found.count {
                let slot = busy[found[place]]
                guard try slot.goOn() else { continue }
                requests += 1
                if MonotonicClock.now().nanoseconds < end {
                    try slot.begin()
                } else {
                    slot.isDone = true
                }
            }
            busy.removeAll { $0.isDone }
            list = busy.map(\.waitsFor)
        }
        return Rate(
            requests: requests, computed: http_thread_time() - computed,
            wall: Int64(MonotonicClock.now().nanoseconds - start))
    }
}

/// One request after the other. What it owns stands here by its handles, for an array of slots is copied.
private final class Slot {
    private let authority: String
    private var part = Part.future(0)
    private var pollable: Int32?
    var isDone = false

    /// What it is at, and what it owns for that.
    private enum Part {
        case future(Int32)
        case body(Int32, stream: Int32)
    }

    init(authority: String) { self.authority = authority }

    var waitsFor: Pollable.Borrow { Pollable.Borrow(handle: pollable!) }

    func begin() throws {
        let request = OutgoingRequest(Fields())
        try request.setScheme(.http)
        try request.setAuthority(authority)
        try request.setPathWithQuery("/")
        let future = try request.send()
        pollable = future.subscribe().release()
        part = .future(future.release())
    }

    /// What it waits for has come; returns whether the response has, too, and whole.
    func goOn() throws -> Bool {
        if case .future(let handle) = part {
            dropPollable()
            let body = try Self.body(of: FutureIncomingResponse(owning: handle))
            part = .body(body.body, stream: body.stream)
        }
        return try read()
    }

    private static func body(
        of future: consuming FutureIncomingResponse
    ) throws -> (body: Int32, stream: Int32) {
        switch future.get() {
        case .value(let response):
            guard response.status == 200 else { throw NoResponse("status \(response.status)") }
            let body = try response.body()
            let stream = try body.stream().release()
            return (body.release(), stream)
        case .failed(let error): throw error
        case .pending: throw NoResponse("a future that is ready has nothing")
        case .taken: throw NoResponse("a future that nobody has asked has nothing")
        }
    }

    private func read() throws -> Bool {
        guard case .body(let body, let handle) = part else { return false }
        let stream = InputStream(owning: handle)
        do {
            while try !stream.read(65_536).isEmpty {}
            if pollable == nil { pollable = stream.subscribe().release() }
            _ = stream.release()
            return false
        } catch StreamError.closed {
            dropPollable()
            end(stream)
            _ = IncomingBody(owning: body)
            return true
        }
    }

    private func end(_ stream: consuming InputStream) {}

    private func dropPollable() {
        if let handle = pollable { _ = Pollable(owning: handle) }
        pollable = nil
    }
}

/// A server that does not do as it should.
struct NoResponse: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
