#define _GNU_SOURCE
#include "CChildProcess.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

static int redirect(posix_spawn_file_actions_t *actions, const char *folder, int input) {
    int error = input < 0
        ? posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0)
        : posix_spawn_file_actions_adddup2(actions, input, 0);
    for (int output = 1; output <= 2 && !error; output++) {
        error = posix_spawn_file_actions_addopen(actions, output, "/dev/null", O_WRONLY, 0);
    }
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    if (!error) error = posix_spawn_file_actions_addchdir_np(actions, folder);
    return error;
}

int child_process_start(
    const char *program, char *const words[], const char *folder, int input, pid_t *process) {
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = redirect(&actions, folder, input);
    if (!error) error = posix_spawn(process, program, &actions, 0, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}
