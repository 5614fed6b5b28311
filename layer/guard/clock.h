/* A clock that nobody sets, and waiting by it. */
#ifndef DSL_CLOCK_H
#define DSL_CLOCK_H

#include <pthread.h>
#include <stdint.h>

#define MS 1000000LL /* nanoseconds */

/* Nanoseconds since some moment in the past. */
int64_t now(void);
/* For wait_condition. */
void init_condition(pthread_cond_t *condition);
/* Waits until the condition is signalled or it is `when`; INT64_MAX: however long it takes. */
void wait_condition(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t when);

#endif
