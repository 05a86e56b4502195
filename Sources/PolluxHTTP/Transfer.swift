// libcurl's handle of a request, made once and used for many.

import CCurl
import PolluxHost

/// A transfer of libcurl's: what every request of a transport has in common is set once, and then it carries
/// one exchange after the other.
///
/// Its callbacks have the transfer for their context, and find the exchange there.
@safe
final class Transfer {
    let easy: UnsafeMutableRawPointer
    /// Where libcurl writes what went wrong.
    private let errorText: UnsafeMutablePointer<CChar>
    /// Whom it carries; the transport keeps him meanwhile.
    unowned var exchange: Exchange?

    /// What libcurl reads while it carries a request: the fields, and the host's addresses.
    var fieldList: UnsafeMutablePointer<curl_slist>?
    var addressList: UnsafeMutablePointer<curl_slist>?
    /// Where its last request went.
    var target: Target?
    /// libcurl is not to look at the length of the response.
    private var ignoresLength = false

    /// What the first line of a request says, and to whom.
    struct Target {
        var isSecure: Bool
        var authority: HTTPAuthority
        var path: String
        var method: HTTPMethod
    }

    /// - Parameter transport: outlives it.
    init(_ transport: CurlTransport) {
        guard let easy = unsafe curl_easy_init() else {
            fatalError("pollux cannot set up a request: out of memory")
        }
        unsafe self.easy = easy
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let options = unsafe Options(easy)
        setPolicy(options, transport.authorities)
        setCallbacks(options, transport)
    }

    /// The transfer that a context of libcurl's names.
    static func of(_ context: UnsafeMutableRawPointer) -> Transfer {
        unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// The exchange that a callback is about.
    static func exchange(_ context: UnsafeMutableRawPointer?) -> Exchange {
        unsafe of(context!).exchange!
    }

    /// What libcurl says of a failure, for people; may be empty.
    var failureText: String { unsafe String(cString: errorText) }

    // MARK: What every request has

    /// Neither proxies nor redirects, neither cookies nor anything else that nobody has asked for.
    private func setPolicy(_ options: Options, _ authorities: CurlTransport.Authorities) {
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
        // Every new connection's certificate is looked at, whatever an earlier one showed.
        options.set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        // Signals are the process's. No write of libcurl's raises SIGPIPE, TLS's neither.
        options.set(CURLOPT_NOSIGNAL, 1)
        // Time is the host's.
        options.set(CURLOPT_CONNECTTIMEOUT_MS, Int(CInt.max))
        // A name's addresses are looked up for every request; these are libcurl's for no longer than that.
        options.set(CURLOPT_DNS_CACHE_TIMEOUT, 3600)
        // An answer that comes early does not end a body that its server may still want.
        options.set(CURLOPT_KEEP_SENDING_ON_ERROR, 1)
        if let file = authorities.file { options.set(CURLOPT_CAINFO, file) }
        if let directory = authorities.directory { options.set(CURLOPT_CAPATH, directory) }
    }

    private func setCallbacks(_ options: Options, _ transport: CurlTransport) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        for option in [
            CURLOPT_PRIVATE, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA,
            CURLOPT_TRAILERDATA, CURLOPT_PREREQDATA, CURLOPT_OPENSOCKETDATA,
        ] {
            unsafe options.set(option, context)
        }
        unsafe options.set(CURLOPT_ERRORBUFFER, errorText)
        // The connection may outlive exchange and transfer.
        unsafe options.set(
            CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(transport).toOpaque())
        unsafe options.set(bytes: CURLOPT_HEADERFUNCTION, Exchange.onLine)
        unsafe options.set(bytes: CURLOPT_WRITEFUNCTION, Exchange.onBody)
        unsafe options.set(bytes: CURLOPT_READFUNCTION, Exchange.onRoom)
        unsafe options.check(ccurl_set_prerequest(easy, Exchange.onConnection))
        unsafe options.check(ccurl_set_open_socket(easy, Exchange.onSocket))
        unsafe options.check(ccurl_set_close_socket(easy, CurlTransport.onClose))
    }

    /// From now on the end of the response's body is where the stream ends, whatever `content-length` says.
    func ignoreLength() {
        if ignoresLength { return }
        ignoresLength = true
        unsafe Options(easy).set(CURLOPT_IGNORE_CONTENT_LENGTH, 1)
    }

    // MARK: The next request

    /// Whether it may carry another request after this one, which libcurl is through with.
    ///
    /// By its source, libcurl 7.88 keeps with the handle what it should have forgotten: the errno of a
    /// connect that failed before one that did not, how often a request was sent again (`retrycount` in
    /// transfer.c), and that trailers were sent (`trailers_state`), after which it writes the next body's first
    /// chunk to before its buffer. A handle with any of these goes.
    func canGoOn(after result: CURLcode) -> Bool {
        unsafe result == CURLE_OK && ccurl_system_error(easy) == 0
            && exchange?.connections == 1 && exchange?.request.body != .chunked
    }

    /// Leaves nothing of the request that it has carried; libcurl has it no more.
    func forget() {
        let options = unsafe Options(easy)
        unsafe options.set(CURLOPT_HTTPHEADER, list: nil)
        unsafe options.set(CURLOPT_RESOLVE, list: nil)
        freeLists()
        options.set(size: CURLOPT_INFILESIZE_LARGE, -1)
        if ignoresLength { options.set(CURLOPT_IGNORE_CONTENT_LENGTH, 0) }
        ignoresLength = false
        exchange = nil
    }

    private func freeLists() {
        unsafe curl_slist_free_all(fieldList)
        unsafe curl_slist_free_all(addressList)
        unsafe fieldList = nil
        unsafe addressList = nil
    }

    /// libcurl has it no more.
    deinit {
        unsafe curl_easy_cleanup(easy)
        freeLists()
        unsafe errorText.deallocate()
    }
}
