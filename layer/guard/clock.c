#include "clock.h"

#include <time.h>

int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 * MS + time.tv_nsec;
}

void init_condition(pthread_cond_t *condition) {
#ifdef __APPLE__
  pthread_cond_init(condition, 0);
#else
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
#endif
}

void wait_condition(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t when) {
  if (when == INT64_MAX) {
    pthread_cond_wait(condition, mutex);
    return;
  }
#ifdef __APPLE__
  int64_t wait = when - now();
  if (wait < 0) wait = 0;
  struct timespec time = {wait / (1000 * MS), wait % (1000 * MS)};
  pthread_cond_timedwait_relative_np(condition, mutex, &time);
#else
  struct timespec time = {when / (1000 * MS), when % (1000 * MS)};
  pthread_cond_timedwait(condition, mutex, &time);
#endif
}
