// The WIT names of the imports of wasi:sockets.

extension HostCall {
    /// The interface and function of an import of wasi:sockets; `nil` for every other.
    var socketsName: String? {
        switch self {
        case .instanceNetwork: "instance-network.instance-network"
        case .networkDrop: "network.[resource-drop]network"
        case .createTCPSocket: "tcp-create-socket.create-tcp-socket"
        case .createUDPSocket: "udp-create-socket.create-udp-socket"
        case .resolveAddresses: "ip-name-lookup.resolve-addresses"
        case .resolveDrop: "ip-name-lookup.[resource-drop]resolve-address-stream"
        case .resolveNextAddress: resolver("resolve-next-address")
        case .resolveSubscribe: resolver("subscribe")
        case .tcpDrop: "tcp.[resource-drop]tcp-socket"
        case .tcpStartBind: tcp("start-bind")
        case .tcpFinishBind: tcp("finish-bind")
        case .tcpStartConnect: tcp("start-connect")
        case .tcpFinishConnect: tcp("finish-connect")
        case .tcpStartListen: tcp("start-listen")
        case .tcpFinishListen: tcp("finish-listen")
        case .tcpAccept: tcp("accept")
        case .tcpLocalAddress: tcp("local-address")
        case .tcpRemoteAddress: tcp("remote-address")
        case .tcpIsListening: tcp("is-listening")
        case .tcpAddressFamily: tcp("address-family")
        case .tcpSetBacklog: tcp("set-listen-backlog-size")
        case .tcpKeepAliveEnabled: tcp("keep-alive-enabled")
        case .tcpSetKeepAliveEnabled: tcp("set-keep-alive-enabled")
        case .tcpKeepAliveIdleTime: tcp("keep-alive-idle-time")
        case .tcpSetKeepAliveIdleTime: tcp("set-keep-alive-idle-time")
        case .tcpKeepAliveInterval: tcp("keep-alive-interval")
        case .tcpSetKeepAliveInterval: tcp("set-keep-alive-interval")
        case .tcpKeepAliveCount: tcp("keep-alive-count")
        case .tcpSetKeepAliveCount: tcp("set-keep-alive-count")
        case .tcpHopLimit: tcp("hop-limit")
        case .tcpSetHopLimit: tcp("set-hop-limit")
        case .tcpReceiveBufferSize: tcp("receive-buffer-size")
        case .tcpSetReceiveBufferSize: tcp("set-receive-buffer-size")
        case .tcpSendBufferSize: tcp("send-buffer-size")
        case .tcpSetSendBufferSize: tcp("set-send-buffer-size")
        case .tcpSubscribe: tcp("subscribe")
        case .tcpShutdown: tcp("shutdown")
        case .udpDrop: "udp.[resource-drop]udp-socket"
        case .udpStartBind: udp("start-bind")
        case .udpFinishBind: udp("finish-bind")
        case .udpStream: udp("stream")
        case .udpLocalAddress: udp("local-address")
        case .udpRemoteAddress: udp("remote-address")
        case .udpAddressFamily: udp("address-family")
        case .udpHopLimit: udp("unicast-hop-limit")
        case .udpSetHopLimit: udp("set-unicast-hop-limit")
        case .udpReceiveBufferSize: udp("receive-buffer-size")
        case .udpSetReceiveBufferSize: udp("set-receive-buffer-size")
        case .udpSendBufferSize: udp("send-buffer-size")
        case .udpSetSendBufferSize: udp("set-send-buffer-size")
        case .udpSubscribe: udp("subscribe")
        case .incomingReceive: "udp.[method]incoming-datagram-stream.receive"
        case .incomingSubscribe: "udp.[method]incoming-datagram-stream.subscribe"
        case .incomingDrop: "udp.[resource-drop]incoming-datagram-stream"
        case .outgoingCheckSend: "udp.[method]outgoing-datagram-stream.check-send"
        case .outgoingSend: "udp.[method]outgoing-datagram-stream.send"
        case .outgoingSubscribe: "udp.[method]outgoing-datagram-stream.subscribe"
        case .outgoingDrop: "udp.[resource-drop]outgoing-datagram-stream"
        default: nil
        }
    }

    private func tcp(_ function: String) -> String { "tcp.[method]tcp-socket.\(function)" }
    private func udp(_ function: String) -> String { "udp.[method]udp-socket.\(function)" }
    private func resolver(_ function: String) -> String {
        "ip-name-lookup.[method]resolve-address-stream.\(function)"
    }
}
