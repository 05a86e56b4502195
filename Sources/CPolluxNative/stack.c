// A guest on a stack of its own, which can be left without unwinding it.

#define _GNU_SOURCE
#include "CPolluxNative.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

struct pollux_native_stack {
    void *memory;
    size_t size, page;
    ucontext_t caller, guest;
    void (*body)(void *);
    void *context;
    bool has_returned;
};

pollux_native_stack *pollux_native_stack_create(size_t size) {
    pollux_native_stack *stack = calloc(1, sizeof *stack);
    if (stack == NULL) return NULL;
    stack->page = (size_t)sysconf(_SC_PAGESIZE);
    stack->size = size + stack->page;
    stack->memory = mmap(NULL, stack->size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack->memory == MAP_FAILED) {
        free(stack);
        return NULL;
    }
    mprotect(stack->memory, stack->page, PROT_NONE);
    return stack;
}

void pollux_native_stack_free(pollux_native_stack *stack) {
    munmap(stack->memory, stack->size);
    free(stack);
}

// makecontext passes integers.
static void begin(unsigned high, unsigned low) {
    pollux_native_stack *stack = (pollux_native_stack *)((uintptr_t)high << 32 | low);
    stack->body(stack->context);
    stack->has_returned = true;
    setcontext(&stack->caller);
}

bool pollux_native_stack_run(pollux_native_stack *stack, void (*body)(void *), void *context) {
    stack->body = body;
    stack->context = context;
    stack->has_returned = false;
    getcontext(&stack->guest);
    stack->guest.uc_stack.ss_sp = (char *)stack->memory + stack->page;
    stack->guest.uc_stack.ss_size = stack->size - stack->page;
    stack->guest.uc_link = NULL;
    uintptr_t address = (uintptr_t)stack;
    makecontext(&stack->guest, (void (*)(void))begin, 2, (unsigned)(address >> 32), (unsigned)address);
    swapcontext(&stack->caller, &stack->guest);
    return stack->has_returned;
}

_Noreturn void pollux_native_stack_leave(pollux_native_stack *stack) {
    setcontext(&stack->caller);
    abort();
}
