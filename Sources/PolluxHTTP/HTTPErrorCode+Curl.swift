// What libcurl says of a failure, in the words of wasi:http.

import CCurl
import Glibc
import PolluxHost

extension HTTPErrorCode {
    /// The end of an exchange that libcurl gave up.
    /// - Parameters:
    ///   - result: other than CURLE_OK.
    ///   - systemError: errno of the last system call that failed, 0 for none.
    ///   - isHeadComplete: whether the response's head was there.
    ///   - text: what libcurl says for people; may be empty.
    init(_ result: CURLcode, systemError: CInt, isHeadComplete: Bool, text: String) {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: self = .noAddress
        case CURLE_COULDNT_CONNECT:
            // HTTP-65: why, is not told.
            self = systemError == ETIMEDOUT ? .connectionTimeout : .connectionRefused
        case CURLE_URL_MALFORMAT: self = .requestURIInvalid
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_CIPHER,
            CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_SHUTDOWN_FAILED:
            self = Self.tls(text)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE:
            self = .tlsCertificateError
        case CURLE_SSL_CACERT_BADFILE: self = .configurationError
        case CURLE_PARTIAL_FILE: self = .responseIncomplete
        case CURLE_GOT_NOTHING, CURLE_SEND_FAIL_REWIND: self = .connectionTerminated
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            // Broken chunks, too many headers and the like are RECV_ERROR without a system call.
            self = Self.ends.contains(systemError) ? .connectionTerminated : .protocolError
        case CURLE_BAD_CONTENT_ENCODING: self = .responseTransferCoding(nil)
        case CURLE_OUT_OF_MEMORY where !isHeadComplete, Self.tooLarge where !isHeadComplete:
            // One line is longer than libcurl takes.
            self = .responseHeaderSize(HTTPFieldSize(name: nil, size: nil))
        case CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY,
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT:
            self = .protocolError
        default:
            let name = unsafe String(cString: curl_easy_strerror(result))
            self = .internalError(text.isEmpty ? name : text)
        }
    }

    /// CURLE_TOO_LARGE, which newer libcurls say.
    private static let tooLarge = CURLcode(rawValue: 100)

    /// HTTP-64.
    static let noAddress = HTTPErrorCode.dnsError(rcode: "address not available", infoCode: 0)

    /// How a connection ends under somebody's hands.
    private static let ends: Set<CInt> = [
        ECONNRESET, ECONNABORTED, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN, ENOTCONN,
    ]

    /// A handshake that failed; OpenSSL's text names the alert, where the peer has sent one:
    /// `…:tlsv1 alert protocol version`.
    private static func tls(_ text: String) -> HTTPErrorCode {
        guard let alert = text.firstRange(of: " alert ") else { return .tlsProtocolError }
        return .tlsAlertReceived(id: nil, message: String(text[alert.upperBound...]))
    }
}
