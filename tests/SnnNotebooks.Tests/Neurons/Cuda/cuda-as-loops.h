/* CUDA C as C++: a kernel is a function of its thread's indices, and runs as a loop over them. */
#include <cmath>
#include <cstring>

#define KERNEL static void
#define DEVICE static inline
#define RESTRICT __restrict__

static struct { unsigned x; } blockIdx, threadIdx;

static inline unsigned __float_as_uint(float value) { unsigned bits; std::memcpy(&bits, &value, sizeof bits); return bits; }
static inline float __uint_as_float(unsigned bits) { float value; std::memcpy(&value, &bits, sizeof value); return value; }
static inline long long __double_as_longlong(double value) { long long bits; std::memcpy(&bits, &value, sizeof bits); return bits; }
static inline double __longlong_as_double(long long bits) { double value; std::memcpy(&value, &bits, sizeof value); return value; }
static inline float from_half(unsigned short half) { _Float16 value; std::memcpy(&value, &half, sizeof value); return (float)value; }
static inline unsigned short to_half(float value) { _Float16 half = (_Float16)value; unsigned short bits; std::memcpy(&bits, &half, sizeof bits); return bits; }

template <typename Kernel> static void each(Kernel kernel, long long first, long long blocks) {
  for (long long block = first; block < blocks; block++)
    for (unsigned thread = 0; thread < 256; thread++) {
      blockIdx.x = (unsigned)block;
      threadIdx.x = thread;
      kernel();
    }
}
template <typename Arguments> static Arguments read(const void* arguments) {
  Arguments copy;
  std::memcpy(&copy, arguments, sizeof copy);
  return copy;
}
template <typename A> static void run(void (*kernel)(const A), const void* arguments, long long first, long long blocks) {
  const A a = read<A>(arguments);
  each([&] { kernel(a); }, first, blocks);
}
template <typename X, typename Y, typename A>
static void run(void (*kernel)(X*, Y*, const A), void* const* arguments, long long first, long long blocks) {
  const A a = read<A>(arguments + 2);
  each([&] { kernel((X*)arguments[0], (Y*)arguments[1], a); }, first, blocks);
}
template <typename X, typename Y, typename Z, typename A>
static void run(void (*kernel)(X*, Y*, Z*, const A), void* const* arguments, long long first, long long blocks) {
  const A a = read<A>(arguments + 3);
  each([&] { kernel((X*)arguments[0], (Y*)arguments[1], (Z*)arguments[2], a); }, first, blocks);
}
