// The default `wasip2_real_time`, for a guest that no host of ours runs.
#include "wasip2_real_time.h"

__attribute__((__weak__)) void wasip2_real_time(const char *message) { (void)message; }
