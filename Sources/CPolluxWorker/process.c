// Worker processes: started from the executable once more, and forked from there for each crash.

#define _GNU_SOURCE
#include "CPolluxWorker.h"
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// MARK: The master's side

int pollux_worker_sockets(int *ours, int *theirs) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return errno;
    *ours = pair[0];
    *theirs = pair[1];
    return 0;
}

int pollux_worker_capture(void) { return memfd_create("pollux-output", MFD_CLOEXEC); }

pid_t pollux_worker_spawn(const char *executable, const char *const *arguments, int socket, int journal,
                          int capture) {
    // Numbers that are in no other's way.
    int high[3] = {fcntl(socket, F_DUPFD_CLOEXEC, 10), fcntl(journal, F_DUPFD_CLOEXEC, 10),
                   fcntl(capture, F_DUPFD_CLOEXEC, 10)};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, high[2], 1);
    posix_spawn_file_actions_adddup2(&actions, high[2], 2);
    posix_spawn_file_actions_adddup2(&actions, high[0], 3);
    posix_spawn_file_actions_adddup2(&actions, high[1], 4);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    // A group of its own: what interrupts the master from a terminal is not the guest's crash. A worker
    // whose master is gone ends by itself.
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t process;
    int error = high[0] < 0 || high[1] < 0 || high[2] < 0
        ? errno
        : posix_spawn(&process, executable, &actions, &attributes, (char *const *)(uintptr_t)arguments,
                      environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    for (int place = 0; place < 3; place++)
        if (high[place] >= 0) close(high[place]);
    return error == 0 ? process : -error;
}

bool pollux_worker_send(int socket, const void *bytes, size_t count) {
    const char *rest = bytes;
    while (count > 0) {
        ssize_t sent = send(socket, rest, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        rest += sent;
        count -= (size_t)sent;
    }
    return true;
}

int pollux_worker_receive(int socket, void *bytes, size_t count, int milliseconds) {
    char *rest = bytes;
    while (count > 0) {
        if (milliseconds >= 0) {
            struct pollfd wait = {socket, POLLIN, 0};
            int ready = poll(&wait, 1, milliseconds);
            if (ready < 0 && errno == EINTR) continue;
            if (ready == 0) return -1;
        }
        ssize_t received = recv(socket, rest, count, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return 0;
        rest += received;
        count -= (size_t)received;
        milliseconds = -1;
    }
    return 1;
}

void pollux_worker_kill(pid_t process) {
    if (process > 1) kill(process, SIGKILL);
}

void pollux_worker_reap(pid_t process) {
    int status;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
}

const char *pollux_worker_signal_name(int signal) {
    switch (signal) {
        case SIGABRT: return "SIGABRT";
        case SIGSEGV: return "SIGSEGV";
        case SIGBUS: return "SIGBUS";
        case SIGILL: return "SIGILL";
        case SIGFPE: return "SIGFPE";
        case SIGTRAP: return "SIGTRAP";
        case SIGKILL: return "SIGKILL";
        case SIGTERM: return "SIGTERM";
        default: return "a signal";
    }
}

int pollux_worker_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
int pollux_worker_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 0; }

// MARK: The worker's side

bool pollux_worker_say(int socket, uint32_t what, const void *bytes, uint32_t count) {
    uint32_t head[2] = {what, count};
    if (count > 64) return pollux_worker_send(socket, head, sizeof head)
        && pollux_worker_send(socket, bytes, count);
    char message[sizeof head + 64];
    memcpy(message, head, sizeof head);
    if (count > 0) memcpy(message + sizeof head, bytes, count);
    return pollux_worker_send(socket, message, sizeof head + count);
}

/// The child's exit codes that tell this file something, while no run is going on.
#define AGAIN 0
#define OVER 77

_Noreturn void pollux_worker_exit(bool for_good) { _exit(for_good ? OVER : AGAIN); }

void pollux_worker_clear_output(void) {
    fflush(stdout);
    if (lseek(2, 0, SEEK_CUR) <= 0) return;
    if (ftruncate(2, 0) == 0) lseek(2, 0, SEEK_SET);
}

void pollux_worker_fork(int socket, pollux_journal *journal) {
    pid_t master = getppid(), us = getpid();
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    for (;;) {
        sigprocmask(SIG_BLOCK, &children, NULL);
        pid_t child = fork();
        if (child == 0) {
            sigprocmask(SIG_UNBLOCK, &children, NULL);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != us) _exit(OVER);
            // A crash is the master's to tell.
            const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
            for (size_t place = 0; place < sizeof crashes / sizeof *crashes; place++)
                signal(crashes[place], SIG_DFL);
            atomic_store(&journal->process, (int32_t)getpid());
            return;
        }
        if (child < 0) _exit(1);
        int status;
        while (waitpid(child, &status, WNOHANG) == 0) {
            // A guest that computes for ever must not outlive whoever it runs for.
            struct timespec pause = {0, 500000000};
            sigtimedwait(&children, NULL, &pause);
            if (getppid() != master) kill(child, SIGKILL);
        }
        if (getppid() != master) _exit(0);
        bool was_running = atomic_load(&journal->is_running) != 0;
        if (!was_running && WIFEXITED(status) && WEXITSTATUS(status) == OVER) _exit(0);
        if (!was_running && WIFEXITED(status) && WEXITSTATUS(status) == AGAIN) continue;
        atomic_store(&journal->is_running, 0);
        if (!pollux_worker_say(socket, POLLUX_WORKER_DIED, &status, sizeof status)) _exit(0);
    }
}
