// The WIT names of the imports of wasi:http.

extension HostCall {
    /// The interface and function of an import of wasi:http; `nil` for every other.
    var httpName: String? {
        switch self {
        case .outgoingHandle: "outgoing-handler.handle"
        case .httpErrorCode: "types.http-error-code"
        case .fieldsConstructor: "types.[constructor]fields"
        case .fieldsFromList: "types.[static]fields.from-list"
        case .fieldsGet: fields("get")
        case .fieldsHas: fields("has")
        case .fieldsSet: fields("set")
        case .fieldsDelete: fields("delete")
        case .fieldsAppend: fields("append")
        case .fieldsEntries: fields("entries")
        case .fieldsClone: fields("clone")
        case .fieldsDrop: "types.[resource-drop]fields"
        case .requestConstructor: "types.[constructor]outgoing-request"
        case .requestBody: request("body")
        case .requestMethod: request("method")
        case .requestSetMethod: request("set-method")
        case .requestPath: request("path-with-query")
        case .requestSetPath: request("set-path-with-query")
        case .requestScheme: request("scheme")
        case .requestSetScheme: request("set-scheme")
        case .requestAuthority: request("authority")
        case .requestSetAuthority: request("set-authority")
        case .requestHeaders: request("headers")
        case .requestDrop: "types.[resource-drop]outgoing-request"
        case .optionsConstructor: "types.[constructor]request-options"
        case .optionsConnectTimeout: options("connect-timeout")
        case .optionsSetConnectTimeout: options("set-connect-timeout")
        case .optionsFirstByteTimeout: options("first-byte-timeout")
        case .optionsSetFirstByteTimeout: options("set-first-byte-timeout")
        case .optionsBetweenBytesTimeout: options("between-bytes-timeout")
        case .optionsSetBetweenBytesTimeout: options("set-between-bytes-timeout")
        case .optionsDrop: "types.[resource-drop]request-options"
        case .outgoingBodyWrite: "types.[method]outgoing-body.write"
        case .outgoingBodyFinish: "types.[static]outgoing-body.finish"
        case .outgoingBodyDrop: "types.[resource-drop]outgoing-body"
        case .futureResponseSubscribe: "types.[method]future-incoming-response.subscribe"
        case .futureResponseGet: "types.[method]future-incoming-response.get"
        case .futureResponseDrop: "types.[resource-drop]future-incoming-response"
        case .responseStatus: "types.[method]incoming-response.status"
        case .responseHeaders: "types.[method]incoming-response.headers"
        case .responseConsume: "types.[method]incoming-response.consume"
        case .responseDrop: "types.[resource-drop]incoming-response"
        case .incomingBodyStream: "types.[method]incoming-body.stream"
        case .incomingBodyFinish: "types.[static]incoming-body.finish"
        case .incomingBodyDrop: "types.[resource-drop]incoming-body"
        case .futureTrailersSubscribe: "types.[method]future-trailers.subscribe"
        case .futureTrailersGet: "types.[method]future-trailers.get"
        case .futureTrailersDrop: "types.[resource-drop]future-trailers"
        default: nil
        }
    }

    /// Whether it is an import of wasi:http.
    package var isOfHTTP: Bool { httpName != nil }

    /// Whether it can be refused while a request is made up.
    package var isOfRequestInTheMaking: Bool {
        switch self {
        case .fieldsFromList, .fieldsSet, .fieldsDelete, .fieldsAppend, .requestBody,
            .requestSetMethod, .requestSetPath, .requestSetScheme, .requestSetAuthority,
            .outgoingBodyWrite:
            true
        default: false
        }
    }

    private func fields(_ function: String) -> String { "types.[method]fields.\(function)" }
    private func request(_ function: String) -> String {
        "types.[method]outgoing-request.\(function)"
    }
    private func options(_ function: String) -> String {
        "types.[method]request-options.\(function)"
    }
}
