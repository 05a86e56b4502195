// The overlay of wasi:http: Swift types over its imports, as WASIp2 has them for the other packages.

import CWASIp2
import WASIp2
