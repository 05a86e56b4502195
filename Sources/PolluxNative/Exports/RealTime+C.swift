// A guest layer asks before it waits by a clock that is not WASI's: a trap where time is simulated.

import CWASIp2
import PolluxHost

@c @implementation
public func wasip2_real_time(_ message: UnsafePointer<CChar>) {
    CurrentHost.with(.realTime) { host throws(HostTrap) in
        // Only a simulated clock stands still, and so has a patience.
        if host.driver.patience == nil { return }
        throw unsafe HostTrap(.realTime(String(cString: message)), in: .realTime)
    }
}
