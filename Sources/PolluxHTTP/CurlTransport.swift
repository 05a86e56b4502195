// HTTP by libcurl, on the loop of a driver.

import CCurl
import Glibc
import PolluxHost
import PolluxLibuv

/// HTTP/1.1 and, over TLS, HTTP/2, by one libcurl multi handle on the loop of one driver.
///
/// Connections are kept and used again, each for one exchange at a time, HTTP/2's too: by its source, libcurl
/// 7.88 reads nothing from a connection while the buffer of one of its streams is full (`pause_stream_id` in
/// http2.c), so a guest that reads one body and then another could wait for ever. Names are looked up by the
/// driver, never by libcurl, whose look-up nobody can give up without waiting for it.
///
/// Certificates are checked against the system's authorities; SSL_CERT_FILE and SSL_CERT_DIR name others.
/// No other variable of the environment counts.
///
/// Used from the driver's thread. Holds the driver.
@safe
public final class CurlTransport: HTTPTransport {
    let driver: LibuvDriver
    let authorities: Authorities
    let multi: UnsafeMutableRawPointer

    /// The exchanges, by the number of their head's source.
    private var exchanges: [Exchange?] = []
    /// Those whose look-up goes on.
    var lookingUp: [Exchange] = []
    /// Those for which there is something to do in the next turn.
    var noted: [Exchange] = []
    /// Those of whose connection libcurl no longer reads.
    var silent: [Exchange] = []
    /// What the next exchanges are carried in.
    private(set) var idleTransfers: [Transfer] = []

    /// What the loop watches for libcurl, by descriptor; a connection that idles keeps its own, watched for
    /// nothing.
    var watches: [CInt: LoopWatch] = [:]
    let record = LoopWatch.Record()
    /// The connections of HTTP/1 that idle, by descriptor: what comes on one of them is nobody's.
    var idling: Set<CInt> = []
    /// A request was given to libcurl that has no connection yet.
    var hasStarted = false
    /// When libcurl wants a turn.
    package var deadline: MonotonicInstant?
    /// A source may have become ready since work began.
    var hasNews = false

    /// Whose certificates are believed.
    struct Authorities {
        /// A file of certificates; `nil` for libcurl's own.
        let file: String?
        /// A directory of them, named by their hashes; `nil` for libcurl's own.
        let directory: String?

        /// Those that the environment names; an empty variable names none.
        init(environment variable: (String) -> String? = Self.variable) {
            file = variable("SSL_CERT_FILE").flatMap { $0.isEmpty ? nil : $0 }
            directory = variable("SSL_CERT_DIR").flatMap { $0.isEmpty ? nil : $0 }
        }

        private static func variable(_ name: String) -> String? {
            unsafe getenv(name).map { unsafe String(cString: $0) }
        }
    }

    /// How many connections, and how many transfers, may idle.
    private static let idleConnections = 100

    /// Once in a process, before anything else of libcurl's.
    private static let start: Void = {
        let code = curl_global_init(Int(CURL_GLOBAL_ALL))
        precondition(code == CURLE_OK, "libcurl does not start")
    }()

    /// A transport on this driver's loop, which is to be a host's; see ``WASIHost/transport``.
    public convenience init(on driver: LibuvDriver) {
        self.init(on: driver, authorities: Authorities())
    }

    init(on driver: LibuvDriver, authorities: Authorities) {
        _ = Self.start
        self.driver = driver
        self.authorities = authorities
        guard let multi = unsafe curl_multi_init() else {
            fatalError("pollux cannot start libcurl: out of memory")
        }
        unsafe self.multi = multi
        unsafe check(ccurl_multi_set_context(multi, Unmanaged.passUnretained(self).toOpaque()))
        unsafe check(ccurl_multi_set_callbacks(multi, Self.onWatch, Self.onTimer))
        unsafe check(ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING)))
        unsafe check(ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.idleConnections))
        driver.add(self)
    }

    deinit {
        for exchange in exchanges {
            if let exchange { close(exchange.id) }
        }
        // Closes every connection, and with it its watch.
        unsafe check(curl_multi_cleanup(multi))
        precondition(watches.isEmpty, "a connection that libcurl has not closed")
        driver.removeResident(ObjectIdentifier(self))
    }

    // MARK: Exchanges

    /// Begins with the look-up of the authority's host, where that is a name.
    public func begin(
        _ request: HTTPRequestHead, reaches: @escaping (SocketAddress) -> Bool
    ) -> HTTPExchange {
        let exchange = Exchange(request, reaches: reaches, over: self)
        exchange.id = HTTPExchange(
            head: driver.add(ExchangeSource(exchange, .head)),
            response: driver.add(ExchangeSource(exchange, .response)),
            request: driver.add(ExchangeSource(exchange, .request)))
        let place = Int(exchange.id.head.index)
        while exchanges.count <= place { exchanges.append(nil) }
        exchanges[place] = exchange
        let address = request.authority.address
        if let fault = request.fault {
            exchange.end(fault)
        } else if let address {
            start(exchange, at: [address], isName: false)
        } else if !request.authority.isPlainName {
            exchange.end(.requestURIInvalid)
        } else {
            exchange.lookup = driver.lookUp(request.authority.host.lowercased())
            lookingUp.append(exchange)
        }
        return exchange.id
    }

    private func exchange(_ id: HTTPExchange) -> Exchange {
        let place = Int(id.head.index)
        guard exchanges.indices.contains(place), let exchange = exchanges[place] else {
            preconditionFailure("no exchange of this transport")
        }
        return exchange
    }

    /// Gives libcurl the request, if the guest may go to any of these addresses.
    func start(_ exchange: Exchange, at addresses: [IPAddress], isName: Bool) {
        let port = exchange.request.authority.port
        let reached = addresses.filter { exchange.reaches(SocketAddress($0, port: port)) }
        if reached.isEmpty {
            exchange.end(addresses.isEmpty ? .noAddress : .requestDenied)
            return
        }
        let transfer = idleTransfers.popLast() ?? Transfer(self)
        transfer.exchange = exchange
        exchange.set(transfer, to: isName ? reached : [])
        exchange.transfer = transfer
        unsafe check(curl_multi_add_handle(multi, transfer.easy))
        hasStarted = true
    }

    /// How far the exchange has come; a look at what the loop has brought.
    public func progress(of id: HTTPExchange) -> HTTPProgress {
        let exchange = exchange(id)
        if let response = exchange.response { return .response(response) }
        if exchange.isOver { return .failed(exchange.failure ?? .protocolError) }
        return exchange.sentAt.map { .sent(at: $0) } ?? .connecting
    }

    /// Lets the rest of the body go out, and trailers after it where it goes in chunks over HTTP/1.1:
    /// libcurl has none for HTTP/2.
    public func finish(_ id: HTTPExchange, trailers: [HTTPField]) {
        let exchange = exchange(id)
        precondition(!exchange.isComplete, "a request that is complete already")
        exchange.isComplete = true
        if exchange.isOver { return }
        exchange.trailers = trailers.filter { $0.fault == nil }
        if exchange.isSendPaused { note(exchange) }
    }

    /// Closes the connection, or HTTP/2's stream, where it is.
    public func breakOff(_ id: HTTPExchange) {
        let exchange = exchange(id)
        if exchange.isOver { return }
        exchange.isBroken = true
        note(exchange)
    }

    /// Those that came; each name as often as it did.
    public func trailers(of id: HTTPExchange) -> [HTTPField]? {
        let trailers = exchange(id).reader.trailers
        return trailers.isEmpty ? nil : trailers
    }

    /// Takes the transfer away from libcurl, which closes its connection unless it is free again.
    public func close(_ id: HTTPExchange) {
        let exchange = exchange(id)
        release(exchange)
        exchanges[Int(id.head.index)] = nil
        noted.removeAll { $0 === exchange }
        driver.remove(id.head)
        driver.remove(id.response)
        driver.remove(id.request)
    }

    /// How many exchanges nobody has closed.
    var exchangeCount: Int { exchanges.count { $0 != nil } }

    /// How many bytes of the response have come that nobody has read.
    func held(by id: HTTPExchange) -> Int { exchange(id).inbox.count }

    /// Takes an exchange from whoever is at it.
    /// - Parameter result: how libcurl's part in it ended, where it did by itself.
    func release(_ exchange: Exchange, after result: CURLcode? = nil) {
        if let lookup = exchange.lookup {
            driver.close(lookup)
            exchange.lookup = nil
            lookingUp.removeAll { $0 === exchange }
        }
        guard let transfer = exchange.transfer else { return }
        exchange.transfer = nil
        unsafe check(curl_multi_remove_handle(multi, transfer.easy))
        if let result, idleTransfers.count < Self.idleConnections,
            transfer.canGoOn(after: result)
        {
            idleTransfers.append(transfer)
        }
        transfer.forget()
    }

    /// Sees to an exchange in the next turn.
    func note(_ exchange: Exchange) {
        if exchange.isNoted || exchange.isOver { return }
        exchange.isNoted = true
        noted.append(exchange)
    }

    /// libcurl refuses only what makes no sense, or for want of memory.
    func check(_ code: CURLMcode) {
        if code == CURLM_OK { return }
        fatalError(
            "pollux cannot use libcurl: \(unsafe String(cString: curl_multi_strerror(code)))")
    }
}

extension HTTPRequestHead {
    /// Why this cannot go over a wire as lines of text; a host lets no such thing pass.
    fileprivate var fault: HTTPErrorCode? {
        guard path.utf8.first == 47, path.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            return .requestURIInvalid
        }
        if path.utf8.count > 65_536 { return .requestURITooLong }
        let name = method.name
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            return .requestMethodInvalid
        }
        guard authority.text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            return .requestURIInvalid
        }
        return fields.lazy.compactMap(\.fault).first
    }
}

extension HTTPAuthority {
    /// The address that the host is, where it is no name.
    fileprivate var address: IPAddress? {
        guard let first = host.utf8.first, host.utf8.contains(58) || (48...57).contains(first)
        else {
            return nil
        }
        return IPAddress(host)
    }

    /// Whether the host has nothing in it that a URL would read as something else.
    fileprivate var isPlainName: Bool {
        !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, 45, 46, 95: true
                default: false
                }
            }
    }
}

extension HTTPField {
    /// Why this is no line of its own.
    fileprivate var fault: HTTPErrorCode? {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 && $0 != 59 }
        return isToken && value.allSatisfy { $0 == 9 || $0 >= 32 && $0 != 127 }
            ? nil : .protocolError
    }
}
