/* The fetcher's side: which slot to write next, and what is in it when it is written. */
#include "cache.h"

SQLITE_EXTENSION_INIT3

int64_t cache_take(int id) {
  pthread_mutex_lock(&cache_mutex);
  Cache *cache = cache_find(id);
  int64_t taken = -1;
  uint32_t oldest = UINT32_MAX;
  for (uint32_t slot = 0; cache && slot < cache->slots; slot++) {
    uint32_t used = atomic_load_explicit(&cache->last_used[slot], memory_order_relaxed);
    if (used >= oldest || cache->busy[slot] || atomic_load(&cache->pins[slot])) continue;
    taken = slot;
    oldest = used;
    if (used == 0) break;
  }
  if (taken >= 0) {
    cache->busy[taken] = 1;
    atomic_fetch_add(&cache->contents[taken], 1);
  }
  pthread_mutex_unlock(&cache_mutex);
  return taken;
}

void cache_written(int id, uint32_t slot) {
  pthread_mutex_lock(&cache_mutex);
  Cache *cache = cache_find(id);
  if (cache && slot < cache->capacity) {
    cache->busy[slot] = 0;
    atomic_store(&cache->last_used[slot], atomic_fetch_add(&cache->clock, 1) + 1);
  }
  pthread_mutex_unlock(&cache_mutex);
}

void cache_release(int id, uint32_t slot) {
  pthread_mutex_lock(&cache_mutex);
  Cache *cache = cache_find(id);
  if (cache && slot < cache->capacity) {
    cache->busy[slot] = 0;
    atomic_store(&cache->last_used[slot], 0);
  }
  pthread_mutex_unlock(&cache_mutex);
}

void cache_shrink(int id, uint32_t slots) {
  pthread_mutex_lock(&cache_mutex);
  Cache *cache = cache_find(id);
  if (cache && slots < cache->slots) cache->slots = slots;
  pthread_mutex_unlock(&cache_mutex);
}

void cache_filled(int id, uint32_t block, uint32_t slot) {
  pthread_mutex_lock(&cache_mutex);
  Mapping *mapping = mapping_find(id);
  if (mapping && block < mapping->blocks && slot < mapping->cache->capacity) {
    Cache *cache = mapping->cache;
    uint64_t content = atomic_load(&cache->contents[slot]);
    uint64_t entry = content << 32 | (slot + 1);
    atomic_store(&mapping->entries[block], entry);
    for (Waiter *waiter = cache->waiters; waiter; waiter = waiter->next) {
      if (waiter->mapping != mapping || waiter->block != block || waiter->entry) continue;
      waiter->entry = entry;
      atomic_fetch_add(&cache->pins[slot], 1);
    }
    pthread_cond_broadcast(&cache->changed);
  }
  pthread_mutex_unlock(&cache_mutex);
}

void cache_failed(int id, uint32_t block, const char *reason) {
  pthread_mutex_lock(&cache_mutex);
  Mapping *mapping = mapping_find(id);
  for (Waiter *waiter = mapping ? mapping->cache->waiters : 0; waiter; waiter = waiter->next) {
    if (waiter->mapping != mapping || waiter->block != block || waiter->entry) continue;
    waiter->failed = 1;
    sqlite3_snprintf(sizeof waiter->reason, waiter->reason, "%s", reason);
  }
  if (mapping) pthread_cond_broadcast(&mapping->cache->changed);
  pthread_mutex_unlock(&cache_mutex);
}

void cache_mark(int id, uint32_t block) {
  pthread_mutex_lock(&cache_mutex);
  Mapping *mapping = mapping_find(id);
  if (mapping && block < mapping->blocks) atomic_store(&mapping->marked[block], 1);
  pthread_mutex_unlock(&cache_mutex);
}
