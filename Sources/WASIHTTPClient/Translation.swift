// Between HTTPTypes and wasi:http.

import HTTPTypes
import WASIp2HTTP

extension RequestScheme {
    init(_ scheme: String) {
        self =
            switch scheme.lowercased() {
            case "http": .http
            case "https": .https
            default: .other(scheme)
            }
    }
}

extension Fields {
    /// A new handle of these fields, in their order.
    init(_ fields: HTTPFields) throws(InvalidRequest) {
        self.init()
        for field in fields {
            let name = field.name.rawName
            let value = field.withUnsafeBytesOfValue { Array($0) }
            do { try append(name, value) } catch { throw .field(name: name, error) }
        }
    }
}

extension HTTPFields {
    /// What came from the host.
    /// - Throws: `HTTPError.protocolError` for a name that is no token.
    init(_ entries: [Field]) throws(HTTPError) {
        self.init()
        for entry in entries {
            guard let name = HTTPField.Name(entry.name) else { throw .protocolError }
            append(HTTPField(name: name, value: entry.value))
        }
    }
}
