// Starting a child process, with what Swift's module of the C library leaves out of spawn.h.

#pragma once

#include <sys/types.h>

/// Starts a program in a folder. It reads from a descriptor and says nothing, and it inherits no other; -1 is
/// for one that reads nothing. `words` are its arguments, its own name first, and end with null. Gives 0 and
/// its process, or an error.
int child_process_start(
    const char *program, char *const words[], const char *folder, int input, pid_t *process);
