// Writing results of the canonical ABI: memory of the guest's, from its own allocator.

import CWASIp2
import PolluxHost

/// Results that a return area points to. What they point to belongs to the guest.
package enum Lowering {
    /// Room for `count` values in the guest's memory; `count` may be 0, and the pointer is then not to
    /// be freed.
    @inlinable
    package static func allocate<Element>(
        _ type: Element.Type, count: Int, for host: WASIHost
    ) -> UnsafeMutablePointer<Element> {
        let memory = unsafe allocate(
            bytes: count * MemoryLayout<Element>.stride,
            alignment: MemoryLayout<Element>.alignment, for: host)
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }

    /// Room in the guest's memory, whatever for; a generic function would come without its types into
    /// another module.
    @usableFromInline
    static func allocate(
        bytes count: Int, alignment: Int, for host: WASIHost
    ) -> UnsafeMutableRawPointer {
        unsafe host.whileAllocating { unsafe cabi_realloc(nil, 0, alignment, count) }
    }

    /// A list of plain values.
    @inlinable
    package static func list<Element: BitwiseCopyable>(
        _ elements: [Element], for host: WASIHost
    ) -> (start: UnsafeMutablePointer<Element>, count: Int) {
        let start = unsafe allocate(Element.self, count: elements.count, for: host)
        unsafe elements.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress {
                unsafe start.initialize(from: base, count: buffer.count)
            }
        }
        return unsafe (start, elements.count)
    }

    /// A list of what each element comes to.
    @inlinable
    package static func list<Source, Element: BitwiseCopyable>(
        _ elements: [Source], for host: WASIHost, _ lower: (Source) -> Element
    ) -> (start: UnsafeMutablePointer<Element>, count: Int) {
        let start = unsafe allocate(Element.self, count: elements.count, for: host)
        for place in 0..<elements.count {
            unsafe (start + place).initialize(to: lower(elements[place]))
        }
        return unsafe (start, elements.count)
    }

    /// A string's UTF-8.
    package static func string(
        _ text: String, for host: WASIHost
    ) -> (start: UnsafeMutablePointer<UInt8>, count: Int) {
        unsafe list(Array(text.utf8), for: host)
    }
}
