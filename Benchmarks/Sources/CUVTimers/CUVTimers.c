#include "CUVTimers.h"

#include <stdlib.h>
#include <uv.h>

struct run {
    uint64_t deadline;
    int64_t *lateness;
};

static void fired(uv_timer_t *timer) {
    struct run *run = timer->data;
    *run->lateness = (int64_t)(uv_hrtime() - run->deadline);
}

void uv_timers_run(const uint64_t *delays, int64_t *lateness, size_t count) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    uv_timer_t *timers = calloc(count, sizeof *timers);
    struct run *runs = calloc(count, sizeof *runs);
    uv_update_time(&loop);
    uint64_t start = uv_hrtime();
    for (size_t i = 0; i < count; i++) {
        uv_timer_init(&loop, &timers[i]);
        runs[i] = (struct run){start + delays[i], &lateness[i]};
        timers[i].data = &runs[i];
        uv_timer_start(&timers[i], fired, (delays[i] + 999999) / 1000000, 0);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < count; i++) uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(timers);
    free(runs);
}
