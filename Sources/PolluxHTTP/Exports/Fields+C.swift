// wasi:http/types' fields and http-error-code as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost
import PolluxNative

@c @implementation
public func __wasm_import_wasi_http_types_http_error_code(
    _ err: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_error_code_t>
) {
    CurrentHost.with(.httpErrorCode) { host throws(HostTrap) in
        let code = try host.httpErrorCode(ofError: err)
        unsafe ret.pointee = Lowering.optional(code, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_constructor_fields() -> Int32 {
    CurrentHost.with(.fieldsConstructor) { host throws(HostTrap) in try host.makeFields() }
}

@c @implementation
public func __wasm_import_wasi_http_types_static_fields_from_list(
    _ entries: UnsafePointer<wasi_http_field_t>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_http_result_fields_t>
) {
    CurrentHost.with(.fieldsFromList) { host throws(HostTrap) in
        let fields = try unsafe Lifting.fields(entries, count: len, in: .fieldsFromList)
        let result = try host.makeFields(fields)
        unsafe ret.pointee = Lowering.fields(result)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_get(
    _ self: Int32, _ name: UnsafePointer<UInt8>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_http_list_field_value_t>
) {
    CurrentHost.with(.fieldsGet) { host throws(HostTrap) in
        let name = try unsafe Lifting.string(name, count: len, in: .fieldsGet)
        let values = try host.values(of: name, inFields: self)
        unsafe ret.pointee = Lowering.values(values, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_has(
    _ self: Int32, _ name: UnsafePointer<UInt8>?, _ len: Int
) -> Int32 {
    CurrentHost.with(.fieldsHas) { host throws(HostTrap) in
        let name = try unsafe Lifting.string(name, count: len, in: .fieldsHas)
        return try host.hasField(name, inFields: self) ? 1 : 0
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_set(
    _ self: Int32, _ name: UnsafePointer<UInt8>?, _ name_len: Int,
    _ values: UnsafePointer<wasi_http_field_value_t>?, _ values_len: Int,
    _ ret: UnsafeMutablePointer<wasi_http_result_header_t>
) {
    CurrentHost.with(.fieldsSet) { host throws(HostTrap) in
        let name = try unsafe Lifting.string(name, count: name_len, in: .fieldsSet)
        let values = try unsafe Lifting.values(values, count: values_len, in: .fieldsSet)
        let error = try host.set(name, to: values, inFields: self)
        unsafe ret.pointee = Lowering.header(error)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_delete(
    _ self: Int32, _ name: UnsafePointer<UInt8>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_http_result_header_t>
) {
    CurrentHost.with(.fieldsDelete) { host throws(HostTrap) in
        let name = try unsafe Lifting.string(name, count: len, in: .fieldsDelete)
        let error = try host.delete(name, fromFields: self)
        unsafe ret.pointee = Lowering.header(error)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_append(
    _ self: Int32, _ name: UnsafePointer<UInt8>?, _ name_len: Int,
    _ value: UnsafePointer<UInt8>?, _ value_len: Int,
    _ ret: UnsafeMutablePointer<wasi_http_result_header_t>
) {
    CurrentHost.with(.fieldsAppend) { host throws(HostTrap) in
        let name = try unsafe Lifting.string(name, count: name_len, in: .fieldsAppend)
        let value = try unsafe Lifting.bytes(value, count: value_len, in: .fieldsAppend)
        let error = try host.append(HTTPField(name, value), toFields: self)
        unsafe ret.pointee = Lowering.header(error)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_entries(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_list_field_t>
) {
    CurrentHost.with(.fieldsEntries) { host throws(HostTrap) in
        let entries = try host.entries(ofFields: self)
        unsafe ret.pointee = Lowering.fields(entries, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_fields_clone(_ self: Int32) -> Int32 {
    CurrentHost.with(.fieldsClone) { host throws(HostTrap) in try host.clone(fields: self) }
}

@c @implementation
public func __wasm_import_wasi_http_types_fields_drop(_ handle: Int32) {
    CurrentHost.with(.fieldsDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .fields, in: .fieldsDrop)
    }
}
