#include "CHTTP.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/// A descriptor that libcurl watches; kept until libcurl closes it.
typedef struct {
    uv_poll_t poll;
    curl_socket_t descriptor;
} watch;

static CURLM *multi;
static uv_loop_t loop;
static uv_timer_t timer;
static watch **watches;
static int64_t done, end;
static int failure;

static int64_t clock_now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int64_t http_thread_time(void) { return clock_now(CLOCK_THREAD_CPUTIME_ID); }

static void take_ends(void) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL *easy = message->easy_handle;
        if (message->data.result != CURLE_OK) failure = (int)message->data.result;
        done++;
        curl_multi_remove_handle(multi, easy);
        if (!failure && clock_now(CLOCK_MONOTONIC) < end) curl_multi_add_handle(multi, easy);
    }
}

static void on_event(uv_poll_t *poll, int status, int events) {
    int mask = 0, running;
    if (status < 0) mask = CURL_CSELECT_ERR;
    if (events & UV_READABLE) mask |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE) mask |= CURL_CSELECT_OUT;
    curl_multi_socket_action(multi, ((watch *)poll->data)->descriptor, mask, &running);
    take_ends();
}

static void on_timeout(uv_timer_t *unused) {
    (void)unused;
    int running;
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_ends();
}

static int on_timer(CURLM *unused, long milliseconds, void *context) {
    (void)unused;
    (void)context;
    if (milliseconds < 0) uv_timer_stop(&timer);
    else uv_timer_start(&timer, on_timeout, (uint64_t)milliseconds, 0);
    return 0;
}

static int on_watch(CURL *easy, curl_socket_t descriptor, int what, void *context, void *other) {
    (void)easy;
    (void)context;
    (void)other;
    watch *one = watches[descriptor];
    if (!one) {
        if (what == CURL_POLL_REMOVE) return 0;
        one = watches[descriptor] = malloc(sizeof *one);
        one->descriptor = descriptor;
        one->poll.data = one;
        uv_poll_init(&loop, &one->poll, descriptor);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    if (what == CURL_POLL_REMOVE || events == 0) uv_poll_stop(&one->poll);
    else uv_poll_start(&one->poll, events, on_event);
    return 0;
}

static void on_closed(uv_handle_t *handle) { free(handle->data); }

static int on_close(void *context, curl_socket_t descriptor) {
    (void)context;
    if (watches[descriptor]) uv_close((uv_handle_t *)&watches[descriptor]->poll, on_closed);
    watches[descriptor] = NULL;
    return close(descriptor);
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

int http_measure(
    uint16_t port, int in_flight, int milliseconds, int64_t *count, int64_t *time, int64_t *wall) {
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    watches = calloc(65536, sizeof *watches);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_watch);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
    CURL **easies = malloc(sizeof *easies * (size_t)in_flight);
    done = 0;
    failure = 0;
    int64_t start = clock_now(CLOCK_MONOTONIC), computed = http_thread_time();
    end = start + milliseconds * INT64_C(1000000);
    for (int i = 0; i < in_flight; i++) {
        CURL *easy = easies[i] = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_bytes);
        curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
        curl_multi_add_handle(multi, easy);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    *count = done;
    *time = http_thread_time() - computed;
    *wall = clock_now(CLOCK_MONOTONIC) - start;
    for (int i = 0; i < in_flight; i++) curl_easy_cleanup(easies[i]);
    curl_multi_cleanup(multi);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    int status = uv_loop_close(&loop);
    free(easies);
    free(watches);
    return failure ? failure : status;
}
