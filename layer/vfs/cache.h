/* What the parts of the paged files have in common; vfs.c says what the whole is. */
#ifndef DSL_CACHE_H
#define DSL_CACHE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "sqlite3ext.h"

/* One cache file on the local disk, divided into slots of one size, and the fetcher (a thread of
** JavaScript) that brings blocks into it. */
typedef struct Cache {
  struct Cache *next;
  int id;
  int references; /* mappings, and one until it is closed */
  int closed;
  int file;
  int socket;         /* the end at which blocks are asked for; -1 when closed */
  int fetcher_socket; /* the end that the fetcher takes over; -1 when it has */
  uint32_t slot_bytes;
  uint32_t capacity; /* slots that there were at first */
  uint32_t slots;    /* of those, how many may be taken */
  int64_t patience; /* a read without a deadline waits so many nanoseconds */
  uint32_t budget;  /* blocks that one run may ask for; 0 for any number */
  pthread_cond_t changed;
  struct Waiter *waiters;
  /* Goes up when a slot gets other content. What was read from a slot is right when this has not
  ** changed meanwhile. */
  _Atomic uint32_t *contents;
  _Atomic uint32_t *last_used; /* the clock when it was; 0 for a slot that has no content */
  _Atomic uint32_t *pins;      /* threads that are about to read it */
  uint8_t *busy;               /* content is being written */
  _Atomic uint32_t clock;
} Cache;

/* One database: where its blocks are. */
typedef struct Mapping {
  struct Mapping *next;
  int id;
  int references; /* open files, and one until it is unmapped */
  int unmapped;
  Cache *cache;
  int64_t size;
  uint32_t block_size, blocks;
  /* Per block: the slot + 1, and above 32 bits the content that the slot must have; 0 for none. */
  _Atomic uint64_t *entries;
  /* Blocks whose first use the fetcher wants to hear of: the edge of what it has read ahead. */
  _Atomic uint8_t *marked;
  /* Pages that are always in memory, in ascending order. */
  uint32_t page_size, hot_pages;
  uint32_t *hot_numbers;
  uint8_t *hot_bytes;
} Mapping;

/* A thread that waits for a block; on its stack. */
typedef struct Waiter {
  struct Waiter *next;
  Mapping *mapping;
  uint32_t block;
  uint64_t entry; /* when it was filled; its slot is pinned */
  int failed;
  char reason[256];
} Waiter;

/* One for all: it is held for moments, and never while a file is read or written. */
extern pthread_mutex_t cache_mutex;

/* Under the mutex; null when there is none. */
Cache *cache_find(int cache);
Mapping *mapping_find(int mapping);

/* The functions below take the mutex themselves. */

/* Returns the cache's id, or 0 without memory. Keeps a duplicate of `file`. */
int cache_open(int file, uint32_t slot_bytes, uint32_t slots, int64_t patience_ms, uint32_t budget);
/* Those who wait are refused. Memory is given back when the last mapping goes. */
void cache_close(int cache);
/* The descriptor that the fetcher reads requests from and must close; -1 when it was handed out. */
int cache_socket(int cache);

typedef struct HotPages {
  uint32_t page_size, count;
  const uint8_t *numbers; /* little-endian, from 0, ascending */
  const uint8_t *bytes;
} HotPages;

/* Returns the mapping's id, or 0. */
int cache_map(int cache, int64_t size, uint32_t block_size, HotPages hot);
void cache_unmap(int mapping);
/* For opening a file on it; null when there is none. To be given back with cache_put. */
Mapping *cache_get(int mapping);
void cache_put(Mapping *mapping);

/* fill.c */

/* The slot to be written next: an unused one, else the least recently used; -1 when all are needed. */
int64_t cache_take(int cache);
/* The slot has all of its new content. */
void cache_written(int cache, uint32_t slot);
/* Gives back a slot that was taken and not written. */
void cache_release(int cache, uint32_t slot);
/* From here on only the first `slots` are taken: the disk has no room for more. */
void cache_shrink(int cache, uint32_t slots);
/* The block is in that slot, which was written. */
void cache_filled(int mapping, uint32_t block, uint32_t slot);
/* The block cannot be had. */
void cache_failed(int mapping, uint32_t block, const char *reason);
/* Asks to hear of the first use of a block. */
void cache_mark(int mapping, uint32_t block);

/* read.c */

/* Reads within one block, waiting for it where need be. Returns an SQLite code. */
int cache_read(Mapping *mapping, uint32_t block, uint32_t offset, uint32_t count, void *bytes);

/*
** From here on this thread's reads do not wait for blocks that are not here: they ask for them and
** fail, so that one statement after the other can say what it needs. At most `most` are asked for.
*/
void cache_expect(uint32_t most);
/* Ends that, and waits until what was asked for is here or cannot be had. Returns how many it was. */
uint32_t cache_gather(void);

enum failure { NONE = 0, TOO_LATE = 1, TOO_MANY = 2, UNAVAILABLE = 3, NOT_YET = 4 };

/* Why a read of this thread's current run failed, in words; `kind` says what it is. */
const char *cache_failure(enum failure *kind);

/* file.c */
int register_paged_files(void);

#endif
