/* CUDA C as C++: a kernel is a function of its thread's indices, and runs as a loop over them. */
#include <cmath>
#include <cstring>

#define KERNEL static void
#define DEVICE static inline

static struct { unsigned x; } blockIdx, threadIdx;

static inline unsigned __float_as_uint(float value) { unsigned bits; std::memcpy(&bits, &value, sizeof bits); return bits; }
static inline float __uint_as_float(unsigned bits) { float value; std::memcpy(&value, &bits, sizeof value); return value; }
static inline long long __double_as_longlong(double value) { long long bits; std::memcpy(&bits, &value, sizeof bits); return bits; }
static inline double __longlong_as_double(long long bits) { double value; std::memcpy(&value, &bits, sizeof value); return value; }
static inline float from_half(unsigned short half) { _Float16 value; std::memcpy(&value, &half, sizeof value); return (float)value; }
static inline unsigned short to_half(float value) { _Float16 half = (_Float16)value; unsigned short bits; std::memcpy(&bits, &half, sizeof bits); return bits; }

template <typename Arguments> static void run(void (*kernel)(const Arguments), const void* arguments, long long first, long long blocks) {
  Arguments copy;
  std::memcpy(&copy, arguments, sizeof copy);
  for (long long block = first; block < blocks; block++)
    for (unsigned thread = 0; thread < 256; thread++) {
      blockIdx.x = (unsigned)block;
      threadIdx.x = thread;
      kernel(copy);
    }
}
