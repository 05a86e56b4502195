// wasi:http/types' fields: headers and trailers.

import CWASIp2
import WASIp2

/// One header or trailer field.
public struct Field: Hashable, Sendable {
    /// The name; the same in any case.
    public var name: String
    /// The value; may hold bytes that are no UTF-8.
    public var value: [UInt8]

    /// A field.
    public init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A field whose value is text.
    public init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }
}

/// `header-error`: why fields were not changed.
public enum HeaderError: UInt8, Error, Hashable, Sendable {
    /// A name that is no token, or a value with control characters.
    case invalidSyntax = 0
    /// A name that the host sets itself.
    case forbidden = 1
    /// These fields cannot be changed.
    case immutable = 2

    /// The error of this code; there are no others in 0.2.
    init(code: UInt8) { self = HeaderError(rawValue: code) ?? .invalidSyntax }
}

/// An own handle of `wasi:http/types.fields`: headers or trailers.
///
/// Those of a message cannot be changed; a ``clone()`` can. Ending the value drops the handle.
@frozen
public struct Fields: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `[constructor]fields`: no fields.
    public init() { handle = __wasm_import_wasi_http_types_constructor_fields() }

    /// `[static]fields.from-list`: these fields; throws the error of the first that is wrong.
    public init(_ entries: [Field]) throws(HeaderError) {
        var area = wasi_http_result_fields_t()
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += entry.name.utf8
            bytes += entry.value
        }
        bytes.withUnsafeMutableBufferPointer { bytes in
            var next = bytes.baseAddress
            func take(_ count: Int) -> UnsafeMutablePointer<UInt8>? {
                let start = next
                next = next.map { $0 + count }
                return start
            }
            var list: [wasi_http_field_t] = []
            for entry in entries {
                let nameCount = entry.name.utf8.count
                let name = wasi_http_string_t(ptr: take(nameCount), len: nameCount)
                let count = entry.value.count
                let value = wasi_http_field_value_t(ptr: take(count), len: count)
                list.append(wasi_http_field_t(name: name, value: value))
            }
            list.withUnsafeBufferPointer {
                __wasm_import_wasi_http_types_static_fields_from_list(
                    $0.baseAddress, $0.count, &area)
            }
        }
        if area.is_err != 0 { throw HeaderError(code: area.value.err) }
        handle = area.value.ok
    }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_fields_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    // MARK: Looking

    /// `[method]fields.get`: all values of a name, in order; none for a name that is not there.
    public borrowing func values(of name: String) -> [[UInt8]] {
        var area = wasi_http_list_field_value_t()
        withBytes(name) { start, count in
            __wasm_import_wasi_http_types_method_fields_get(handle, start, count, &area)
        }
        var values: [[UInt8]] = []
        for value in UnsafeBufferPointer(start: area.ptr, count: area.len) {
            values.append(takeBytes(value.ptr, value.len))
        }
        if area.len > 0 { cwasip2_free(area.ptr) }
        return values
    }

    /// `[method]fields.has`: whether the name has a value, be it an empty one.
    public borrowing func has(_ name: String) -> Bool {
        withBytes(name) { start, count in
            __wasm_import_wasi_http_types_method_fields_has(handle, start, count) != 0
        }
    }

    /// `[method]fields.entries`: all of them. Whether names keep their case, and those of one name their
    /// places among others, is the host's choice.
    public var entries: [Field] {
        var area = wasi_http_list_field_t()
        __wasm_import_wasi_http_types_method_fields_entries(handle, &area)
        var entries: [Field] = []
        for entry in UnsafeBufferPointer(start: area.ptr, count: area.len) {
            let name = takeText(entry.name.ptr, entry.name.len)
            entries.append(Field(name, takeBytes(entry.value.ptr, entry.value.len)))
        }
        if area.len > 0 { cwasip2_free(area.ptr) }
        return entries
    }

    /// `[method]fields.clone`: a copy, which can be changed whatever this can.
    public borrowing func clone() -> Fields {
        Fields(owning: __wasm_import_wasi_http_types_method_fields_clone(handle))
    }

    // MARK: Changing

    /// `[method]fields.set`: puts these values in place of those of a name; none takes it out. Traps
    /// where all becomes larger than the host allows.
    public borrowing func set(_ name: String, to values: [[UInt8]]) throws(HeaderError) {
        var area = wasi_http_result_header_t()
        var bytes: [UInt8] = []
        for value in values { bytes += value }
        bytes.withUnsafeMutableBufferPointer { bytes in
            var next = bytes.baseAddress
            var list: [wasi_http_field_value_t] = []
            for value in values {
                list.append(wasi_http_field_value_t(ptr: next, len: value.count))
                next = next.map { $0 + value.count }
            }
            list.withUnsafeBufferPointer { list in
                withBytes(name) { start, count in
                    __wasm_import_wasi_http_types_method_fields_set(
                        handle, start, count, list.baseAddress, list.count, &area)
                }
            }
        }
        if area.is_err != 0 { throw HeaderError(code: area.err) }
    }

    /// As ``set(_:to:)-(_,[[UInt8]])``, of one text.
    public borrowing func set(_ name: String, to value: String) throws(HeaderError) {
        try set(name, to: [Array(value.utf8)])
    }

    /// `[method]fields.append`: adds a value behind those of a name. Traps where all becomes larger
    /// than the host allows.
    public borrowing func append(_ name: String, _ value: [UInt8]) throws(HeaderError) {
        var area = wasi_http_result_header_t()
        value.withUnsafeBufferPointer { value in
            withBytes(name) { start, count in
                __wasm_import_wasi_http_types_method_fields_append(
                    handle, start, count, value.baseAddress, value.count, &area)
            }
        }
        if area.is_err != 0 { throw HeaderError(code: area.err) }
    }

    /// As ``append(_:_:)-(_,[UInt8])``, of a text.
    public borrowing func append(_ name: String, _ value: String) throws(HeaderError) {
        try append(name, Array(value.utf8))
    }

    /// `[method]fields.delete`: takes a name out, if it is there.
    public borrowing func delete(_ name: String) throws(HeaderError) {
        var area = wasi_http_result_header_t()
        withBytes(name) { start, count in
            __wasm_import_wasi_http_types_method_fields_delete(handle, start, count, &area)
        }
        if area.is_err != 0 { throw HeaderError(code: area.err) }
    }
}

// MARK: Texts and bytes

/// Lends a text's UTF-8.
func withBytes<Result>(
    _ text: String, _ body: (UnsafePointer<UInt8>?, Int) -> Result
) -> Result {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
}

/// Takes bytes over that a result points to.
func takeBytes(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> [UInt8] {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if count > 0 { cwasip2_free(start) }
    return bytes
}

/// Takes a text over that a result points to.
func takeText(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> String {
    String(decoding: takeBytes(start, count), as: UTF8.self)
}

extension wasi_http_option_string_t {
    /// The text, taken over; `nil` for none.
    func take() -> String? { is_some == 0 ? nil : takeText(value.ptr, value.len) }
}
