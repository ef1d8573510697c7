/* Hand-written loops over [T, N] float32 for one neuron each: what somebody writes who needs this equation alone.
   Forward writes spikes; backward computes the potentials of a block of neurons again, which stay in the cache, and sweeps back.
   Hard reset to 0, threshold 1, arctangent surrogate of slope 2, gradient through the reset.
   gcc -O3 -march=native -ffast-math -fopenmp hand.c -o hand -lm;   hand THREADS (KIND PASS T ELEMENTS NAME)...
   KIND lif, plif or own; "bytes" moves the same bytes and computes nothing, "bytes, streamed" writes them past the caches, "divisions"
   makes one division for each element in the first-level cache; "C in registers" is LIF whose state stays in registers for four steps
   (T a multiple of four, whole pieces of neurons), "C in cache" the same on one piece of memory again and again.
   -ffast-math has a reciprocal to 14 bits and a step of Newton's in place of a division; -DBACKEND='"C that divides"'
   -fno-reciprocal-math -mno-recip divide; -fno-fast-math -ffp-contract=off compute as the equation stands.
   Prints a JSON line for each case. */
#include <immintrin.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#ifndef BACKEND
#define BACKEND "C by hand"
#endif

enum { BLOCK = 256, SAMPLES = 100, WARM_UP = 1000 /* ms */ };
static const float SLOPE = 3.14159265358979f;

#define STEP(NAME, CHARGE, BY_V, BY_X, BY_K)                                                                          \
    static void NAME##_forward(const float *restrict x, float *restrict s, int T, size_t N, float k) {              \
        _Pragma("omp parallel for schedule(static)") for (size_t b = 0; b < N; b += BLOCK) {                         \
            float v[BLOCK] = {0};                                                                                     \
            size_t m = N - b < BLOCK ? N - b : BLOCK;                                                                 \
            for (int t = 0; t < T; t++)                                                                               \
                for (size_t i = 0; i < m; i++) {                                                                      \
                    float V = v[i], X = x[t * N + b + i], h = CHARGE, spike = h >= 1.f ? 1.f : 0.f;                   \
                    s[t * N + b + i] = spike;                                                                         \
                    v[i] = (1.f - spike) * h;                                                                         \
                }                                                                                                     \
        }                                                                                                             \
    }                                                                                                                 \
    static float NAME##_backward(const float *restrict x, const float *restrict g, float *restrict gx, int T, size_t N, float k) { \
        double sum = 0;                                                                                               \
        _Pragma("omp parallel for schedule(static) reduction(+ : sum)") for (size_t b = 0; b < N; b += BLOCK) {      \
            float gv[BLOCK] = {0}, gk[BLOCK] = {0}, hs[(T + 1) * BLOCK];                                              \
            size_t m = N - b < BLOCK ? N - b : BLOCK;                                                                 \
            memset(hs, 0, sizeof(float) * BLOCK);                                                                     \
            for (int t = 0; t < T; t++)                                                                               \
                for (size_t i = 0; i < m; i++) {                                                                      \
                    float last = hs[t * BLOCK + i], V = last >= 1.f ? 0.f : last, X = x[t * N + b + i];               \
                    hs[(t + 1) * BLOCK + i] = CHARGE;                                                                 \
                }                                                                                                     \
            for (int t = T - 1; t >= 0; t--)                                                                          \
                for (size_t i = 0; i < m; i++) {                                                                      \
                    float h = hs[(t + 1) * BLOCK + i], last = hs[t * BLOCK + i], V = last >= 1.f ? 0.f : last;        \
                    float X = x[t * N + b + i], u = h - 1.f, a = SLOPE * u, spike = u >= 0 ? 1.f : 0.f;               \
                    float gh = (g[t * N + b + i] - h * gv[i]) / (1.f + a * a) + gv[i] * (1.f - spike);                \
                    gx[t * N + b + i] = gh * (BY_X);                                                                  \
                    gv[i] = gh * (BY_V);                                                                              \
                    gk[i] += gh * (BY_K);                                                                             \
                    (void)V, (void)X;                                                                                 \
                }                                                                                                     \
            for (size_t i = 0; i < m; i++) sum += gk[i];                                                              \
        }                                                                                                             \
        return (float)sum;                                                                                            \
    }

STEP(lif, V + (X - V) * .5f, .5f, .5f, 0.f)
STEP(plif, V + (X - V) * k, 1.f - k, k, X - V)
STEP(own, V + (V * (V - .7f) + X) * .5f, 1.f + (2.f * V - .7f) * .5f, .5f, 0.f)

/* x read and spikes written; x and gradient read, gradient written */
static void bytes_forward(const float *restrict x, float *restrict s, int T, size_t N, float k) {
    (void)k;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < T * N; i++) s[i] = x[i];
}
static float bytes_backward(const float *restrict x, const float *restrict g, float *restrict gx, int T, size_t N, float k) {
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < T * N; i++) gx[i] = x[i] + g[i];
    return k;
}

/* the same, past the caches where it is written: memory is not read before */
static void streamed_forward(const float *restrict x, float *restrict s, int T, size_t N, float k) {
    (void)k;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < T * N; i += 4) _mm_stream_ps(s + i, _mm_loadu_ps(x + i));
}
static float streamed_backward(const float *restrict x, const float *restrict g, float *restrict gx, int T, size_t N, float k) {
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < T * N; i += 4) _mm_stream_ps(gx + i, _mm_add_ps(_mm_loadu_ps(x + i), _mm_loadu_ps(g + i)));
    return k;
}

/* the surrogate's, which only the backward pass has */
static void divisions_forward(const float *restrict x, float *restrict s, int T, size_t N, float k) {
    (void)x, (void)s, (void)T, (void)N, (void)k;
}
static float divisions_backward(const float *restrict x, const float *restrict g, float *restrict gx, int T, size_t N, float k) {
    (void)g;
#pragma omp parallel for schedule(static)
    for (size_t b = 0; b < T * N; b += BLOCK) {
        float q[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) q[i] = 1.f / (x[i] + 1.f);
        __asm__ volatile("" : : "r"(q) : "memory");
    }
    return gx[0] + k;
}

/* LIF on a block of neurons: eight vectors of them at a time pass through four steps */
typedef float vector __attribute__((vector_size(64), aligned(4)));
enum { HELD = 8, LANES = sizeof(vector) / sizeof(float), AT_ONCE = 4, PIECE = 4 * HELD * LANES };
#define HELD_EACH _Pragma("GCC unroll 8") for (int i = 0; i < HELD; i++)
#define HELD_IN(row) ((vector *)(row))[i]
typedef int bits __attribute__((vector_size(64)));
static inline vector fired(vector h) { return (vector)((h >= 1.f) & (bits)((vector){0} + 1.f)); }
static inline vector silent(vector h) { return (vector)(~(h >= 1.f) & (bits)((vector){0} + 1.f)); }

static inline void held_forward(const float *x, float *s, int T, size_t N) {
    float state[PIECE] = {0};
    for (int from = 0; from < T; from += AT_ONCE)
        for (size_t b = 0; b < PIECE; b += HELD * LANES) {
            vector v[HELD];
            HELD_EACH v[i] = HELD_IN(state + b);
            for (int t = from; t < from + AT_ONCE; t++)
                HELD_EACH {
                    vector h = v[i] + (HELD_IN(x + t * N + b) - v[i]) * .5f;
                    HELD_IN(s + t * N + b) = fired(h);
                    v[i] = silent(h) * h;
                }
            HELD_EACH HELD_IN(state + b) = v[i];
        }
}

static inline void held_backward(const float *x, const float *g, float *gx, int T, size_t N) {
    float state[PIECE] = {0}, carried[PIECE] = {0}, hs[T * PIECE];
    for (int from = 0; from < T; from += AT_ONCE)
        for (size_t b = 0; b < PIECE; b += HELD * LANES) {
            vector v[HELD];
            HELD_EACH v[i] = HELD_IN(state + b);
            for (int t = from; t < from + AT_ONCE; t++)
                HELD_EACH {
                    vector h = v[i] + (HELD_IN(x + t * N + b) - v[i]) * .5f;
                    HELD_IN(hs + t * PIECE + b) = h;
                    v[i] = silent(h) * h;
                }
            HELD_EACH HELD_IN(state + b) = v[i];
        }
    for (int from = T - 1; from >= 0; from -= AT_ONCE)
        for (size_t b = 0; b < PIECE; b += HELD * LANES) {
            vector gv[HELD];
            HELD_EACH gv[i] = HELD_IN(carried + b);
            for (int t = from; t > from - AT_ONCE; t--)
                HELD_EACH {
                    vector h = HELD_IN(hs + t * PIECE + b), a = SLOPE * (h - 1.f);
                    vector gh = (HELD_IN(g + t * N + b) - h * gv[i]) * (1.f / (1.f + a * a)) + gv[i] * silent(h);
                    vector half = gh * .5f;
                    HELD_IN(gx + t * N + b) = half;
                    gv[i] = gh - half;
                }
            HELD_EACH HELD_IN(carried + b) = gv[i];
        }
}

static void registers_forward(const float *restrict x, float *restrict s, int T, size_t N, float k) {
    (void)k;
#pragma omp parallel for schedule(static)
    for (size_t b = 0; b < N; b += PIECE) held_forward(x + b, s + b, T, N);
}
static float registers_backward(const float *restrict x, const float *restrict g, float *restrict gx, int T, size_t N, float k) {
#pragma omp parallel for schedule(static)
    for (size_t b = 0; b < N; b += PIECE) held_backward(x + b, g + b, gx + b, T, N);
    return k;
}
static void cache_forward(const float *restrict x, float *restrict s, int T, size_t N, float k) {
    (void)k;
#pragma omp parallel for schedule(static)
    for (size_t b = 0; b < N; b += PIECE) {
        size_t own = (size_t)omp_get_thread_num() * T * PIECE;
        held_forward(x + own, s + own, T, PIECE);
        __asm__ volatile("" : : : "memory");
    }
}
static float cache_backward(const float *restrict x, const float *restrict g, float *restrict gx, int T, size_t N, float k) {
#pragma omp parallel for schedule(static)
    for (size_t b = 0; b < N; b += PIECE) {
        size_t own = (size_t)omp_get_thread_num() * T * PIECE;
        held_backward(x + own, g + own, gx + own, T, PIECE);
        __asm__ volatile("" : : : "memory");
    }
    return k;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

static float *numbers(size_t n) {
    size_t size = (n * sizeof(float) + (1 << 21) - 1) & ~(size_t)((1 << 21) - 1);
    float *p = aligned_alloc(1 << 21, size);
    if (!p) exit(1);
    madvise(p, size, MADV_HUGEPAGE);
    for (size_t i = 0; i < n; i++) p[i] = 2.f * rand() / (float)RAND_MAX;
    return p;
}

typedef void forward(const float *, float *, int, size_t, float);
typedef float backward(const float *, const float *, float *, int, size_t, float);

static const struct {
    const char *name;
    int equation; /* the program's name is that of its loop */
    forward *forward;
    backward *backward;
} KINDS[] = {
    {"lif", 1, lif_forward, lif_backward},
    {"plif", 1, plif_forward, plif_backward},
    {"own", 1, own_forward, own_backward},
    {"bytes", 0, bytes_forward, bytes_backward},
    {"bytes, streamed", 0, streamed_forward, streamed_backward},
    {"divisions", 0, divisions_forward, divisions_backward},
    {"C in registers", 0, registers_forward, registers_backward},
    {"C in cache", 0, cache_forward, cache_backward},
};

int main(int argc, char **argv) {
    if (argc < 7 || (argc - 2) % 5) return 2;
    omp_set_num_threads(atoi(argv[1]));
    printf("{\"about\": \"C by hand, GCC %s\"}\n", __VERSION__);
    for (int a = 2; a < argc; a += 5) {
        size_t kind = 0;
        while (kind < sizeof KINDS / sizeof *KINDS && strcmp(argv[a], KINDS[kind].name)) kind++;
        if (kind == sizeof KINDS / sizeof *KINDS) return 2;
        int both = !strcmp(argv[a + 1], "both"), T = atoi(argv[a + 2]);
        size_t n = strtoull(argv[a + 3], 0, 10), N = n / T;
        float *x = numbers(n), *g = numbers(n), *s = numbers(n), *gx = numbers(n), sum = 0;
        double times[SAMPLES], begun;
        int runs = 1;
        double started = now();
        for (int i = -1; i < SAMPLES; i++) {
            begun = now();
            for (int r = 0; r < runs; r++) {
                KINDS[kind].forward(x, s, T, N, .5f);
                if (both) sum += KINDS[kind].backward(x, g, gx, T, N, .5f);
            }
            double took = (now() - begun) / runs;
            if (i == -1) runs = took < 5 ? (int)(5 / took) + 1 : 1;
            if (i == -1 && now() - started < WARM_UP) i--;
            if (i >= 0) times[i] = took;
        }
        printf("{\"case\": \"%s\", \"backend\": \"%s\", \"ms\": [", argv[a + 4],
            KINDS[kind].equation ? BACKEND : KINDS[kind].name);
        for (int i = 0; i < SAMPLES; i++) printf("%s%.6f", i ? ", " : "", times[i]);
        printf("]}\n");
        fprintf(stderr, "%g %g\n", sum, gx[n / 2] + s[n / 3]);
        fflush(stdout);
        free(x), free(g), free(s), free(gx);
    }
    return 0;
}
