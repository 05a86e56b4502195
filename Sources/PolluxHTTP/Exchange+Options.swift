// A request in the words of libcurl's options.

import CCurl
import Glibc
import PolluxHost

extension Exchange {
    /// Gives a transfer this request, whatever the transfer carried before.
    /// - Parameter addresses: of the authority's host, where that is a name.
    func set(_ transfer: Transfer, to addresses: [IPAddress]) {
        let options = unsafe Options(transfer.easy)
        setTarget(of: transfer, options)
        setFields(of: transfer, options)
        setAddresses(addresses, of: transfer, options)
        setBody(options)
    }

    /// What a transfer has already from its last request is not set again.
    private func setTarget(of transfer: Transfer, _ options: Options) {
        let (isSecure, authority) = (request.isSecure, request.authority)
        let last = transfer.target
        if last?.isSecure != isSecure || last?.authority != authority {
            let host = authority.host.utf8.contains(58) ? "[\(authority.host)]" : authority.host
            // What libcurl makes of a path is not what is sent: that is the target as it stands.
            let url = "\(isSecure ? "https" : "http")://\(host):\(authority.port)/"
            options.set(CURLOPT_URL, url)
        }
        if last?.path != request.path { options.set(CURLOPT_REQUEST_TARGET, request.path) }
        if last?.method != request.method {
            options.set(CURLOPT_CUSTOMREQUEST, request.method.name)
        }
        transfer.target = Transfer.Target(
            isSecure: isSecure, authority: authority, path: request.path, method: request.method)
    }

    private func setAddresses(
        _ addresses: [IPAddress], of transfer: Transfer, _ options: Options
    ) {
        if addresses.isEmpty { return }
        let authority = request.authority
        let list = addresses.map { $0.family == .ipv6 ? "[\($0)]" : "\($0)" }
        // The plus lets it be forgotten in time.
        let entry = "+\(authority.host):\(authority.port):\(list.joined(separator: ","))"
        unsafe transfer.addressList = unsafe curl_slist([Array(entry.utf8)])
        unsafe options.set(CURLOPT_RESOLVE, list: transfer.addressList)
    }

    /// The guest's fields and no others. libcurl counts the body itself.
    private func setFields(of transfer: Transfer, _ options: Options) {
        var lines = [Array("Host: ".utf8) + request.authority.text.utf8]
        var (saysAccept, saysExpect, saysUserAgent) = (false, false, false)
        for field in request.fields {
            switch field.name.lowercased() {
            case "accept": saysAccept = true
            case "expect": saysExpect = true
            case "user-agent": saysUserAgent = true
            case "content-length" where request.body != .none: continue
            default: break
            }
            // A semicolon is how libcurl is asked for a field without a value.
            lines.append(
                Array((field.name + (field.value.isEmpty ? ";" : ": ")).utf8) + field.value)
        }
        // What it would add by itself.
        if !saysAccept { lines.append(Array("accept:".utf8)) }
        if !saysExpect { lines.append(Array("expect:".utf8)) }
        if !saysUserAgent { lines.append(Array("user-agent:".utf8)) }
        unsafe transfer.fieldList = unsafe curl_slist(lines)
        unsafe options.set(CURLOPT_HTTPHEADER, list: transfer.fieldList)
    }

    private func setBody(_ options: Options) {
        // A GET, which undoes what other methods have set.
        options.set(CURLOPT_HTTPGET, 1)
        switch request.body {
        case .none: if request.method == .head { options.set(CURLOPT_NOBODY, 1) }
        case .length(let length):
            options.set(CURLOPT_UPLOAD, 1)
            options.set(size: CURLOPT_INFILESIZE_LARGE, Int(clamping: length))
        case .chunked:
            options.set(CURLOPT_UPLOAD, 1)
            options.set(size: CURLOPT_INFILESIZE_LARGE, -1)
            unsafe options.check(ccurl_set_trailers(options.easy, Self.onTrailers))
        }
    }
}

/// libcurl's list of these lines, none of which holds a zero byte.
func curl_slist(_ lines: [[UInt8]]) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    for var line in lines {
        line.append(0)
        unsafe line.withUnsafeBufferPointer { line in
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
