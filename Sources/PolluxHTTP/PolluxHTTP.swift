// wasi:http for native guests: the C symbols, and the transport of hosts in real time by libcurl. Rules are
// PolluxHost's.

import CCurl
import PolluxHost
import PolluxNative
