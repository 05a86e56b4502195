// What running a guest's shared library in a worker process needs of C: loading it, its imports,
// setting back what a run changed, and the processes themselves.

#ifndef CPOLLUX_WORKER_H
#define CPOLLUX_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: The journal: the calls of one run, in memory that the worker and its master share.

/// A journal: what the two sides tell each other, and the records behind it.
typedef struct pollux_journal pollux_journal;

/// Bytes of a journal, of which only those are backed by memory that were written.
extern const size_t pollux_journal_size;

/// A journal in shared memory; `*descriptor` is for the worker. Null where there is no memory.
pollux_journal *_Nullable pollux_journal_create(int *_Nonnull descriptor);
/// The journal behind a descriptor.
pollux_journal *_Nullable pollux_journal_open(int descriptor);
void pollux_journal_close(pollux_journal *_Nonnull journal);
/// The bytes of the records so far.
uint64_t pollux_journal_used(const pollux_journal *_Nonnull journal);
/// The process that runs guests at present.
int32_t pollux_journal_process(const pollux_journal *_Nonnull journal);

/// A copy of the records, which is the calling thread's until it asks for another one.
const uint8_t *_Nonnull pollux_journal_copy(const pollux_journal *_Nonnull journal);

/// The worker writes down calls from here on.
void pollux_journal_begin(pollux_journal *_Nonnull journal);
/// The run is over; calls are no longer written down.
void pollux_journal_end(pollux_journal *_Nonnull journal);

/// Makes the call of the record at `record` on the calling thread's host, and returns the record's
/// length. Whatever the host gives is thrown away. Does not return where the host ends the guest. The
/// records must be aligned to 8 bytes.
size_t pollux_journal_replay(const uint8_t *_Nonnull record);
/// To be called before the first and behind the last record of a run: lets go of what calls gave.
void pollux_journal_clear_replay(void);

/// The imports that a library is offered, by symbol; null behind the last.
const char *_Nullable pollux_import_name(int index);

// MARK: The library

/// A guest's library in this process.
typedef struct pollux_library pollux_library;

/// Loads the library and looks its entry up. Its imports lead to the journal and from there to the
/// calling thread's host; what it takes of libc's clocks, sleep and randomness leads there, too.
/// @param replaces_heap its heap is one of ours, which `pollux_library_restore` empties.
/// @return null where it cannot be used; `*error` then says why, to be freed.
pollux_library *_Nullable pollux_library_open(const char *_Nonnull path, const char *_Nonnull symbol,
                                              bool replaces_heap, char *_Nullable *_Nonnull error);
/// Calls the guest's entry on the calling thread. Does not return where the host ends the guest.
void pollux_library_enter(pollux_library *_Nonnull library);
/// To be called around a run: from here on, until it is over, the library's heap is ours.
void pollux_library_begin(pollux_library *_Nonnull library);
/// The run is over; a heap that was written over ends the process, as it does in libc.
/// @param returned the guest has returned, so that its heap should be whole.
void pollux_library_end(pollux_library *_Nonnull library, bool returned);
/// Sets the library's variables, also those of the calling thread, back to what they were when it was
/// loaded, and empties its heap.
void pollux_library_restore(pollux_library *_Nonnull library);

// MARK: Processes

/// Starts a worker: `executable` with these arguments. Its descriptors are 3, the socket, and 4, the
/// journal; what it writes to its standard output and error goes to `capture`.
/// @return the process, or a negative errno value.
pid_t pollux_worker_spawn(const char *_Nonnull executable, const char *_Nullable const *_Nonnull arguments,
                          int socket, int journal, int capture);
/// Makes a pair of connected sockets that no other process inherits; 0 or an errno value.
int pollux_worker_sockets(int *_Nonnull ours, int *_Nonnull theirs);
/// A file in memory that no other process inherits; negative where there is none.
int pollux_worker_capture(void);

/// Sends all of the bytes; false where nobody is there any more.
bool pollux_worker_send(int socket, const void *_Nonnull bytes, size_t count);
/// Takes exactly so many bytes: 1; 0 where nobody is there any more; -1 where none came in time.
int pollux_worker_receive(int socket, void *_Nonnull bytes, size_t count, int milliseconds);

/// What a worker's process says, before its length and its bytes.
enum {
    /// The library is loaded.
    POLLUX_WORKER_READY = 1,
    /// It cannot be loaded; the bytes say why.
    POLLUX_WORKER_UNUSABLE = 2,
    /// The run is over; one byte: 1 where the guest returned.
    POLLUX_WORKER_DONE = 3,
    /// The process that ran the guest has died; its wait status.
    POLLUX_WORKER_DIED = 4,
    /// The message made no sense; the bytes say why.
    POLLUX_WORKER_REFUSED = 5,
};
bool pollux_worker_say(int socket, uint32_t what, const void *_Nullable bytes, uint32_t count);

/// Goes on in a child process, and in another one each time it dies, which is told through the socket.
/// Returns in the child alone; the caller never returns. It must have one thread.
void pollux_worker_fork(int socket, pollux_journal *_Nonnull journal);
/// Ends the child: 0 for another one, 1 for good.
_Noreturn void pollux_worker_exit(bool for_good);
/// Throws away what was written to standard output and error so far.
void pollux_worker_clear_output(void);

/// The name of a signal: SIGSEGV.
const char *_Nonnull pollux_worker_signal_name(int signal);
/// Ends a process at once.
void pollux_worker_kill(pid_t process);
/// Waits for the end of a process that was started here.
void pollux_worker_reap(pid_t process);
/// Whether a wait status tells of a signal, and which; 0 where not.
int pollux_worker_signal(int status);
/// The exit code of a wait status.
int pollux_worker_exit_code(int status);

#ifdef __cplusplus
}
#endif

#endif
