// The imports of wasi:http@0.2.0 (types, outgoing-handler) that a client needs, as C functions. How
// results, lists and handles travel: wasi_io.h.
//
// An `option` of a parameter is a flag and its value's flat parameters, which are 0 where it is none.
#ifndef WASI_HTTP_H
#define WASI_HTTP_H

#include "wasi_import.h"

WASI_BEGIN_DECLS

// MARK: Values

/// `string`: UTF-8, with no terminating zero.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_http_string_t;

/// `field-value`: `list<u8>`.
typedef struct {
    uint8_t *_Nullable ptr;
    size_t len;
} wasi_http_field_value_t;

/// `list<field-value>`.
typedef struct {
    wasi_http_field_value_t *_Nullable ptr;
    size_t len;
} wasi_http_list_field_value_t;

/// `tuple<field-key, field-value>`.
typedef struct {
    wasi_http_string_t name;
    wasi_http_field_value_t value;
} wasi_http_field_t;

WASI_LAYOUT(sizeof(wasi_http_field_t) == 4 * sizeof(void *));

/// `list<tuple<field-key, field-value>>`.
typedef struct {
    wasi_http_field_t *_Nullable ptr;
    size_t len;
} wasi_http_list_field_t;

/// `option<string>`.
typedef struct {
    uint8_t is_some;
    wasi_http_string_t value;
} wasi_http_option_string_t;

WASI_LAYOUT(sizeof(wasi_http_option_string_t) == 3 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_http_option_string_t, value) == sizeof(void *));

/// `option<u8>`.
typedef struct {
    uint8_t is_some;
    uint8_t value;
} wasi_http_option_u8_t;

/// `option<u16>`.
typedef struct {
    uint8_t is_some;
    uint16_t value;
} wasi_http_option_u16_t;

/// `option<u32>`.
typedef struct {
    uint8_t is_some;
    uint32_t value;
} wasi_http_option_u32_t;

/// `option<u64>`: of `duration`, too, which counts ns.
typedef struct {
    uint8_t is_some;
    uint64_t value;
} wasi_http_option_u64_t;

WASI_LAYOUT(sizeof(wasi_http_option_u8_t) == 2);
WASI_LAYOUT(sizeof(wasi_http_option_u16_t) == 4);
WASI_LAYOUT(sizeof(wasi_http_option_u32_t) == 8);
WASI_LAYOUT(sizeof(wasi_http_option_u64_t) == 16);
WASI_LAYOUT(offsetof(wasi_http_option_u64_t, value) == 8);

/// The cases of `method`.
enum {
    WASI_HTTP_METHOD_GET = 0,
    WASI_HTTP_METHOD_HEAD = 1,
    WASI_HTTP_METHOD_POST = 2,
    WASI_HTTP_METHOD_PUT = 3,
    WASI_HTTP_METHOD_DELETE = 4,
    WASI_HTTP_METHOD_CONNECT = 5,
    WASI_HTTP_METHOD_OPTIONS = 6,
    WASI_HTTP_METHOD_TRACE = 7,
    WASI_HTTP_METHOD_PATCH = 8,
    WASI_HTTP_METHOD_OTHER = 9,
};

/// `variant method`; `other` means something only for other.
typedef struct {
    uint8_t tag;
    wasi_http_string_t other;
} wasi_http_method_t;

WASI_LAYOUT(sizeof(wasi_http_method_t) == 3 * sizeof(void *));

/// The cases of `scheme`.
enum {
    WASI_HTTP_SCHEME_HTTP = 0,
    WASI_HTTP_SCHEME_HTTPS = 1,
    WASI_HTTP_SCHEME_OTHER = 2,
};

/// `variant scheme`; `other` means something only for other.
typedef struct {
    uint8_t tag;
    wasi_http_string_t other;
} wasi_http_scheme_t;

/// `option<scheme>`.
typedef struct {
    uint8_t is_some;
    wasi_http_scheme_t value;
} wasi_http_option_scheme_t;

WASI_LAYOUT(sizeof(wasi_http_option_scheme_t) == 4 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_http_option_scheme_t, value) == sizeof(void *));

/// The cases of `header-error`.
enum {
    WASI_HTTP_HEADER_ERROR_INVALID_SYNTAX = 0,
    WASI_HTTP_HEADER_ERROR_FORBIDDEN = 1,
    WASI_HTTP_HEADER_ERROR_IMMUTABLE = 2,
};

// MARK: error-code

/// The cases of `error-code`.
enum {
    WASI_HTTP_ERROR_CODE_DNS_TIMEOUT = 0,
    WASI_HTTP_ERROR_CODE_DNS_ERROR = 1,
    WASI_HTTP_ERROR_CODE_DESTINATION_NOT_FOUND = 2,
    WASI_HTTP_ERROR_CODE_DESTINATION_UNAVAILABLE = 3,
    WASI_HTTP_ERROR_CODE_DESTINATION_IP_PROHIBITED = 4,
    WASI_HTTP_ERROR_CODE_DESTINATION_IP_UNROUTABLE = 5,
    WASI_HTTP_ERROR_CODE_CONNECTION_REFUSED = 6,
    WASI_HTTP_ERROR_CODE_CONNECTION_TERMINATED = 7,
    WASI_HTTP_ERROR_CODE_CONNECTION_TIMEOUT = 8,
    WASI_HTTP_ERROR_CODE_CONNECTION_READ_TIMEOUT = 9,
    WASI_HTTP_ERROR_CODE_CONNECTION_WRITE_TIMEOUT = 10,
    WASI_HTTP_ERROR_CODE_CONNECTION_LIMIT_REACHED = 11,
    WASI_HTTP_ERROR_CODE_TLS_PROTOCOL_ERROR = 12,
    WASI_HTTP_ERROR_CODE_TLS_CERTIFICATE_ERROR = 13,
    WASI_HTTP_ERROR_CODE_TLS_ALERT_RECEIVED = 14,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_DENIED = 15,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_LENGTH_REQUIRED = 16,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_BODY_SIZE = 17,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_METHOD_INVALID = 18,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_URI_INVALID = 19,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_URI_TOO_LONG = 20,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_HEADER_SECTION_SIZE = 21,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_HEADER_SIZE = 22,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_TRAILER_SECTION_SIZE = 23,
    WASI_HTTP_ERROR_CODE_HTTP_REQUEST_TRAILER_SIZE = 24,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_INCOMPLETE = 25,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_HEADER_SECTION_SIZE = 26,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_HEADER_SIZE = 27,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_BODY_SIZE = 28,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRAILER_SECTION_SIZE = 29,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRAILER_SIZE = 30,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRANSFER_CODING = 31,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_CONTENT_CODING = 32,
    WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TIMEOUT = 33,
    WASI_HTTP_ERROR_CODE_HTTP_UPGRADE_FAILED = 34,
    WASI_HTTP_ERROR_CODE_HTTP_PROTOCOL_ERROR = 35,
    WASI_HTTP_ERROR_CODE_LOOP_DETECTED = 36,
    WASI_HTTP_ERROR_CODE_CONFIGURATION_ERROR = 37,
    WASI_HTTP_ERROR_CODE_INTERNAL_ERROR = 38,
};

/// `record DNS-error-payload`.
typedef struct {
    wasi_http_option_string_t rcode;
    wasi_http_option_u16_t info_code;
} wasi_http_dns_error_t;

/// `record TLS-alert-received-payload`.
typedef struct {
    wasi_http_option_u8_t alert_id;
    wasi_http_option_string_t alert_message;
} wasi_http_tls_alert_t;

/// `record field-size-payload`.
typedef struct {
    wasi_http_option_string_t field_name;
    wasi_http_option_u32_t field_size;
} wasi_http_field_size_t;

WASI_LAYOUT(sizeof(wasi_http_dns_error_t) == 4 * sizeof(void *));
WASI_LAYOUT(sizeof(wasi_http_tls_alert_t) == 4 * sizeof(void *));
WASI_LAYOUT(sizeof(wasi_http_field_size_t) == 3 * sizeof(void *) + 8);

/// `option<field-size-payload>`.
typedef struct {
    uint8_t is_some;
    wasi_http_field_size_t value;
} wasi_http_option_field_size_t;

WASI_LAYOUT(sizeof(wasi_http_option_field_size_t) == 4 * sizeof(void *) + 8);

/// `variant error-code`. Which member counts follows from the tag: `dns_error` for DNS-error, `tls_alert`
/// for TLS-alert-received, `body_size` for both body sizes, `section_size` for the four section
/// sizes, `option_field_size` for the request's header size, `field_size` for the other three sizes of a
/// field, `text` for the two codings and internal-error; none for the rest.
typedef struct {
    uint8_t tag;
    union {
        wasi_http_dns_error_t dns_error;
        wasi_http_tls_alert_t tls_alert;
        wasi_http_option_u64_t body_size;
        wasi_http_option_u32_t section_size;
        wasi_http_option_field_size_t option_field_size;
        wasi_http_field_size_t field_size;
        wasi_http_option_string_t text;
    } value;
} wasi_http_error_code_t;

WASI_LAYOUT(sizeof(wasi_http_error_code_t) == 16 + 4 * sizeof(void *));
WASI_LAYOUT(offsetof(wasi_http_error_code_t, value) == 8);
WASI_LAYOUT(offsetof(wasi_http_error_code_t, value.body_size.value) == 16);
WASI_LAYOUT(
    offsetof(wasi_http_error_code_t, value.option_field_size.value) == 8 + sizeof(void *));

// MARK: Return areas

/// `option<error-code>`.
typedef struct {
    uint8_t is_some;
    wasi_http_error_code_t value;
} wasi_http_option_error_code_t;

WASI_LAYOUT(offsetof(wasi_http_option_error_code_t, value) == 8);

/// `result<_, header-error>`.
typedef struct {
    uint8_t is_err;
    uint8_t err;
} wasi_http_result_header_t;

WASI_LAYOUT(sizeof(wasi_http_result_header_t) == 2);

/// `result<own<fields>, header-error>`.
typedef struct {
    uint8_t is_err;
    union {
        int32_t ok;
        uint8_t err;
    } value;
} wasi_http_result_fields_t;

WASI_LAYOUT(sizeof(wasi_http_result_fields_t) == 8);
WASI_LAYOUT(offsetof(wasi_http_result_fields_t, value) == 4);

/// `result<own<…>>`: an error carries nothing.
typedef struct {
    uint8_t is_err;
    int32_t ok;
} wasi_http_result_handle_t;

WASI_LAYOUT(sizeof(wasi_http_result_handle_t) == 8);
WASI_LAYOUT(offsetof(wasi_http_result_handle_t, ok) == 4);

/// `result<_, error-code>`.
typedef struct {
    uint8_t is_err;
    wasi_http_error_code_t err;
} wasi_http_result_void_t;

WASI_LAYOUT(offsetof(wasi_http_result_void_t, err) == 8);

/// `result<own<…>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        int32_t ok;
        wasi_http_error_code_t err;
    } value;
} wasi_http_result_own_t;

WASI_LAYOUT(offsetof(wasi_http_result_own_t, value) == 8);

/// `option<result<result<own<incoming-response>, error-code>>>`. `is_taken` is the error of the outer
/// result.
typedef struct {
    uint8_t is_some;
    struct {
        uint8_t is_taken;
        wasi_http_result_own_t value;
    } value;
} wasi_http_future_response_t;

WASI_LAYOUT(offsetof(wasi_http_future_response_t, value.is_taken) == 8);
WASI_LAYOUT(offsetof(wasi_http_future_response_t, value.value.is_err) == 16);
WASI_LAYOUT(offsetof(wasi_http_future_response_t, value.value.value) == 24);
WASI_LAYOUT(sizeof(wasi_http_future_response_t) == 40 + 4 * sizeof(void *));

/// `option<own<trailers>>`.
typedef struct {
    uint8_t is_some;
    int32_t value;
} wasi_http_option_handle_t;

/// `result<option<own<trailers>>, error-code>`.
typedef struct {
    uint8_t is_err;
    union {
        wasi_http_option_handle_t ok;
        wasi_http_error_code_t err;
    } value;
} wasi_http_result_trailers_t;

/// `option<result<result<option<own<trailers>>, error-code>>>`. `is_taken` is the error of the outer
/// result.
typedef struct {
    uint8_t is_some;
    struct {
        uint8_t is_taken;
        wasi_http_result_trailers_t value;
    } value;
} wasi_http_future_trailers_t;

WASI_LAYOUT(offsetof(wasi_http_future_trailers_t, value.value.value.ok.is_some) == 24);
WASI_LAYOUT(offsetof(wasi_http_future_trailers_t, value.value.value.ok.value) == 28);
WASI_LAYOUT(sizeof(wasi_http_future_trailers_t) == 40 + 4 * sizeof(void *));

// MARK: wasi:http/types, errors and fields

/// `http-error-code`: the code of a stream's error, where it is one of HTTP's. The error stays the
/// caller's.
WASI_IMPORT("wasi:http/types@0.2.0", "http-error-code")
void __wasm_import_wasi_http_types_http_error_code(
    int32_t err, wasi_http_option_error_code_t *_Nonnull ret);

/// `fields.constructor`: empty fields, mutable.
WASI_IMPORT("wasi:http/types@0.2.0", "[constructor]fields")
int32_t __wasm_import_wasi_http_types_constructor_fields(void);

/// `fields.from-list`: fields of these entries, mutable, or the first error.
WASI_IMPORT("wasi:http/types@0.2.0", "[static]fields.from-list")
void __wasm_import_wasi_http_types_static_fields_from_list(
    const wasi_http_field_t *_Nullable entries, size_t len,
    wasi_http_result_fields_t *_Nonnull ret);

/// `fields.get`: all values of a name, in any case.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.get")
void __wasm_import_wasi_http_types_method_fields_get(
    int32_t self, const uint8_t *_Nullable name, size_t len,
    wasi_http_list_field_value_t *_Nonnull ret);

/// `fields.has`: 0 or 1.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.has")
int32_t __wasm_import_wasi_http_types_method_fields_has(
    int32_t self, const uint8_t *_Nullable name, size_t len);

/// `fields.set`: puts these values in place of those of a name.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.set")
void __wasm_import_wasi_http_types_method_fields_set(
    int32_t self, const uint8_t *_Nullable name, size_t name_len,
    const wasi_http_field_value_t *_Nullable values, size_t values_len,
    wasi_http_result_header_t *_Nonnull ret);

/// `fields.delete`: takes all values of a name out.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.delete")
void __wasm_import_wasi_http_types_method_fields_delete(
    int32_t self, const uint8_t *_Nullable name, size_t len,
    wasi_http_result_header_t *_Nonnull ret);

/// `fields.append`: adds a value behind those of a name.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.append")
void __wasm_import_wasi_http_types_method_fields_append(
    int32_t self, const uint8_t *_Nullable name, size_t name_len,
    const uint8_t *_Nullable value, size_t value_len, wasi_http_result_header_t *_Nonnull ret);

/// `fields.entries`: all names with their values.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.entries")
void __wasm_import_wasi_http_types_method_fields_entries(
    int32_t self, wasi_http_list_field_t *_Nonnull ret);

/// `fields.clone`: a copy, which is mutable.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]fields.clone")
int32_t __wasm_import_wasi_http_types_method_fields_clone(int32_t self);

/// Drops an own handle of `fields`.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]fields")
void __wasm_import_wasi_http_types_fields_drop(int32_t handle);

// MARK: wasi:http/types, outgoing-request

/// `outgoing-request.constructor`: a GET with these headers, which are consumed.
WASI_IMPORT("wasi:http/types@0.2.0", "[constructor]outgoing-request")
int32_t __wasm_import_wasi_http_types_constructor_outgoing_request(int32_t headers);

/// `outgoing-request.body`: the body, once; an error from then on.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.body")
void __wasm_import_wasi_http_types_method_outgoing_request_body(
    int32_t self, wasi_http_result_handle_t *_Nonnull ret);

/// `outgoing-request.method`.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.method")
void __wasm_import_wasi_http_types_method_outgoing_request_method(
    int32_t self, wasi_http_method_t *_Nonnull ret);

/// `outgoing-request.set-method`: 0 for ok, 1 for one that is no token.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.set-method")
int32_t __wasm_import_wasi_http_types_method_outgoing_request_set_method(
    int32_t self, int32_t tag, const uint8_t *_Nullable other, size_t len);

/// `outgoing-request.path-with-query`.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.path-with-query")
void __wasm_import_wasi_http_types_method_outgoing_request_path_with_query(
    int32_t self, wasi_http_option_string_t *_Nonnull ret);

/// `outgoing-request.set-path-with-query`: 0 for ok, 1 for what is no path.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.set-path-with-query")
int32_t __wasm_import_wasi_http_types_method_outgoing_request_set_path_with_query(
    int32_t self, int32_t is_some, const uint8_t *_Nullable path, size_t len);

/// `outgoing-request.scheme`.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.scheme")
void __wasm_import_wasi_http_types_method_outgoing_request_scheme(
    int32_t self, wasi_http_option_scheme_t *_Nonnull ret);

/// `outgoing-request.set-scheme`: 0 for ok, 1 for what is no scheme.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.set-scheme")
int32_t __wasm_import_wasi_http_types_method_outgoing_request_set_scheme(
    int32_t self, int32_t is_some, int32_t tag, const uint8_t *_Nullable other, size_t len);

/// `outgoing-request.authority`.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.authority")
void __wasm_import_wasi_http_types_method_outgoing_request_authority(
    int32_t self, wasi_http_option_string_t *_Nonnull ret);

/// `outgoing-request.set-authority`: 0 for ok, 1 for what is no authority.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.set-authority")
int32_t __wasm_import_wasi_http_types_method_outgoing_request_set_authority(
    int32_t self, int32_t is_some, const uint8_t *_Nullable authority, size_t len);

/// `outgoing-request.headers`: a new own handle of the headers, which are immutable.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-request.headers")
int32_t __wasm_import_wasi_http_types_method_outgoing_request_headers(int32_t self);

/// Drops an own handle of `outgoing-request`, which was not sent.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]outgoing-request")
void __wasm_import_wasi_http_types_outgoing_request_drop(int32_t handle);

// MARK: wasi:http/types, request-options

/// `request-options.constructor`: no timeout is set.
WASI_IMPORT("wasi:http/types@0.2.0", "[constructor]request-options")
int32_t __wasm_import_wasi_http_types_constructor_request_options(void);

/// `request-options.connect-timeout`: in ns.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]request-options.connect-timeout")
void __wasm_import_wasi_http_types_method_request_options_connect_timeout(
    int32_t self, wasi_http_option_u64_t *_Nonnull ret);

/// `request-options.set-connect-timeout`: in ns; 0 for ok, 1 where the host has none.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]request-options.set-connect-timeout")
int32_t __wasm_import_wasi_http_types_method_request_options_set_connect_timeout(
    int32_t self, int32_t is_some, int64_t duration);

/// `request-options.first-byte-timeout`: in ns.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]request-options.first-byte-timeout")
void __wasm_import_wasi_http_types_method_request_options_first_byte_timeout(
    int32_t self, wasi_http_option_u64_t *_Nonnull ret);

/// `request-options.set-first-byte-timeout`: in ns; 0 for ok, 1 where the host has none.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]request-options.set-first-byte-timeout")
int32_t __wasm_import_wasi_http_types_method_request_options_set_first_byte_timeout(
    int32_t self, int32_t is_some, int64_t duration);

/// `request-options.between-bytes-timeout`: in ns.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]request-options.between-bytes-timeout")
void __wasm_import_wasi_http_types_method_request_options_between_bytes_timeout(
    int32_t self, wasi_http_option_u64_t *_Nonnull ret);

/// `request-options.set-between-bytes-timeout`: in ns; 0 for ok, 1 where the host has none.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]request-options.set-between-bytes-timeout")
int32_t __wasm_import_wasi_http_types_method_request_options_set_between_bytes_timeout(
    int32_t self, int32_t is_some, int64_t duration);

/// Drops an own handle of `request-options`.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]request-options")
void __wasm_import_wasi_http_types_request_options_drop(int32_t handle);

// MARK: wasi:http/types, outgoing-body

/// `outgoing-body.write`: the stream of the body's bytes, once; an error from then on. A child of the
/// body.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]outgoing-body.write")
void __wasm_import_wasi_http_types_method_outgoing_body_write(
    int32_t self, wasi_http_result_handle_t *_Nonnull ret);

/// `outgoing-body.finish`: the body is complete. Consumes it, and the trailers. Traps while its stream
/// is alive.
WASI_IMPORT("wasi:http/types@0.2.0", "[static]outgoing-body.finish")
void __wasm_import_wasi_http_types_static_outgoing_body_finish(
    int32_t body, int32_t is_some, int32_t trailers, wasi_http_result_void_t *_Nonnull ret);

/// Drops an own handle of `outgoing-body`: it will never be complete, and the peer is to see that.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]outgoing-body")
void __wasm_import_wasi_http_types_outgoing_body_drop(int32_t handle);

// MARK: wasi:http/outgoing-handler

/// `outgoing-handler.handle`: sends a request, or says why it never will. Consumes the request, and the
/// options. Never blocks.
WASI_IMPORT("wasi:http/outgoing-handler@0.2.0", "handle")
void __wasm_import_wasi_http_outgoing_handler_handle(
    int32_t request, int32_t is_some, int32_t options, wasi_http_result_own_t *_Nonnull ret);

// MARK: wasi:http/types, future-incoming-response, incoming-response

/// `future-incoming-response.subscribe`: a new own pollable, ready once the response or an error is
/// there, and from then on. A child of the future.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]future-incoming-response.subscribe")
int32_t __wasm_import_wasi_http_types_method_future_incoming_response_subscribe(int32_t self);

/// `future-incoming-response.get`: none before the response is there, the response or the error once,
/// and that it was taken from then on. Never blocks.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]future-incoming-response.get")
void __wasm_import_wasi_http_types_method_future_incoming_response_get(
    int32_t self, wasi_http_future_response_t *_Nonnull ret);

/// Drops an own handle of `future-incoming-response`; a request whose response was not taken is cut
/// off.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]future-incoming-response")
void __wasm_import_wasi_http_types_future_incoming_response_drop(int32_t handle);

/// `incoming-response.status`: a u16.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]incoming-response.status")
int32_t __wasm_import_wasi_http_types_method_incoming_response_status(int32_t self);

/// `incoming-response.headers`: a new own handle of the headers, which are immutable.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]incoming-response.headers")
int32_t __wasm_import_wasi_http_types_method_incoming_response_headers(int32_t self);

/// `incoming-response.consume`: the body, once; an error from then on.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]incoming-response.consume")
void __wasm_import_wasi_http_types_method_incoming_response_consume(
    int32_t self, wasi_http_result_handle_t *_Nonnull ret);

/// Drops an own handle of `incoming-response`. Its body, once taken, goes on.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]incoming-response")
void __wasm_import_wasi_http_types_incoming_response_drop(int32_t handle);

// MARK: wasi:http/types, incoming-body, future-trailers

/// `incoming-body.stream`: the stream of the body's bytes, once; an error from then on. A child of the
/// body.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]incoming-body.stream")
void __wasm_import_wasi_http_types_method_incoming_body_stream(
    int32_t self, wasi_http_result_handle_t *_Nonnull ret);

/// `incoming-body.finish`: gives the rest of the body up for its trailers. Consumes the body. Traps
/// while its stream is alive.
WASI_IMPORT("wasi:http/types@0.2.0", "[static]incoming-body.finish")
int32_t __wasm_import_wasi_http_types_static_incoming_body_finish(int32_t body);

/// Drops an own handle of `incoming-body`, with whatever of it was not read. Traps while its stream is
/// alive.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]incoming-body")
void __wasm_import_wasi_http_types_incoming_body_drop(int32_t handle);

/// `future-trailers.subscribe`: a new own pollable, ready once the body is over, and from then on. A
/// child of the future.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]future-trailers.subscribe")
int32_t __wasm_import_wasi_http_types_method_future_trailers_subscribe(int32_t self);

/// `future-trailers.get`: none before the body is over; the trailers, none of them or an error once; and
/// that they were taken from then on. Never blocks.
WASI_IMPORT("wasi:http/types@0.2.0", "[method]future-trailers.get")
void __wasm_import_wasi_http_types_method_future_trailers_get(
    int32_t self, wasi_http_future_trailers_t *_Nonnull ret);

/// Drops an own handle of `future-trailers`.
WASI_IMPORT("wasi:http/types@0.2.0", "[resource-drop]future-trailers")
void __wasm_import_wasi_http_types_future_trailers_drop(int32_t handle);

WASI_END_DECLS

#endif
