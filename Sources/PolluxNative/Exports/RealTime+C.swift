// A guest layer asks before it waits by a clock that is not WASI's: a trap where time is simulated.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func wasip2_real_time(_ message: UnsafePointer<CChar>) {
    CurrentHost.with(.realTime) { host throws(HostTrap) in
        if host.driver.isRealTime { return }
        throw unsafe HostTrap(.realTime(String(cString: message)), in: .realTime)
    }
}
