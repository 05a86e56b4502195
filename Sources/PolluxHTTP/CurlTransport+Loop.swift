// libcurl between the turns of the driver's loop.

import CCurl
import Glibc
import PolluxHost
import PolluxLibuv

extension CurlTransport: LoopResident {
    /// How often libcurl may ask to be called again at once before the loop has its turn.
    private static let rounds = 16

    /// Lets libcurl do all that it can without waiting.
    package func work() -> Bool {
        hasNews = false
        if !lookingUp.isEmpty { startLookedUp() }
        if !noted.isEmpty { seeToNoted() }
        if hasStarted { endUnclean() }
        for _ in 0..<Self.rounds {
            for watch in record.take() {
                let fired = watch.takeFired()
                if !fired.isEmpty { act(on: watch.descriptor, for: fired) }
            }
            guard let due = deadline, due <= driver.now else { break }
            deadline = nil
            act(on: CURL_SOCKET_TIMEOUT, for: [])
            takeEnds()
        }
        takeEnds()
        if !silent.isEmpty { seeToSilent() }
        return hasNews
    }

    private func act(on descriptor: CInt, for events: LoopWatch.Events) {
        var mask: CInt = 0
        if events.contains(.readable) { mask |= CURL_CSELECT_IN }
        if events.contains(.writable) { mask |= CURL_CSELECT_OUT }
        var running: CInt = 0
        unsafe check(curl_multi_socket_action(multi, descriptor, mask, &running))
    }

    /// Ends the connections that idle and are not silent, before libcurl looks for one.
    ///
    /// By its source, libcurl 7.88 takes a connection for alive as long as it can be read from
    /// (`cf_socket_is_alive` in cf-socket.c): what came after one response would be the next request's.
    private func endUnclean() {
        hasStarted = false
        if idling.isEmpty { return }
        var looks = idling.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        if unsafe poll(&looks, nfds_t(looks.count), 0) <= 0 { return }
        for look in looks where look.revents != 0 {
            idling.remove(look.fd)
            shutdown(look.fd, CInt(SHUT_RDWR))
        }
    }

    /// Look-ups that have their answer.
    private func startLookedUp() {
        let waiting = lookingUp
        lookingUp = []
        for exchange in waiting {
            let answer = driver.lookingUp(exchange.lookup!)
            if answer == .pending {
                lookingUp.append(exchange)
                continue
            }
            driver.close(exchange.lookup!)
            exchange.lookup = nil
            switch answer {
            case .addresses(let addresses): start(exchange, at: addresses, isName: true)
            case .failed, .pending: exchange.end(.noAddress)
            }
        }
    }

    /// What guests have done since the last turn.
    private func seeToNoted() {
        let waiting = noted
        noted = []
        for exchange in waiting {
            exchange.isNoted = false
            if exchange.isOver { continue }
            if exchange.isBroken {
                let isWhole = exchange.isResponseWhole
                release(exchange)
                exchange.end(isWhole ? nil : .protocolError)
            } else {
                resume(exchange)
            }
        }
    }

    /// Lets libcurl go on with what it holds back, where there is room or something to send again. It may
    /// call back from here.
    private func resume(_ exchange: Exchange) {
        guard let transfer = exchange.transfer else { return }
        if exchange.isReceivePaused, exchange.inbox.count <= Exchange.inboxLimit / 2 {
            exchange.isReceivePaused = false
        }
        if exchange.isSendPaused, !exchange.outbox.isEmpty || exchange.isComplete {
            exchange.isSendPaused = false
        }
        let paused =
            (exchange.isReceivePaused ? CURLPAUSE_RECV : 0)
            | (exchange.isSendPaused ? CURLPAUSE_SEND : 0)
        let code = unsafe curl_easy_pause(transfer.easy, paused)
        // Between an old connection and a new one there is nothing to hold back.
        if code == CURLE_BAD_FUNCTION_ARGUMENT, exchange.response == nil { return }
        if code != CURLE_OK { end(exchange, code) }
    }

    /// Servers that have nothing more to say to requests that still go on.
    private func seeToSilent() {
        for exchange in silent {
            switch exchange.silence {
            case .none: continue
            case .whole:
                release(exchange)
                exchange.end(nil)
            case .broken(let code):
                release(exchange)
                exchange.end(code)
            }
        }
        silent = []
    }

    /// The transfers that libcurl is done with.
    private func takeEnds() {
        var left: CInt = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let context = unsafe ccurl_private(message.pointee.easy_handle)
            let exchange = unsafe Transfer.exchange(context)
            end(exchange, unsafe ccurl_result(message))
        }
    }

    private func end(_ exchange: Exchange, _ result: CURLcode) {
        let failure = exchange.failure(result)
        release(exchange, after: result)
        exchange.end(failure)
    }

    // MARK: Callbacks

    private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransport {
        unsafe Unmanaged<CurlTransport>.fromOpaque(context!).takeUnretainedValue()
    }

    /// CURLMOPT_SOCKETFUNCTION: what to watch a descriptor for.
    static let onWatch: curl_socket_callback = { easy, descriptor, what, context, _ in
        let transport = unsafe of(context)
        let exchange = unsafe transport.hear(easy, what & CURL_POLL_IN != 0)
        if what == CURL_POLL_REMOVE {
            transport.leave(descriptor, of: exchange)
            return 0
        }
        transport.idling.remove(descriptor)
        if let exchange, exchange.isConnected { exchange.descriptor = descriptor }
        let watch: LoopWatch
        if let known = transport.watches[descriptor] {
            watch = known
        } else {
            watch = transport.driver.watch(descriptor, in: transport.record)
            transport.watches[descriptor] = watch
        }
        switch what {
        case CURL_POLL_IN: watch.watch(for: .readable)
        case CURL_POLL_OUT: watch.watch(for: .writable)
        case CURL_POLL_INOUT: watch.watch(for: [.readable, .writable])
        default: watch.watch(for: [])
        }
        return 0
    }

    /// Whether libcurl reads on for a transfer; returns whose it is, where it is an exchange's.
    private func hear(_ easy: UnsafeMutableRawPointer?, _ isReceiving: Bool) -> Exchange? {
        guard let context = unsafe ccurl_private(easy),
            let exchange = unsafe Transfer.of(context).exchange
        else { return nil }
        exchange.isReceiving = isReceiving
        let isAtIt = exchange.transfer != nil && exchange.isConnected
        if isAtIt, !isReceiving { silent.append(exchange) }
        return exchange
    }

    /// Watches a descriptor for nothing any more. A connection keeps its watch, for it may serve again, and
    /// ``onClose`` tells of its end. By its source, libcurl 7.88 closes a socket that has not become a
    /// connection without a word (`cf_socket_close` in cf-socket.c): its number may be anybody's from here on.
    private func leave(_ descriptor: CInt, of exchange: Exchange?) {
        if let exchange, exchange.descriptor == descriptor {
            watches[descriptor]?.watch(for: [])
            // HTTP/2 has things to say between responses, and libcurl listens to them.
            let isHeldBack = exchange.isReceivePaused || exchange.isSendPaused
            if exchange.reader.version == 1, !isHeldBack { idling.insert(descriptor) }
        } else {
            watches.removeValue(forKey: descriptor)?.close()
        }
    }

    /// CURLMOPT_TIMERFUNCTION: when to call again, in ms from now.
    static let onTimer: curl_multi_timer_callback = { _, milliseconds, context in
        let transport = unsafe of(context)
        transport.deadline =
            milliseconds < 0
            ? nil : transport.driver.now.advanced(by: UInt64(milliseconds) * 1_000_000)
        return 0
    }

    /// CURLOPT_CLOSESOCKETFUNCTION: the watch goes before the descriptor.
    static let onClose: curl_closesocket_callback = { context, descriptor in
        let transport = unsafe of(context)
        transport.watches.removeValue(forKey: descriptor)?.close()
        transport.idling.remove(descriptor)
        transport.driver.closeDescriptor(descriptor)
        return 0
    }
}

extension Exchange {
    /// Why libcurl's end of the transfer is not the end of a response; `nil` where it is.
    fileprivate func failure(_ result: CURLcode) -> HTTPErrorCode? {
        // A callback that stopped it knows better.
        if let failure { return failure }
        if isResponseWhole { return nil }
        if result == CURLE_OK {
            if response == nil { return .protocolError }
            if case .length(let length) = framing, received != length { return .responseIncomplete }
            return nil
        }
        if result == CURLE_COULDNT_CONNECT, isDenied { return .requestDenied }
        if result == CURLE_COULDNT_CONNECT, isOutOfDescriptors { return .connectionLimitReached }
        return unsafe HTTPErrorCode(
            result, systemError: CInt(clamping: ccurl_system_error(transfer!.easy)),
            isHeadComplete: response != nil, text: transfer!.failureText)
    }
}
