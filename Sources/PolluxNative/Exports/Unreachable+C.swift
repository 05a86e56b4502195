// The way out for a guest layer that can do nothing more: natively a trap of that guest.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func wasip2_unreachable(_ message: UnsafePointer<CChar>) -> Never {
    let text = unsafe String(cString: message)
    CurrentHost.with(.unreachable) { host throws(HostTrap) -> Never in
        throw HostTrap(.stalled(text), in: .unreachable)
    }
}
