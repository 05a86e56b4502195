// Compiles the header, and with it the checks of its layouts; the host under a scenario defines the
// functions.
#include "pollux_harness.h"
