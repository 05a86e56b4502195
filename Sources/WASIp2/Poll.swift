// wasi:io/poll's function: waiting for one of many.

import CWASIp2

/// `poll`: blocks until at least one of the pollables is ready; returns the positions of ready
/// ones. At least one, in any order, perhaps not all that are ready; a pollable that stands in the
/// list twice may be reported once or twice. Search the result, never take its first for the only.
///
/// Traps when the list is empty or holds a dropped pollable.
public func poll(_ list: [Pollable.Borrow]) -> [Int] {
    var buffer = PollBuffer()
    buffer.poll(list)
    return (0..<buffer.count).map { buffer[$0] }
}

/// Room for the results of polls, kept from one to the next so that a poll allocates nothing.
public struct PollBuffer: ~Copyable {
    private(set) var block: UnsafeMutablePointer<UInt32>?
    private var capacity = 0
    private(set) var result: UnsafeMutablePointer<UInt32>?
    /// How many positions the last poll reported.
    public private(set) var count = 0

    /// A buffer without room; it grows with the longest list.
    public init() {}

    deinit {
        if hasForeignResult { cwasip2_free(result) }
        block?.deallocate()
    }

    /// The `index`-th position that the last poll reported, `index` in `0..<count`.
    public subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "a position that the poll did not report")
        return Int(result![index])
    }

    /// As the function `poll`, into this buffer. Blocks; allocates only where the list is longer
    /// than every one before it.
    public mutating func poll(_ list: [Pollable.Borrow]) {
        if hasForeignResult { cwasip2_free(result) }
        result = block
        if list.count > capacity { grow(to: list.count) }
        var area = wasi_io_poll_list_u32_t()
        if let block {
            cwasip2_scratch_arm(block, capacity * MemoryLayout<UInt32>.stride)
        }
        list.withUnsafeBufferPointer { list in
            list.withMemoryRebound(to: Int32.self) { handles in
                __wasm_import_wasi_io_poll_poll(handles.baseAddress, handles.count, &area)
            }
        }
        cwasip2_scratch_disarm()
        result = area.ptr
        count = area.len
    }

    /// Whether the result is in memory of its own. An empty list has none: its address may be anything
    /// (no host may return one, but a wrong host must not have us free what is not ours).
    private var hasForeignResult: Bool { count > 0 && result != block }

    private mutating func grow(to count: Int) {
        block?.deallocate()
        let room = max(count, capacity * 2, 16)
        block = .allocate(capacity: room)
        capacity = room
        result = block
    }
}
