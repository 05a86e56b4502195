// Asks a server and prints what it answers, with nothing but the imports and one poll:
// `swift run http-poll http://127.0.0.1:8080/`.

import WASIp2
import WASIp2HTTP

@main
struct HTTPPoll {
    static func main() {
        let arguments = Environment.arguments()
        guard arguments.count == 2, let url = URLParts(arguments[1]) else {
            print("usage: http-poll http[s]://HOST[:PORT][/PATH]")
            exit(success: false)
        }
        do {
            try printHeaders(of: url)
        } catch {
            print("http-poll: \(error)")
            exit(success: false)
        }
    }

    /// Sends a GET, waits until the response is there, and prints its status and headers.
    static func printHeaders(of url: URLParts) throws {
        let request = OutgoingRequest(try Fields([Field("user-agent", "http-poll")]))
        try request.setScheme(url.isSecure ? .https : .http)
        try request.setAuthority(url.authority)
        try request.setPathWithQuery(url.path)

        let future = try request.send()
        let pollable = future.subscribe()
        _ = poll([pollable.borrow])
        switch future.get() {
        case .value(let response):
            print(response.status)
            for field in response.headers().entries {
                print("\(field.name): \(String(decoding: field.value, as: UTF8.self))")
            }
        case .failed(let error): throw error
        case .pending: preconditionFailure("poll said that the response is there")
        case .taken: preconditionFailure("nobody has taken the response")
        }
    }
}

/// The parts of a URL that a request is made of.
struct URLParts {
    var isSecure: Bool
    var authority: String
    var path: String

    /// Reads an http or https URL; `nil` for anything else.
    init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            isSecure = true
            rest = text.dropFirst(8)
        } else if text.hasPrefix("http://") {
            isSecure = false
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        authority = String(rest[..<end])
        path = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
    }
}
