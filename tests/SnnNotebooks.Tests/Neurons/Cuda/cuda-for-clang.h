/* What of CUDA's own headers the kernels need, for clang without them. */
#define KERNEL __attribute__((global)) void
#define DEVICE static inline __attribute__((device))
#define RESTRICT __restrict__

struct SnnBlockIndex { __declspec(property(get = get)) unsigned x; __attribute__((device)) unsigned get() const { return __nvvm_read_ptx_sreg_ctaid_x(); } };
struct SnnThreadIndex { __declspec(property(get = get)) unsigned x; __attribute__((device)) unsigned get() const { return __nvvm_read_ptx_sreg_tid_x(); } };
#define blockIdx (SnnBlockIndex())
#define threadIdx (SnnThreadIndex())

DEVICE unsigned __float_as_uint(float value) { unsigned bits; __builtin_memcpy(&bits, &value, sizeof bits); return bits; }
DEVICE float __uint_as_float(unsigned bits) { float value; __builtin_memcpy(&value, &bits, sizeof value); return value; }
DEVICE long long __double_as_longlong(double value) { long long bits; __builtin_memcpy(&bits, &value, sizeof bits); return bits; }
DEVICE double __longlong_as_double(long long bits) { double value; __builtin_memcpy(&value, &bits, sizeof value); return value; }

extern "C" {
__attribute__((device)) float logf(float);
__attribute__((device)) float sinf(float);
__attribute__((device)) float cosf(float);
__attribute__((device)) double log(double);
__attribute__((device)) double sin(double);
__attribute__((device)) double cos(double);
}
