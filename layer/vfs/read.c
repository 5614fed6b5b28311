/*
** The reader's side. Reading takes no lock: a reader looks up the slot, reads it, and then sees
** whether the slot still has the content that was looked up. What is not there is asked for through
** a socket, and the reader sleeps until the fetcher says that it is there (or why it is not), or
** its time is up. An answer that comes too late just fills a block that the next reader finds.
*/
#include "cache.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../guard/clock.h"
#include "../guard/guard.h"

SQLITE_EXTENSION_INIT3

/* A wait looks so often whether the fetcher still exists. */
#define LOOK (100 * MS)
/* A read that gives up at the end of its run leaves it to the guard to say so. */
#define GRACE (2 * MS)

/* What the fetcher reads from its socket; as in paged-files.ts. */
enum request { WANTED = 0, TOUCHED = 1, EXPECTED = 2 };

/* Blocks that are expected at a time: what 100 rows of a page need, and some more. */
#define MOST_EXPECTED 256

static _Thread_local struct {
  enum failure kind;
  unsigned run;
  char text[320];
  unsigned counted_run;
  uint32_t blocks_asked_for;
} here;

/* Between cache_expect and cache_gather: the blocks that this thread's reads did not find. */
static _Thread_local struct {
  uint32_t most; /* 0: reads wait */
  uint32_t count;
  struct { int mapping; uint32_t block; } missing[MOST_EXPECTED];
} expected;

static uint32_t slot_of(uint64_t entry) {
  return (uint32_t)entry - 1;
}

static int is_valid(const Cache *cache, uint64_t entry) {
  return entry != 0 && atomic_load(&cache->contents[slot_of(entry)]) == (uint32_t)(entry >> 32);
}

static int fail(enum failure kind, const char *text) {
  here.kind = kind;
  here.run = watch_run();
  sqlite3_snprintf(sizeof here.text, here.text, "%s", text);
  return SQLITE_IOERR_READ;
}

const char *cache_failure(enum failure *kind) {
  *kind = here.run == watch_run() ? here.kind : NONE;
  here.kind = NONE;
  return here.text;
}

/* One datagram's worth at a time, which the kernel takes whole or not at all. 1 sent, 0 not now, -1 never. */
static int ask(const Cache *cache, const Mapping *mapping, uint32_t block, enum request kind) {
  uint32_t request[3] = {(uint32_t)mapping->id, block, kind};
  if (cache->socket < 0) return -1;
#ifdef __APPLE__
  ssize_t sent = send(cache->socket, request, sizeof request, 0);
#else
  ssize_t sent = send(cache->socket, request, sizeof request, MSG_NOSIGNAL);
#endif
  if (sent == (ssize_t)sizeof request) return 1;
  return sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? 0 : -1;
}

static int has_fetcher(const Cache *cache) {
  struct pollfd poll_for = {cache->socket, 0, 0};
  if (cache->socket < 0) return 0;
  return poll(&poll_for, 1, 0) <= 0 || !(poll_for.revents & (POLLHUP | POLLERR | POLLNVAL));
}

/* Waits under the lock until the waiter is served or it is `until`. */
static int await(Cache *cache, Waiter *waiter, enum request kind, int64_t until, int is_run) {
  int sent = 0;
  while (!waiter->entry) {
    if (waiter->failed) return fail(UNAVAILABLE, waiter->reason);
    if (sent == 0) sent = ask(cache, waiter->mapping, waiter->block, kind);
    if (sent < 0 || cache->closed || !has_fetcher(cache)) {
      return fail(UNAVAILABLE, "the thread that fetches databases has ended");
    }
    int64_t time = now();
    if (time >= until) {
      return is_run ? fail(TOO_LATE, "the time was up while data was being fetched")
                    : fail(UNAVAILABLE, "the data could not be fetched in time");
    }
    int64_t look = time + (sent ? LOOK : MS);
    wait_condition(&cache->changed, &cache_mutex, look < until ? look : until);
  }
  return SQLITE_OK;
}

/* One more block for this run: is that within its budget? */
static int count_block(const Cache *cache) {
  if (watch_deadline() == 0) return SQLITE_OK;
  if (here.counted_run != watch_run()) here.blocks_asked_for = 0;
  here.counted_run = watch_run();
  if (!cache->budget || ++here.blocks_asked_for <= cache->budget) return SQLITE_OK;
  char text[160];
  sqlite3_snprintf(sizeof text, text,
                   "SQL query reads too much of the database at once: more than %u blocks that "
                   "are not here yet", cache->budget);
  return fail(TOO_MANY, text);
}

/* Brings the block here. On success its slot stays as it is until it is unpinned. */
static int fetch(Mapping *mapping, uint32_t block, enum request kind, uint64_t *entry) {
  Cache *cache = mapping->cache;
  int64_t deadline = watch_deadline(), until = now() + cache->patience;
  int is_run = deadline != 0 && deadline + GRACE < until;
  if (is_run) until = deadline + GRACE;
  Waiter waiter = {0};
  waiter.mapping = mapping;
  waiter.block = block;
  watch_wait(1);
  pthread_mutex_lock(&cache_mutex);
  waiter.next = cache->waiters;
  cache->waiters = &waiter;
  uint64_t present = atomic_load(&mapping->entries[block]);
  if (is_valid(cache, present)) {
    waiter.entry = present;
    atomic_fetch_add(&cache->pins[slot_of(present)], 1);
  }
  int rc = await(cache, &waiter, kind, until, is_run);
  Waiter **link = &cache->waiters;
  while (*link != &waiter) link = &(*link)->next;
  *link = waiter.next;
  pthread_mutex_unlock(&cache_mutex);
  watch_wait(0);
  *entry = waiter.entry;
  return rc;
}

static void unpin(Cache *cache, uint64_t entry) {
  atomic_fetch_sub(&cache->pins[slot_of(entry)], 1);
}

/* Asks for the block without waiting for it; the read fails. */
static int expect(Mapping *mapping, uint32_t block) {
  for (uint32_t i = 0; i < expected.count; i++) {
    if (expected.missing[i].mapping == mapping->id && expected.missing[i].block == block) {
      return fail(NOT_YET, "");
    }
  }
  /* Most of the cache is left to those who read what has come. */
  if (expected.count > 0 && expected.count >= mapping->cache->slots / 4) return fail(NOT_YET, "");
  if (expected.count >= expected.most) return fail(NOT_YET, "");
  int rc = count_block(mapping->cache);
  if (rc != SQLITE_OK) return rc;
  expected.missing[expected.count].mapping = mapping->id;
  expected.missing[expected.count++].block = block;
  pthread_mutex_lock(&cache_mutex);
  ask(mapping->cache, mapping, block, EXPECTED);
  pthread_mutex_unlock(&cache_mutex);
  return fail(NOT_YET, "");
}

void cache_expect(uint32_t most) {
  expected.most = most < MOST_EXPECTED ? most : MOST_EXPECTED;
  expected.count = 0;
}

uint32_t cache_gather(void) {
  expected.most = 0;
  for (uint32_t i = 0; i < expected.count; i++) {
    Mapping *mapping = cache_get(expected.missing[i].mapping);
    if (!mapping) continue;
    uint64_t entry;
    int rc = fetch(mapping, expected.missing[i].block, EXPECTED, &entry);
    if (entry) unpin(mapping->cache, entry);
    cache_put(mapping);
    if (rc != SQLITE_OK) break;
  }
  /* Whoever reads next what could not be had is told why. */
  here.kind = NONE;
  return expected.count;
}

static int read_slot(const Cache *cache, uint32_t slot, uint32_t offset, uint32_t count, void *bytes) {
  off_t position = (off_t)slot * cache->slot_bytes + offset;
  for (uint32_t done = 0; done < count;) {
    ssize_t got = pread(cache->file, (char *)bytes + done, count - done, position + done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(UNAVAILABLE, "the temporary disk could not be read");
    done += (uint32_t)got;
  }
  return SQLITE_OK;
}

/* Copies from the pages in memory; 0 when they do not have it. */
static int read_hot(const Mapping *mapping, int64_t position, uint32_t count, void *bytes) {
  if (mapping->hot_pages == 0) return 0;
  uint32_t page = (uint32_t)(position / mapping->page_size), low = 0, high = mapping->hot_pages;
  uint32_t within = (uint32_t)(position % mapping->page_size);
  if (within + count > mapping->page_size) return 0;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (mapping->hot_numbers[middle] < page) low = middle + 1;
    else high = middle;
  }
  if (low == mapping->hot_pages || mapping->hot_numbers[low] != page) return 0;
  memcpy(bytes, mapping->hot_bytes + (size_t)low * mapping->page_size + within, count);
  return 1;
}

static void note_use(Mapping *mapping, uint32_t block, uint32_t slot) {
  Cache *cache = mapping->cache;
  uint32_t clock = atomic_load_explicit(&cache->clock, memory_order_relaxed);
  if (atomic_load_explicit(&cache->last_used[slot], memory_order_relaxed) != clock) {
    atomic_store_explicit(&cache->last_used[slot], clock, memory_order_relaxed);
  }
  if (atomic_load_explicit(&mapping->marked[block], memory_order_relaxed) &&
      atomic_exchange(&mapping->marked[block], 0)) {
    pthread_mutex_lock(&cache_mutex);
    ask(cache, mapping, block, TOUCHED);
    pthread_mutex_unlock(&cache_mutex);
  }
}

int cache_read(Mapping *mapping, uint32_t block, uint32_t offset, uint32_t count, void *bytes) {
  Cache *cache = mapping->cache;
  uint64_t entry = atomic_load(&mapping->entries[block]);
  if (is_valid(cache, entry)) {
    int rc = read_slot(cache, slot_of(entry), offset, count, bytes);
    atomic_thread_fence(memory_order_seq_cst);
    if (is_valid(cache, entry)) {
      note_use(mapping, block, slot_of(entry));
      return rc;
    }
  }
  if (read_hot(mapping, (int64_t)block * mapping->block_size + offset, count, bytes)) return SQLITE_OK;
  if (expected.most > 0) return expect(mapping, block);
  int rc = count_block(cache);
  if (rc == SQLITE_OK) rc = fetch(mapping, block, WANTED, &entry);
  else entry = 0;
  if (entry) {
    rc = read_slot(cache, slot_of(entry), offset, count, bytes);
    note_use(mapping, block, slot_of(entry));
    unpin(cache, entry);
  }
  return rc;
}
