/* Caches and mappings: made, found by their numbers, counted, given back. */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../guard/clock.h"

pthread_mutex_t cache_mutex = PTHREAD_MUTEX_INITIALIZER;
static Cache *caches;
static Mapping *mappings;
static int next_id = 1;

Cache *cache_find(int id) {
  Cache *cache = caches;
  while (cache && cache->id != id) cache = cache->next;
  return cache && !cache->closed ? cache : 0;
}

Mapping *mapping_find(int id) {
  Mapping *mapping = mappings;
  while (mapping && mapping->id != id) mapping = mapping->next;
  return mapping;
}

static void free_cache(Cache *cache) {
  if (cache->file >= 0) close(cache->file);
  if (cache->socket >= 0) close(cache->socket);
  if (cache->fetcher_socket >= 0) close(cache->fetcher_socket);
  pthread_cond_destroy(&cache->changed);
  free((void *)cache->contents);
  free((void *)cache->last_used);
  free((void *)cache->pins);
  free(cache->busy);
  free(cache);
}

static void drop_cache(Cache *cache) {
  if (--cache->references > 0) return;
  Cache **link = &caches;
  while (*link && *link != cache) link = &(*link)->next;
  if (*link) *link = cache->next;
  free_cache(cache);
}

static void free_mapping(Mapping *mapping) {
  free((void *)mapping->entries);
  free((void *)mapping->marked);
  free(mapping->hot_numbers);
  free(mapping->hot_bytes);
  free(mapping);
}

static void drop_mapping(Mapping *mapping) {
  if (--mapping->references > 0) return;
  Mapping **link = &mappings;
  while (*link && *link != mapping) link = &(*link)->next;
  if (*link) *link = mapping->next;
  drop_cache(mapping->cache);
  free_mapping(mapping);
}

int cache_open(int file, uint32_t slot_bytes, uint32_t slots, int64_t patience_ms,
               uint32_t budget) {
  Cache *cache = calloc(1, sizeof *cache);
  if (!cache) return 0;
  int ends[2] = {-1, -1};
  init_condition(&cache->changed);
  cache->contents = calloc(slots, sizeof *cache->contents);
  cache->last_used = calloc(slots, sizeof *cache->last_used);
  cache->pins = calloc(slots, sizeof *cache->pins);
  cache->busy = calloc(slots, 1);
  cache->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
  int paired = socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
  cache->socket = ends[0];
  cache->fetcher_socket = ends[1];
  if (!paired || cache->file < 0 || !cache->contents || !cache->last_used || !cache->pins ||
      !cache->busy) {
    free_cache(cache);
    return 0;
  }
  for (int i = 0; i < 2; i++) {
    fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  cache->slot_bytes = slot_bytes;
  cache->slots = cache->capacity = slots;
  cache->patience = patience_ms * MS;
  cache->budget = budget;
  atomic_init(&cache->clock, 1);
  cache->references = 1;
  pthread_mutex_lock(&cache_mutex);
  cache->id = next_id++;
  cache->next = caches;
  caches = cache;
  int id = cache->id;
  pthread_mutex_unlock(&cache_mutex);
  return id;
}

void cache_close(int id) {
  pthread_mutex_lock(&cache_mutex);
  Cache *cache = cache_find(id);
  if (cache) {
    cache->closed = 1;
    close(cache->socket);
    cache->socket = -1;
    pthread_cond_broadcast(&cache->changed);
    drop_cache(cache);
  }
  pthread_mutex_unlock(&cache_mutex);
}

int cache_socket(int id) {
  pthread_mutex_lock(&cache_mutex);
  Cache *cache = cache_find(id);
  int socket = cache ? cache->fetcher_socket : -1;
  if (cache) cache->fetcher_socket = -1;
  pthread_mutex_unlock(&cache_mutex);
  return socket;
}

static uint32_t little_endian(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static int copy_hot(Mapping *mapping, HotPages hot) {
  if (hot.count == 0) return 1;
  size_t bytes = (size_t)hot.count * hot.page_size;
  mapping->hot_numbers = malloc(hot.count * sizeof *mapping->hot_numbers);
  mapping->hot_bytes = malloc(bytes);
  if (!mapping->hot_numbers || !mapping->hot_bytes) return 0;
  for (uint32_t i = 0; i < hot.count; i++) {
    mapping->hot_numbers[i] = little_endian(hot.numbers + 4 * i);
  }
  memcpy(mapping->hot_bytes, hot.bytes, bytes);
  mapping->page_size = hot.page_size;
  mapping->hot_pages = hot.count;
  return 1;
}

int cache_map(int id, int64_t size, uint32_t block_size, HotPages hot) {
  Mapping *mapping = calloc(1, sizeof *mapping);
  if (!mapping) return 0;
  mapping->size = size;
  mapping->block_size = block_size;
  mapping->blocks = (uint32_t)((size + block_size - 1) / block_size);
  mapping->entries = calloc(mapping->blocks + 1, sizeof *mapping->entries);
  mapping->marked = calloc(mapping->blocks + 1, sizeof *mapping->marked);
  mapping->references = 1;
  int made = mapping->entries && mapping->marked && copy_hot(mapping, hot);
  pthread_mutex_lock(&cache_mutex);
  mapping->cache = cache_find(id);
  if (made && mapping->cache && block_size <= mapping->cache->slot_bytes) {
    mapping->cache->references++;
    mapping->id = next_id++;
    mapping->next = mappings;
    mappings = mapping;
  }
  int mapped = mapping->id;
  pthread_mutex_unlock(&cache_mutex);
  if (!mapped) free_mapping(mapping);
  return mapped;
}

void cache_unmap(int id) {
  pthread_mutex_lock(&cache_mutex);
  Mapping *mapping = mapping_find(id);
  if (mapping && !mapping->unmapped) {
    mapping->unmapped = 1;
    drop_mapping(mapping);
  }
  pthread_mutex_unlock(&cache_mutex);
}

Mapping *cache_get(int id) {
  pthread_mutex_lock(&cache_mutex);
  Mapping *mapping = mapping_find(id);
  if (mapping && mapping->unmapped) mapping = 0;
  if (mapping) mapping->references++;
  pthread_mutex_unlock(&cache_mutex);
  return mapping;
}

void cache_put(Mapping *mapping) {
  pthread_mutex_lock(&cache_mutex);
  drop_mapping(mapping);
  pthread_mutex_unlock(&cache_mutex);
}
