// Copies standard input to standard output in capitals: `echo hello | swift run cat-upper`.

import WASIReactor
import WASIp2

@main
struct CatUpper {
    static func main() {
        let executor = LocalExecutor()
        let reactor = executor.reactor
        let end = executor.blockOn(
            Copy(
                from: StreamReader(StandardStreams.input(), on: reactor),
                to: StreamWriter(StandardStreams.output(), on: reactor)))
        // A reader that has seen enough (`| head`) is no failure.
        if case .lastOperationFailed(let error) = end {
            print("cat-upper: \(error.debugString)")
            exit(success: false)
        }
    }
}

/// Reads, capitalises and writes until one of the two streams ends; says how.
struct Copy: ~Copyable, Future {
    private let reader: StreamReader
    private let writer: StreamWriter
    private var read: Read?
    private var write: Write?

    init(from reader: StreamReader, to writer: StreamWriter) {
        self.reader = reader
        self.writer = writer
    }

    mutating func poll(_ context: borrowing Context) -> Poll<StreamError> {
        while true {
            switch write?.poll(context) {
            case .pending?: return .pending
            case .ready(.failure(let error))?: return .ready(error)
            case .ready(.success)?, nil: write = nil
            }
            if read == nil { read = reader.read(65_536) }
            switch read?.poll(context) {
            case .pending?, nil: return .pending
            case .ready(.failure(let error))?: return .ready(error)
            case .ready(.success(let bytes))?:
                read = nil
                write = writer.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
            }
        }
    }
}
