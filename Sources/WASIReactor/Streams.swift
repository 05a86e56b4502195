// Streams of bytes on a reactor: reading and writing without blocking the other tasks.

import WASIp2

/// An input stream whose reads suspend a task instead of blocking the guest.
///
/// Keeps the stream and, once it was waited for, one pollable of it; drops the pollable first
/// (RES-27).
public final class StreamReader {
    fileprivate let pollable: KeptPollable
    fileprivate let stream: InputStream
    /// What has to outlive the stream; it goes after it.
    private let owner: AnyObject?

    /// Takes a stream over.
    /// - Parameter owner: what has to outlive the stream, as what it was taken from; it is let go after it.
    public init(
        _ stream: consuming InputStream, on reactor: Reactor, keeping owner: AnyObject? = nil
    ) {
        self.stream = stream
        pollable = KeptPollable(on: reactor)
        self.owner = owner
    }

    deinit { pollable.drop() }

    /// A new pollable of the stream.
    @inline(never)
    fileprivate func subscribe() -> Pollable { stream.subscribe() }

    /// Reads up to `count` bytes, at least one: waits first, and again where the host had nothing
    /// after all. Ends with `closed` at the end of the stream.
    public func read(_ count: Int) -> Read { Read(self, count) }
}

/// An output stream whose writes suspend a task instead of blocking the guest.
///
/// Keeps the stream and, once it was waited for, one pollable of it; drops the pollable first
/// (RES-27).
public final class StreamWriter {
    fileprivate let pollable: KeptPollable
    fileprivate let stream: OutputStream
    /// What has to outlive the stream; it goes after it.
    private let owner: AnyObject?

    /// Takes a stream over.
    /// - Parameter owner: what has to outlive the stream, as what it was taken from; it is let go after it.
    public init(
        _ stream: consuming OutputStream, on reactor: Reactor, keeping owner: AnyObject? = nil
    ) {
        self.stream = stream
        pollable = KeptPollable(on: reactor)
        self.owner = owner
    }

    deinit { pollable.drop() }

    /// A new pollable of the stream.
    @inline(never)
    fileprivate func subscribe() -> Pollable { stream.subscribe() }

    /// Hands all of `bytes` over, as many at a time as the stream permits. Dropping the future may
    /// leave a part of them written.
    public func write(_ bytes: [UInt8]) -> Write { Write(self, bytes) }

    /// Waits until everything that was written has gone out.
    public func flush() -> Flush { Flush(self) }

    /// Moves up to `count` bytes from `reader` to here, at least one, inside the host: waits until there
    /// are some, and until the stream permits some. Both streams are on the same reactor.
    public func splice(from reader: StreamReader, _ count: UInt64) -> Splice {
        Splice(from: reader, to: self, count)
    }

    /// Moves what comes from `reader` to here until that ends, inside the host, at most 64 KiB a report of
    /// the host's. Both streams are on the same reactor.
    public func copy(from reader: StreamReader) -> Copy { Copy(from: reader, to: self) }
}

/// A read in progress.
public struct Read: ~Copyable, Future {
    private let reader: StreamReader
    private let count: Int
    private var wait: KeptWait

    init(_ reader: StreamReader, _ count: Int) {
        self.reader = reader
        self.count = count
        wait = KeptWait(reader.pollable)
    }

    /// Waits for a report of the host's, also where bytes are there already, then calls `input-stream.read`;
    /// waits again where that gave nothing. `closed` is the end of the stream. Polled after it was ready,
    /// it reads again.
    public mutating func poll(_ context: borrowing Context) -> Poll<Result<[UInt8], StreamError>> {
        let reader = reader
        while wait.poll(context, { reader.stream.subscribe() }) {
            do throws(StreamError) {
                let bytes = try reader.stream.read(count)
                if !bytes.isEmpty || count == 0 { return .ready(.success(bytes)) }
            } catch {
                return .ready(.failure(error))
            }
        }
        return .pending
    }
}

/// A write in progress.
public struct Write: ~Copyable, Future {
    private let writer: StreamWriter
    private let bytes: [UInt8]
    private var written = 0
    private var wait: KeptWait

    init(_ writer: StreamWriter, _ bytes: [UInt8]) {
        self.writer = writer
        self.bytes = bytes
        wait = KeptWait(writer.pollable)
    }

    /// Waits for a report of the host's, then calls `check-write`, and `write` with no more bytes than that
    /// permits, until all are handed over; ready at once for no bytes. A failure does not tell how many
    /// bytes went out before it.
    public mutating func poll(_ context: borrowing Context) -> Poll<Result<Void, StreamError>> {
        let writer = writer
        while written < bytes.count {
            guard wait.poll(context, { writer.stream.subscribe() }) else { return .pending }
            do throws(StreamError) {
                let permit = try writer.stream.checkWrite()
                let count = min(bytes.count - written, Int(clamping: permit))
                if count == 0 { continue }
                try writer.stream.write(bytes.span.extracting(written..<(written + count)))
                written += count
            } catch {
                return .ready(.failure(error))
            }
        }
        return .ready(.success(()))
    }
}

/// A splice in progress. Bytes are moved once it is ready, or not at all: dropping it loses none. May be
/// polled again after it was ready, for the next bytes.
public struct Splice: ~Copyable, Future {
    // What each report needs stands here; of many streams that are spliced, reader and writer have left the
    // caches by the next one.
    private var wait: KeptWait
    private let input: Int32
    private let output: Int32
    private let reader: StreamReader
    private let writer: StreamWriter
    private let count: UInt64
    private var lacksRoom = false
    private var waitForRoom: KeptWait

    init(from reader: StreamReader, to writer: StreamWriter, _ count: UInt64) {
        precondition(count > 0, "a splice of nothing would never end")
        self.reader = reader
        self.writer = writer
        input = reader.stream.handle
        output = writer.stream.handle
        self.count = count
        wait = KeptWait(reader.pollable)
        waitForRoom = KeptWait(writer.pollable)
    }

    /// How many bytes were moved; 0 at the end of the reader's stream.
    public mutating func poll(_ context: borrowing Context) -> Poll<Result<UInt64, StreamError>> {
        let (reader, writer) = (reader, writer)
        while true {
            if lacksRoom {
                guard waitForRoom.poll(context, { writer.subscribe() }) else { return .pending }
                lacksRoom = false
            }
            guard wait.poll(context, { reader.subscribe() }) else { return .pending }
            do throws(StreamError) {
                let moved = try OutputStream.splice(into: output, from: input, count)
                if moved > 0 { return .ready(.success(moved)) }
                // The reader's stream was ready, so that it is most likely this one which was not.
                lacksRoom = true
            } catch .closed {
                return .ready(closed())
            } catch {
                return .ready(.failure(error))
            }
        }
    }

    /// Either stream may be the one that is closed; where this one is not, it is the other.
    private func closed() -> Result<UInt64, StreamError> {
        do throws(StreamError) {
            _ = try writer.stream.checkWrite()
            return .success(0)
        } catch {
            return .failure(error)
        }
    }
}

/// A copy in progress: one splice after the other. Dropping it loses no byte, only how many there were.
public struct Copy: ~Copyable, Future {
    private var splice: Splice
    private var count: UInt64 = 0

    init(from reader: StreamReader, to writer: StreamWriter) {
        splice = Splice(from: reader, to: writer, 65_536)
    }

    /// How many bytes were moved until the reader's stream ended.
    public mutating func poll(_ context: borrowing Context) -> Poll<Result<UInt64, StreamError>> {
        while true {
            guard case .ready(let result) = splice.poll(context) else { return .pending }
            guard case .success(let moved) = result else { return .ready(result) }
            if moved == 0 { return .ready(.success(count)) }
            count += moved
        }
    }
}

/// A flush in progress.
public struct Flush: ~Copyable, Future {
    private let writer: StreamWriter
    private var isAsked = false
    private var wait: KeptWait

    init(_ writer: StreamWriter) {
        self.writer = writer
        wait = KeptWait(writer.pollable)
    }

    /// Calls `output-stream.flush` once, then waits until `check-write` permits bytes again, which says that
    /// the flush is over.
    public mutating func poll(_ context: borrowing Context) -> Poll<Result<Void, StreamError>> {
        let writer = writer
        do throws(StreamError) {
            if !isAsked {
                try writer.stream.flush()
                isAsked = true
            }
            while wait.poll(context, { writer.stream.subscribe() }) {
                if try writer.stream.checkWrite() > 0 { return .ready(.success(())) }
            }
            return .pending
        } catch {
            return .ready(.failure(error))
        }
    }
}
