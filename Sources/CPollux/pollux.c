// Compiles the header; PolluxLibrary defines the functions.
#include "pollux.h"
