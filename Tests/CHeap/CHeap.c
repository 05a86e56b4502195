#include "CHeap.h"

#include <malloc.h>

size_t heap_allocated_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}
