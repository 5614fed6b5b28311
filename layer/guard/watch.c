/*
** The deadline and the memory of a run. A thread of each connection interrupts the statement:
** better-sqlite3's SQLite is built without a progress handler.
*/
#include <fcntl.h>
#include <unistd.h>

#include "clock.h"
#include "guard.h"

SQLITE_EXTENSION_INIT3

/* While statements run, the thread looks at the clock and at memory this often. */
#define TICK (5 * MS)
/* A deadline that has passed is enforced again this often: an interrupt that arrives between two
** statements of one run is forgotten by SQLite when the second one starts. */
#define INSIST (1 * MS)
/* Ticks without work after which the thread sleeps until it is woken, which costs some 5 us. */
#define TICKS_BEFORE_SLEEP 20

/* The exit code of a process with a statement that did not stop. */
enum { STUCK = 86 };

/* LENGTH_LIMIT for a run that must stop: SQLite looks for an interrupt only in loops, and an
** expression such as length(x||'a') + length(x||'b') + ..., or a row of 2,000 values, has none. What ends
** the run has shorter values. */
#define LENGTH_LIMIT_WHEN_STOPPED 1024

/* The run of a thread: what is waited for on its behalf must not outlast it. */
static _Thread_local struct {
  int64_t deadline;
  unsigned number;
  Guard *guard; /* 0 when there is none */
  int64_t heap; /* bytes that SQLite has on this thread, more than when counting began */
  int64_t heap_limit; /* of what runs at the moment: the run, or the statement that is prepared in it */
  int64_t heap_limit_of_run;
} run_of_thread = {.heap_limit = INT64_MAX, .heap_limit_of_run = INT64_MAX};

/* The next number in text; moves text behind it. (strtol and scanf would need a newer glibc.) */
static int64_t number_in(const char **text) {
  int64_t number = 0;
  while (**text == ' ') (*text)++;
  while (**text >= '0' && **text <= '9') number = number * 10 + (*(*text)++ - '0');
  return number;
}

/* Bytes of the process that are not backed by files (database pages are); -1 when unknown. */
static int64_t process_memory(void) {
#ifdef __linux__
  char buffer[128];
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t length = read(file, buffer, sizeof buffer - 1);
  close(file);
  if (length <= 0) return -1;
  buffer[length] = 0;
  const char *text = buffer;
  number_in(&text); /* address space */
  int64_t resident = number_in(&text);
  int64_t backed_by_files = number_in(&text);
  return (resident - backed_by_files) * sysconf(_SC_PAGESIZE);
#else
  return -1;
#endif
}

/* The limit is an int that SQLite reads without a lock: at worst the statement sees it a moment
** later. */
static void stop_statement(Guard *guard, enum outcome why) {
  guard->outcome = why;
  sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT_WHEN_STOPPED);
  sqlite3_interrupt(guard->db);
  __atomic_store_n(&guard->refuses_memory, 1, __ATOMIC_RELAXED);
}

static void watch_memory(Guard *guard) {
  int64_t size = process_memory();
  if (size < 0 || guard->budget == 0 || guard->waits_from >= 0) return;
  if (guard->baseline < 0 || size < guard->baseline) guard->baseline = size;
  if (size - guard->baseline - guard->allowed > guard->budget) stop_statement(guard, MEMORY);
}

/* Nothing else ends a statement that nothing stops. Whoever started the process sees it, and starts
** another one. */
static void end_when_stuck(const Guard *guard, int64_t time) {
  if (guard->grace && time >= guard->deadline + guard->grace) _exit(STUCK);
}

/* Everything happens under the mutex, interrupting included: once disarm has had the mutex, no
** interrupt meant for the finished statement can come any more, however long this thread (or the
** whole process, as Lambda does between requests) was stopped. */
static void *watch(void *argument) {
  Guard *guard = argument;
  unsigned seen = 0, idle_ticks = 0;
  pthread_mutex_lock(&guard->mutex);
  while (!guard->stopping) {
    int64_t time = now();
    idle_ticks = guard->runs == seen && !guard->deadline ? idle_ticks + 1 : 0;
    seen = guard->runs;
    if (guard->deadline) end_when_stuck(guard, time);
    if (!guard->deadline) {
      guard->wakes_at = idle_ticks > TICKS_BEFORE_SLEEP ? INT64_MAX : time + TICK;
    } else if (guard->outcome == MEMORY) {
      stop_statement(guard, MEMORY);
      guard->wakes_at = time + INSIST;
    } else if (time >= guard->deadline) {
      stop_statement(guard, DEADLINE);
      guard->wakes_at = time + INSIST;
    } else {
      watch_memory(guard);
      int64_t next = time + TICK;
      guard->wakes_at = next < guard->deadline ? next : guard->deadline;
    }
    wait_condition(&guard->changed, &guard->mutex, guard->wakes_at);
  }
  pthread_mutex_unlock(&guard->mutex);
  return 0;
}

static int start_thread(Guard *guard) {
  if (guard->running) return 1;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  guard->running = pthread_create(&guard->thread, &attributes, watch, guard) == 0;
  pthread_attr_destroy(&attributes);
  return guard->running;
}

static void limit_heap(int64_t limit) {
  run_of_thread.heap_limit = run_of_thread.heap_limit_of_run = limit;
}

int watch_arm(Guard *guard, int64_t milliseconds) {
  if (milliseconds < 1) milliseconds = 1;
  pthread_mutex_lock(&guard->mutex);
  guard->deadline = now() + milliseconds * MS;
  guard->outcome = FINISHED;
  guard->baseline = -1;
  guard->waits_from = -1;
  guard->allowed = 0;
  guard->runs++;
  guard->refuses_memory = 0;
  guard->preparing = 0;
  run_of_thread.deadline = guard->deadline;
  run_of_thread.number++;
  run_of_thread.guard = guard;
  limit_heap(guard->heap_budget ? run_of_thread.heap + guard->heap_budget : INT64_MAX);
  int started = start_thread(guard);
  if (guard->wakes_at > guard->deadline) pthread_cond_signal(&guard->changed);
  pthread_mutex_unlock(&guard->mutex);
  return started;
}

void watch_end_when_stuck(Guard *guard, int64_t milliseconds) {
  pthread_mutex_lock(&guard->mutex);
  guard->grace = milliseconds * MS;
  pthread_mutex_unlock(&guard->mutex);
}

int watch_is_over(Guard *guard) {
  pthread_mutex_lock(&guard->mutex);
  int is_over = guard->deadline && (guard->outcome == DEADLINE || guard->outcome == MEMORY);
  pthread_mutex_unlock(&guard->mutex);
  return is_over;
}

enum outcome watch_disarm(Guard *guard) {
  pthread_mutex_lock(&guard->mutex);
  enum outcome outcome = guard->outcome;
  guard->deadline = 0;
  guard->outcome = FINISHED;
  pthread_mutex_unlock(&guard->mutex);
  run_of_thread.deadline = 0;
  run_of_thread.guard = 0;
  limit_heap(INT64_MAX);
  sqlite3_limit(guard->db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
  if (outcome == MEMORY) give_back_freed_memory();
  return outcome;
}

void watch_preparing(Guard *guard, int is_preparing) {
  int64_t most = run_of_thread.heap + guard->preparing_budget;
  int64_t of_run = run_of_thread.heap_limit_of_run;
  int is_less = is_preparing && guard->preparing_budget && most < of_run;
  guard->preparing = is_preparing;
  run_of_thread.heap_limit = is_less ? most : of_run;
}

void watch_count_memory(int64_t bytes) {
  run_of_thread.heap += bytes;
}

/* What ends the run may allocate, too, so this happens once in a run; the thread goes on insisting. */
static void stop_at_limit(Guard *guard) {
  limit_heap(INT64_MAX);
  pthread_mutex_lock(&guard->mutex);
  if (guard->deadline && guard->outcome != DEADLINE) stop_statement(guard, MEMORY);
  pthread_mutex_unlock(&guard->mutex);
}

/* Once SQLite has been refused, it asks for no more until its statement has ended; what ends the run is
** a statement, too, and comes through between two refusals. */
int watch_refuses_memory(int64_t bytes) {
  Guard *guard = run_of_thread.guard;
  if (!guard) return 0;
  if (run_of_thread.heap + bytes > run_of_thread.heap_limit) stop_at_limit(guard);
  if (!guard->preparing || !__atomic_load_n(&guard->refuses_memory, __ATOMIC_RELAXED)) return 0;
  __atomic_store_n(&guard->refuses_memory, 0, __ATOMIC_RELAXED);
  return 1;
}

void watch_wait(int begins) {
  Guard *guard = run_of_thread.guard;
  if (!guard) return;
  int64_t size = process_memory();
  pthread_mutex_lock(&guard->mutex);
  if (begins) {
    guard->waits_from = size;
  } else {
    if (guard->waits_from >= 0 && size > guard->waits_from) guard->allowed += size - guard->waits_from;
    if (guard->allowed > guard->budget / 2) guard->allowed = guard->budget / 2;
    guard->waits_from = -1;
  }
  pthread_mutex_unlock(&guard->mutex);
}

int64_t watch_deadline(void) {
  return run_of_thread.deadline;
}

unsigned watch_run(void) {
  return run_of_thread.number;
}

void watch_init(Guard *guard) {
  guard->wakes_at = INT64_MAX;
  pthread_mutex_init(&guard->mutex, 0);
  init_condition(&guard->changed);
}

void watch_destroy(Guard *guard) {
  pthread_mutex_lock(&guard->mutex);
  guard->stopping = 1;
  pthread_cond_signal(&guard->changed);
  pthread_mutex_unlock(&guard->mutex);
  if (guard->running) pthread_join(guard->thread, 0);
  pthread_cond_destroy(&guard->changed);
  pthread_mutex_destroy(&guard->mutex);
}
