// A call of the C symbol, as a guest makes it: what the shells lift and lower is part of it.

import CWASIp2
import PolluxHost

extension Call {
    /// Makes the call; returns only where the import does.
    func perform() -> Answer {
        switch self {
        case .poll(let list):
            var area = wasi_io_poll_list_u32_t()
            __wasm_import_wasi_io_poll_poll(list, list.count, &area)
            return .indices(take(area.ptr, area.len))
        case .ready(let handle):
            return .number(UInt64(__wasm_import_wasi_io_poll_method_pollable_ready(handle)))
        case .block(let handle): __wasm_import_wasi_io_poll_method_pollable_block(handle)
        case .drop(let handle, let kind): drop(handle, kind)
        case .debugString(let handle):
            var area = wasi_io_error_string_t()
            __wasm_import_wasi_io_error_method_error_to_debug_string(handle, &area)
            return .strings([text(area.ptr, area.len)])
        case .now:
            return .number(UInt64(bitPattern: __wasm_import_wasi_clocks_monotonic_clock_now()))
        case .resolution:
            return .number(
                UInt64(bitPattern: __wasm_import_wasi_clocks_monotonic_clock_resolution()))
        case .wallNow:
            var area = wasi_clocks_wall_clock_datetime_t()
            __wasm_import_wasi_clocks_wall_clock_now(&area)
            return .numbers([area.seconds, UInt64(area.nanoseconds)])
        case .wallResolution:
            var area = wasi_clocks_wall_clock_datetime_t()
            __wasm_import_wasi_clocks_wall_clock_resolution(&area)
            return .numbers([area.seconds, UInt64(area.nanoseconds)])
        case .subscribeInstant(let instant):
            let when = Int64(bitPattern: instant)
            return .handle(
                __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(when), .pollable)
        case .subscribeDuration(let duration):
            let when = Int64(bitPattern: duration)
            return .handle(
                __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(when), .pollable)
        case .arguments, .variables, .initialDirectory, .exit, .standard, .terminal:
            return performOfCLI()
        case .randomBytes, .randomInteger, .insecureBytes, .insecureInteger, .insecureSeed:
            return performOfRandom()
        case .impossiblePoll(let address, let count):
            var area = wasi_io_poll_list_u32_t()
            __wasm_import_wasi_io_poll_poll(UnsafePointer(bitPattern: address), count, &area)
        default: return performOnStream()
        }
        return .none
    }

    private func drop(_ handle: Int32, _ kind: ResourceKind) {
        switch kind {
        case .pollable: __wasm_import_wasi_io_poll_pollable_drop(handle)
        case .error: __wasm_import_wasi_io_error_error_drop(handle)
        case .inputStream: __wasm_import_wasi_io_streams_input_stream_drop(handle)
        case .outputStream: __wasm_import_wasi_io_streams_output_stream_drop(handle)
        case .terminalInput: __wasm_import_wasi_cli_terminal_input_terminal_input_drop(handle)
        case .terminalOutput: __wasm_import_wasi_cli_terminal_output_terminal_output_drop(handle)
        case .network: __wasm_import_wasi_sockets_network_network_drop(handle)
        case .tcpSocket: __wasm_import_wasi_sockets_tcp_tcp_socket_drop(handle)
        case .udpSocket: __wasm_import_wasi_sockets_udp_udp_socket_drop(handle)
        case .incomingDatagramStream:
            __wasm_import_wasi_sockets_udp_incoming_datagram_stream_drop(handle)
        case .outgoingDatagramStream:
            __wasm_import_wasi_sockets_udp_outgoing_datagram_stream_drop(handle)
        case .resolveAddressStream:
            __wasm_import_wasi_sockets_ip_name_lookup_resolve_address_stream_drop(handle)
        case .fields: __wasm_import_wasi_http_types_fields_drop(handle)
        case .outgoingRequest: __wasm_import_wasi_http_types_outgoing_request_drop(handle)
        case .requestOptions: __wasm_import_wasi_http_types_request_options_drop(handle)
        case .outgoingBody: __wasm_import_wasi_http_types_outgoing_body_drop(handle)
        case .futureIncomingResponse:
            __wasm_import_wasi_http_types_future_incoming_response_drop(handle)
        case .incomingResponse: __wasm_import_wasi_http_types_incoming_response_drop(handle)
        case .incomingBody: __wasm_import_wasi_http_types_incoming_body_drop(handle)
        case .futureTrailers: __wasm_import_wasi_http_types_future_trailers_drop(handle)
        }
    }

    private func performOnStream() -> Answer {
        var list = wasi_io_streams_result_list_u8_t()
        var count = wasi_io_streams_result_u64_t()
        var nothing = wasi_io_streams_result_void_t()
        switch self {
        case .read(let handle, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_input_stream_read(handle, length, &list)
            return answer(list)
        case .blockingRead(let handle, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_input_stream_blocking_read(handle, length, &list)
            return answer(list)
        case .skip(let handle, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_input_stream_skip(handle, length, &count)
            return answer(count)
        case .blockingSkip(let handle, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_input_stream_blocking_skip(handle, length, &count)
            return answer(count)
        case .subscribeInput(let handle):
            return .handle(
                __wasm_import_wasi_io_streams_method_input_stream_subscribe(handle), .pollable)
        case .subscribeOutput(let handle):
            return .handle(
                __wasm_import_wasi_io_streams_method_output_stream_subscribe(handle), .pollable)
        case .checkWrite(let handle):
            __wasm_import_wasi_io_streams_method_output_stream_check_write(handle, &count)
            return answer(count)
        case .write(let handle, let bytes):
            __wasm_import_wasi_io_streams_method_output_stream_write(
                handle, bytes, bytes.count, &nothing)
        case .impossibleWrite(let handle, let address, let length):
            __wasm_import_wasi_io_streams_method_output_stream_write(
                handle, UnsafePointer(bitPattern: address), length, &nothing)
        case .blockingWriteAndFlush(let handle, let bytes):
            __wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush(
                handle, bytes, bytes.count, &nothing)
        case .impossibleBlockingWrite(let handle, let address, let length):
            __wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush(
                handle, UnsafePointer(bitPattern: address), length, &nothing)
        case .flush(let handle):
            __wasm_import_wasi_io_streams_method_output_stream_flush(handle, &nothing)
        case .blockingFlush(let handle):
            __wasm_import_wasi_io_streams_method_output_stream_blocking_flush(handle, &nothing)
        case .writeZeroes(let handle, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_output_stream_write_zeroes(
                handle, length, &nothing)
        case .blockingWriteZeroesAndFlush(let handle, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
                handle, length, &nothing)
        case .splice(let handle, let source, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_output_stream_splice(
                handle, source, length, &count)
            return answer(count)
        case .blockingSplice(let handle, let source, let length):
            let length = Int64(bitPattern: length)
            __wasm_import_wasi_io_streams_method_output_stream_blocking_splice(
                handle, source, length, &count)
            return answer(count)
        default: preconditionFailure("no call on a stream")
        }
        return nothing.is_err == 0 ? .none : .failure(failure(nothing.err))
    }

    private func performOfCLI() -> Answer {
        var terminal = wasi_cli_option_handle_t()
        switch self {
        case .arguments:
            var area = wasi_cli_list_string_t()
            __wasm_import_wasi_cli_environment_get_arguments(&area)
            return .strings(take(area.ptr, area.len).map { text($0.ptr, $0.len) })
        case .variables:
            var area = wasi_cli_list_variable_t()
            __wasm_import_wasi_cli_environment_get_environment(&area)
            return .strings(
                take(area.ptr, area.len).flatMap {
                    [text($0.name.ptr, $0.name.len), text($0.value.ptr, $0.value.len)]
                })
        case .initialDirectory:
            var area = wasi_cli_option_string_t()
            __wasm_import_wasi_cli_environment_initial_cwd(&area)
            return .strings(area.is_some == 0 ? [] : [text(area.value.ptr, area.value.len)])
        case .exit(let status): __wasm_import_wasi_cli_exit_exit(status)
        case .standard(.input):
            return .handle(__wasm_import_wasi_cli_stdin_get_stdin(), .inputStream)
        case .standard(.output):
            return .handle(__wasm_import_wasi_cli_stdout_get_stdout(), .outputStream)
        case .standard(.error):
            return .handle(__wasm_import_wasi_cli_stderr_get_stderr(), .outputStream)
        case .terminal(.input):
            __wasm_import_wasi_cli_terminal_stdin_get_terminal_stdin(&terminal)
            return terminal.is_some == 0 ? .none : .handle(terminal.handle, .terminalInput)
        case .terminal(.output):
            __wasm_import_wasi_cli_terminal_stdout_get_terminal_stdout(&terminal)
            return terminal.is_some == 0 ? .none : .handle(terminal.handle, .terminalOutput)
        case .terminal(.error):
            __wasm_import_wasi_cli_terminal_stderr_get_terminal_stderr(&terminal)
            return terminal.is_some == 0 ? .none : .handle(terminal.handle, .terminalOutput)
        default: preconditionFailure("no call of wasi:cli")
        }
        return .none
    }

    private func performOfRandom() -> Answer {
        var area = wasi_random_list_u8_t()
        switch self {
        case .randomBytes(let count):
            __wasm_import_wasi_random_random_get_random_bytes(Int64(bitPattern: count), &area)
        case .insecureBytes(let count):
            __wasm_import_wasi_random_insecure_get_insecure_random_bytes(
                Int64(bitPattern: count), &area)
        case .randomInteger:
            return .number(UInt64(bitPattern: __wasm_import_wasi_random_random_get_random_u64()))
        case .insecureInteger:
            let number = __wasm_import_wasi_random_insecure_get_insecure_random_u64()
            return .number(UInt64(bitPattern: number))
        default:
            var seed = wasi_random_insecure_seed_t()
            __wasm_import_wasi_random_insecure_seed_insecure_seed(&seed)
            return .numbers([seed.first, seed.second])
        }
        return .bytes(take(area.ptr, area.len))
    }
}

// MARK: Lifting what the host lowered

/// The elements of a list, whose memory the guest gives back.
private func take<Element>(_ start: UnsafeMutablePointer<Element>?, _ count: Int) -> [Element] {
    let elements = Array(UnsafeBufferPointer(start: start, count: count))
    if count > 0 { cwasip2_free(start) }
    return elements
}

private func text(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> String {
    String(decoding: take(start, count), as: UTF8.self)
}

private func answer(_ area: wasi_io_streams_result_list_u8_t) -> Answer {
    guard area.is_err == 0 else { return .failure(failure(area.value.err)) }
    return .bytes(take(area.value.ok.ptr, area.value.ok.len))
}

private func answer(_ area: wasi_io_streams_result_u64_t) -> Answer {
    area.is_err == 0 ? .number(area.value.ok) : .failure(failure(area.value.err))
}

private func failure(_ area: wasi_io_streams_stream_error_t) -> StreamFailure {
    area.tag == UInt8(WASI_IO_STREAMS_STREAM_ERROR_CLOSED)
        ? .closed : .lastOperationFailed(area.error)
}
