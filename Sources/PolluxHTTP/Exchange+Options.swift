// A request in the words of libcurl's options.

import CCurl
import Glibc
import PolluxHost

extension Exchange {
    /// Makes libcurl's transfer of the request; it is nobody's yet.
    /// - Parameter addresses: of the authority's host, where that is a name.
    func makeTransfer(to addresses: [IPAddress]) {
        guard let easy = unsafe curl_easy_init() else {
            fatalError("pollux cannot set up a request: out of memory")
        }
        unsafe self.easy = easy
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText!.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let options = unsafe Options(easy)
        setTarget(options, addresses)
        setFields(options)
        setBody(options)
        setPolicy(options)
        setCallbacks(options)
    }

    private func setTarget(_ options: Options, _ addresses: [IPAddress]) {
        let host = request.authority.host
        let url = host.contains(":") ? "[\(host)]" : host
        let port = request.authority.port
        // What libcurl makes of a path is not what is sent: that is the target as it stands.
        options.set(CURLOPT_URL, "\(request.isSecure ? "https" : "http")://\(url):\(port)/")
        options.set(CURLOPT_REQUEST_TARGET, request.path)
        options.set(CURLOPT_CUSTOMREQUEST, request.method.name)
        if addresses.isEmpty { return }
        let list = addresses.map { $0.family == .ipv6 ? "[\($0)]" : "\($0)" }
        // The plus lets it be forgotten in time.
        let entry = "+\(host):\(port):\(list.joined(separator: ","))"
        unsafe addressList = unsafe curl_slist([Array(entry.utf8)])
        unsafe options.set(CURLOPT_RESOLVE, list: addressList)
    }

    /// The guest's fields and no others. libcurl counts the body itself.
    private func setFields(_ options: Options) {
        var lines = ["Host: \(request.authority.text)"].map { Array($0.utf8) }
        var names: Set<String> = []
        for field in request.fields {
            let name = field.name.lowercased()
            names.insert(name)
            if name == "content-length", request.body != .none { continue }
            // A semicolon is how libcurl is asked for a field without a value.
            lines.append(
                Array((field.name + (field.value.isEmpty ? ";" : ": ")).utf8) + field.value)
        }
        // What it would add by itself.
        for name in ["accept", "expect", "user-agent"] where !names.contains(name) {
            lines.append(Array("\(name):".utf8))
        }
        unsafe fieldList = unsafe curl_slist(lines)
        unsafe options.set(CURLOPT_HTTPHEADER, list: fieldList)
    }

    private func setBody(_ options: Options) {
        switch request.body {
        case .none:
            options.set(request.method == .head ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1)
        case .length(let length):
            options.set(CURLOPT_UPLOAD, 1)
            options.set(size: CURLOPT_INFILESIZE_LARGE, Int(clamping: length))
        case .chunked:
            options.set(CURLOPT_UPLOAD, 1)
        }
        // An answer that comes early does not end a body that its server may still want.
        options.set(CURLOPT_KEEP_SENDING_ON_ERROR, 1)
    }

    /// Neither proxies nor redirects, neither cookies nor anything else that nobody has asked for.
    private func setPolicy(_ options: Options) {
        options.set(CURLOPT_PROXY, "")
        options.set(CURLOPT_NOPROXY, "*")
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        options.set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        // Chunks are read here (``ChunkReader``).
        options.set(CURLOPT_HTTP_TRANSFER_DECODING, 0)
        options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        options.set(CURLOPT_HTTP09_ALLOWED, 0)
        options.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        // Signals are the process's. No write of libcurl's raises SIGPIPE, TLS's neither.
        options.set(CURLOPT_NOSIGNAL, 1)
        // Time is the host's.
        options.set(CURLOPT_CONNECTTIMEOUT_MS, Int(CInt.max))
        // A name's addresses are looked up for every request; these are libcurl's for no longer than that.
        options.set(CURLOPT_DNS_CACHE_TIMEOUT, 3600)
        if let file = transport.authorities.file { options.set(CURLOPT_CAINFO, file) }
        if let directory = transport.authorities.directory {
            options.set(CURLOPT_CAPATH, directory)
        }
    }

    private func setCallbacks(_ options: Options) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe options.set(CURLOPT_PRIVATE, context)
        unsafe options.set(CURLOPT_ERRORBUFFER, errorText)
        unsafe options.set(CURLOPT_HEADERDATA, context)
        unsafe options.set(CURLOPT_WRITEDATA, context)
        unsafe options.set(CURLOPT_PREREQDATA, context)
        unsafe options.set(CURLOPT_OPENSOCKETDATA, context)
        // The connection may outlive the exchange.
        unsafe options.set(
            CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(transport).toOpaque())
        unsafe options.set(bytes: CURLOPT_HEADERFUNCTION, Self.onLine)
        unsafe options.set(bytes: CURLOPT_WRITEFUNCTION, Self.onBody)
        let easy = unsafe options.easy
        unsafe options.check(ccurl_set_prerequest(easy, Self.onConnection))
        unsafe options.check(ccurl_set_open_socket(easy, Self.onSocket))
        unsafe options.check(ccurl_set_close_socket(easy, CurlTransport.onClose))
        if request.body == .none { return }
        unsafe options.set(CURLOPT_READDATA, context)
        unsafe options.set(bytes: CURLOPT_READFUNCTION, Self.onRoom)
        if request.body == .chunked {
            unsafe options.set(CURLOPT_TRAILERDATA, context)
            unsafe options.check(ccurl_set_trailers(easy, Self.onTrailers))
        }
    }
}

/// libcurl's list of these lines, none of which holds a zero byte.
func curl_slist(_ lines: [[UInt8]]) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
        unsafe (line + [0]).withUnsafeBufferPointer { line in
            unsafe line.withMemoryRebound(to: CChar.self) { line in
                guard let longer = unsafe curl_slist_append(list, line.baseAddress) else {
                    fatalError("pollux cannot set up a request: out of memory")
                }
                unsafe list = longer
            }
        }
    }
    return unsafe list
}

/// Sets options of one transfer. Every one of them is known to libcurl 7.85, so a refusal is a lack of
/// memory.
@safe
struct Options {
    let easy: UnsafeMutableRawPointer

    init(_ easy: UnsafeMutableRawPointer) { unsafe self.easy = easy }

    func set(_ option: CURLoption, _ value: Int) {
        check(unsafe ccurl_set_long(easy, option, value))
    }

    func set(size option: CURLoption, _ value: Int) {
        check(unsafe ccurl_set_size(easy, option, value))
    }

    func set(_ option: CURLoption, _ text: String) {
        check(unsafe ccurl_set_text(easy, option, text))
    }

    func set(_ option: CURLoption, _ pointer: UnsafeMutableRawPointer?) {
        check(unsafe ccurl_set_pointer(easy, option, pointer))
    }

    func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
        check(unsafe ccurl_set_list(easy, option, list))
    }

    func set(bytes option: CURLoption, _ callback: @escaping curl_write_callback) {
        check(unsafe ccurl_set_bytes(easy, option, callback))
    }

    func check(_ code: CURLcode) {
        if code == CURLE_OK { return }
        fatalError(
            "pollux cannot set up a request: \(unsafe String(cString: curl_easy_strerror(code)))")
    }
}
