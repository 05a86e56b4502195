// The echo loop on SwiftNIO.

import CEcho
import NIOCore
import NIOPosix

extension EchoServers {
    /// A channel handler on an event loop of its own.
    @Sendable static func serveNIO(
        _ connections: Int, _ listening: @escaping @Sendable (UInt16) -> Void
    ) throws -> Int64 {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let loop = group.next()
        let open = OpenChannels(connections, done: loop.makePromise())
        let server = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Echo(open))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        guard let port = server.localAddress?.port else { throw ServerFailure("no port") }
        let start = try loop.submit { echo_thread_time() }.wait()
        listening(UInt16(port))
        try open.done.futureResult.wait()
        return try loop.submit { echo_thread_time() }.wait() - start
    }

    /// Counts the connections that have not ended; used on the one event loop alone.
    private final class OpenChannels: @unchecked Sendable {
        private var left: Int
        let done: EventLoopPromise<Void>

        init(_ count: Int, done: EventLoopPromise<Void>) {
            left = count
            self.done = done
        }

        func ended() {
            left -= 1
            if left == 0 { done.succeed() }
        }
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let open: OpenChannels

        init(_ open: OpenChannels) { self.open = open }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.write(data, promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

        func channelInactive(context: ChannelHandlerContext) {
            open.ended()
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
