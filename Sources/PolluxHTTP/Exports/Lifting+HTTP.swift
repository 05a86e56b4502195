// Reading the arguments of wasi:http.

import CWASIp2
import PolluxHost
import PolluxNative

extension Lifting {
    /// `list<u8>`.
    static func bytes(
        _ start: UnsafePointer<UInt8>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> [UInt8] {
        try check(UInt(bitPattern: start), count: count, stride: 1, in: call)
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// `list<tuple<field-key, field-value>>`.
    static func fields(
        _ list: UnsafePointer<wasi_http_field_t>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> [HTTPField] {
        try unsafe check(
            UInt(bitPattern: list), count: count,
            stride: MemoryLayout<wasi_http_field_t>.stride,
            alignment: MemoryLayout<wasi_http_field_t>.alignment, in: call)
        let buffer = unsafe UnsafeBufferPointer(start: list, count: count)
        var fields: [HTTPField] = []
        for index in 0..<count {
            let field = unsafe buffer[index]
            let name = try unsafe string(field.name.ptr, count: field.name.len, in: call)
            let value = try unsafe bytes(field.value.ptr, count: field.value.len, in: call)
            fields.append(HTTPField(name, value))
        }
        return fields
    }

    /// `list<field-value>`.
    static func values(
        _ list: UnsafePointer<wasi_http_field_value_t>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> [[UInt8]] {
        try unsafe check(
            UInt(bitPattern: list), count: count,
            stride: MemoryLayout<wasi_http_field_value_t>.stride,
            alignment: MemoryLayout<wasi_http_field_value_t>.alignment, in: call)
        let buffer = unsafe UnsafeBufferPointer(start: list, count: count)
        var values: [[UInt8]] = []
        for index in 0..<count {
            let value = unsafe buffer[index]
            values.append(try unsafe bytes(value.ptr, count: value.len, in: call))
        }
        return values
    }

    /// The flag of an `option`.
    static func isSome(_ flag: Int32, in call: HostCall) throws(HostTrap) -> Bool {
        switch flag {
        case 0: return false
        case 1: return true
        default:
            throw HostTrap(.invalidDiscriminant(type: "option", value: Int64(flag)), in: call)
        }
    }

    /// `option<own<…>>`, flat.
    static func handle(
        _ flag: Int32, _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> Int32? {
        try isSome(flag, in: call) ? handle : nil
    }

    /// `option<string>`, flat.
    static func string(
        _ flag: Int32, _ start: UnsafePointer<UInt8>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> String? {
        guard try isSome(flag, in: call) else { return nil }
        return try unsafe string(start, count: count, in: call)
    }

    /// `option<duration>`, flat.
    static func duration(
        _ flag: Int32, _ duration: Int64, in call: HostCall
    ) throws(HostTrap) -> UInt64? {
        try isSome(flag, in: call) ? UInt64(bitPattern: duration) : nil
    }

    /// `method`, flat.
    static func method(
        _ tag: Int32, _ start: UnsafePointer<UInt8>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> HTTPMethod {
        switch Int(tag) {
        case WASI_HTTP_METHOD_GET: return .get
        case WASI_HTTP_METHOD_HEAD: return .head
        case WASI_HTTP_METHOD_POST: return .post
        case WASI_HTTP_METHOD_PUT: return .put
        case WASI_HTTP_METHOD_DELETE: return .delete
        case WASI_HTTP_METHOD_CONNECT: return .connect
        case WASI_HTTP_METHOD_OPTIONS: return .options
        case WASI_HTTP_METHOD_TRACE: return .trace
        case WASI_HTTP_METHOD_PATCH: return .patch
        case WASI_HTTP_METHOD_OTHER:
            return .other(try unsafe string(start, count: count, in: call))
        default:
            throw HostTrap(.invalidDiscriminant(type: "method", value: Int64(tag)), in: call)
        }
    }

    /// `option<scheme>`, flat.
    static func scheme(
        _ flag: Int32, _ tag: Int32, _ start: UnsafePointer<UInt8>?, count: Int,
        in call: HostCall
    ) throws(HostTrap) -> HTTPScheme? {
        guard try isSome(flag, in: call) else { return nil }
        switch Int(tag) {
        case WASI_HTTP_SCHEME_HTTP: return .http
        case WASI_HTTP_SCHEME_HTTPS: return .https
        case WASI_HTTP_SCHEME_OTHER:
            return .other(try unsafe string(start, count: count, in: call))
        default:
            throw HostTrap(.invalidDiscriminant(type: "scheme", value: Int64(tag)), in: call)
        }
    }
}
