// What libcurl calls while it is at a transfer. Everything here records and returns.

import CCurl
import Glibc
import PolluxHost

extension Exchange {
    /// CURLOPT_HEADERFUNCTION: one line of a head or of trailers.
    static let onLine: curl_write_callback = { text, _, count, context in
        let exchange = unsafe Transfer.exchange(context)
        let line = unsafe UnsafeRawBufferPointer(start: text, count: count)
        return unsafe exchange.take(line: line) ? count : 0
    }

    private func take(line: UnsafeRawBufferPointer) -> Bool {
        switch unsafe reader.read(line) {
        case .more:
            if reader.version == 2, response == nil {
                // Trailers may follow a body of known length: libcurl would not wait for them.
                transfer!.ignoreLength()
            }
            return true
        case .head(let head):
            response = head
            framing = head.framing(after: request.method)
            transport.hasNews = true
            return true
        case .failed(let code):
            failure = code
            return false
        }
    }

    /// CURLOPT_WRITEFUNCTION: bytes of the body.
    static let onBody: curl_write_callback = { bytes, _, count, context in
        let exchange = unsafe Transfer.exchange(context)
        if count == 0 { return 0 }
        if exchange.inbox.count >= inboxLimit {
            exchange.isReceivePaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        return unsafe exchange.take(body: UnsafeRawBufferPointer(start: bytes, count: count))
            ? count : 0
    }

    private func take(body bytes: UnsafeRawBufferPointer) -> Bool {
        var body: [UInt8] = []
        if framing == .chunked {
            failure = unsafe chunks.read(bytes, into: &body) { line in
                if case .failed(let code) = reader.read(line) { code } else { nil }
            }
        } else {
            unsafe body.append(contentsOf: bytes)
        }
        if !body.isEmpty { inbox.append(body) }
        received &+= UInt64(body.count)
        transport.hasNews = true
        return failure == nil
    }

    /// CURLOPT_READFUNCTION: room for bytes of the request's body.
    static let onRoom: curl_read_callback = { room, size, count, context in
        let exchange = unsafe Transfer.exchange(context)
        if exchange.outbox.isEmpty {
            if exchange.isComplete { return 0 }
            exchange.isSendPaused = true
            return Int(CURL_READFUNC_PAUSE)
        }
        exchange.transport.hasNews = true
        return unsafe exchange.outbox.fill(
            UnsafeMutableRawBufferPointer(start: room, count: size * count))
    }

    /// CURLOPT_TRAILERFUNCTION: the chunked body is over.
    static let onTrailers: curl_trailer_callback = { list, context in
        let exchange = unsafe Transfer.exchange(context)
        unsafe list!.pointee = curl_slist(
            exchange.trailers.map { Array("\($0.name): ".utf8) + $0.value })
        return CURL_TRAILERFUNC_OK
    }

    /// CURLOPT_PREREQFUNCTION: the connection is there, perhaps after an old one was found dead.
    static let onConnection: curl_prereq_callback = { context, _, _, _, _ in
        let exchange = unsafe Transfer.exchange(context)
        exchange.isSendPaused = false
        exchange.isConnected = true
        exchange.connections += 1
        if exchange.sentAt == nil { exchange.sentAt = exchange.transport.driver.now }
        return CURL_PREREQFUNC_OK
    }

    /// CURLOPT_OPENSOCKETFUNCTION: the last word on where a guest may go. The transport has asked for each
    /// address before; but libcurl has its own ways to come by one.
    static let onSocket: curl_opensocket_callback = { context, purpose, address in
        let exchange = unsafe Transfer.exchange(context)
        exchange.isConnected = false
        exchange.descriptor = nil
        guard purpose == CURLSOCKTYPE_IPCXN,
            let peer = unsafe exchange.address(of: address!.pointee),
            exchange.reaches(peer)
        else {
            exchange.isDenied = true
            return CURL_SOCKET_BAD
        }
        let descriptor = exchange.transport.driver.openDescriptor(peer.family)
        if descriptor < 0 {
            exchange.isOutOfDescriptors = true
            return CURL_SOCKET_BAD
        }
        return descriptor
    }

    private func address(of peer: curl_sockaddr) -> SocketAddress? {
        unsafe withUnsafePointer(to: peer.addr) {
            unsafe SocketAddress($0, length: Int(peer.addrlen))
        }
    }
}
