/* Peak of multiply-adds in registers: cc -O3 -march=native -pthread peak.c && ./a.out THREADS */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Twelve accumulators cover the latency of two multiply-adds per cycle, and fit into the sixteen
   registers of machines without AVX-512, which then have half as wide ones. */
#ifdef __AVX512F__
enum { LANES = 16 };
#else
enum { LANES = 8 };
#endif
typedef float vector __attribute__((vector_size(4 * LANES)));
enum { ACCUMULATORS = 12, ROUNDS = 1000000, REPETITIONS = 100 };

static float sums[64];

static void *work(void *place) {
  vector a[ACCUMULATORS], x, y;
  for (int j = 0; j < LANES; j++) {
    x[j] = 0.999f + 1e-6f * j;
    y[j] = 1e-3f;
  }
  for (int i = 0; i < ACCUMULATORS; i++) a[i] = y * (float)i;
  for (int n = 0; n < ROUNDS; n++) {
#pragma GCC unroll 12
    for (int i = 0; i < ACCUMULATORS; i++) a[i] = a[i] * x + y;
  }
  float sum = 0;
  for (int i = 0; i < ACCUMULATORS; i++)
    for (int j = 0; j < LANES; j++) sum += a[i][j];
  *(float *)place = sum;
  return NULL;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int count, char **arguments) {
  int threads = count > 1 ? atoi(arguments[1]) : 1;
  if (threads < 1 || threads > 64) return 1;
  double best = 0;
  for (int r = 0; r < REPETITIONS; r++) {
    pthread_t others[64];
    double start = now();
    for (int i = 0; i < threads; i++) pthread_create(&others[i], NULL, work, &sums[i]);
    for (int i = 0; i < threads; i++) pthread_join(others[i], NULL);
    double rate = 2e-9 * ROUNDS * ACCUMULATORS * LANES * threads / (now() - start);
    if (rate > best) best = rate;
  }
  printf("%.1f\n", best);
  return 0;
}
