using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// What every printed sweep begins with: <c>real</c>, which it computes in; <c>element</c>, which its sequences are made of; and the
/// neighbours of one thread, <c>W</c> of them, which are loaded and stored 16 bytes at a time.
/// </summary>
internal static class LaneCode
{
    /// <summary>Bytes that a thread loads or stores at once.</summary>
    public const int LoadBytes = 16;

    /// <summary>
    /// For float16, what the PTX of every device has; the tests' compiler for C++ brings its own. NVRTC needs no header of CUDA's so.
    /// </summary>
    public const string Conversions = """
        DEVICE float from_half(unsigned short half) {
          float value;
          asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
          return value;
        }
        DEVICE unsigned short to_half(float value) {
          unsigned short half;
          asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(value));
          return half;
        }

        """;

    /// <summary>Bytes of an element of a sequence.</summary>
    public static int Bytes(ScalarType type) => type switch
    {
        ScalarType.Float64 => sizeof(double),
        ScalarType.Float32 => sizeof(float),
        _ => sizeof(ushort),
    };

    /// <summary>The beginning of a source.</summary>
    /// <param name="type">Of the sequences.</param>
    /// <param name="width">How many neurons a thread has, a power of two.</param>
    public static string Print(ScalarType type, int width) => $$"""
        typedef {{(type == ScalarType.Float64 ? "double" : "float")}} real;
        typedef {{(Bytes(type) == sizeof(ushort) ? "unsigned short" : "real")}} element;
        enum { W = {{width}} };
        template <typename T> struct alignas(sizeof(T) * W < {{LoadBytes}} ? sizeof(T) * W : {{LoadBytes}}) Lanes { T lane[W]; };
        template <typename T> DEVICE Lanes<T> load(const T* from) { return *reinterpret_cast<const Lanes<T>*>(from); }
        template <typename T> DEVICE void store(T* to, const Lanes<T>& lanes) { *reinterpret_cast<Lanes<T>*>(to) = lanes; }
        {{Access(Bytes(type) == sizeof(ushort) && width > 1)}}
        DEVICE Lanes<real> loadOr(const real* from, long long n, double otherwise) {
          if (from) return load(from + n);
          Lanes<real> lanes;
          #pragma unroll
          for (int j = 0; j < W; j++) lanes.lane[j] = (real)otherwise;
          return lanes;
        }
        {{Casts(type)}}

        """;

    /// <summary>
    /// The elements of a thread's neurons. Those of two bytes are kept in pairs: compilers load no more than four parts at once.
    /// </summary>
    private static string Access(bool pairs) => pairs
        ? """
            template <> struct alignas(sizeof(element) * W) Lanes<element> { unsigned pair[W / 2]; };
            DEVICE element get(const Lanes<element>& lanes, int j) { return (element)(lanes.pair[j / 2] >> (j % 2 * 16)); }
            DEVICE void set(Lanes<element>& lanes, int j, element value) {
              if (j % 2 == 0) lanes.pair[j / 2] = value; // in the order of the lanes
              else lanes.pair[j / 2] |= (unsigned)value << 16;
            }
            """
        : """
            DEVICE element get(const Lanes<element>& lanes, int j) { return lanes.lane[j]; }
            DEVICE void set(Lanes<element>& lanes, int j, element value) { lanes.lane[j] = value; }
            """;

    /// <summary>float16 by the device's instructions; bfloat16 by whole numbers: rounded to the nearest, ties to even.</summary>
    private static string Casts(ScalarType type) => type switch
    {
        ScalarType.Float16 => """
            DEVICE real wide(element value) { return from_half(value); }
            DEVICE element narrow(real value) { return to_half(value); }
            """,
        ScalarType.BFloat16 => """
            DEVICE real wide(element value) { return __uint_as_float((unsigned)value << 16); }
            DEVICE element narrow(real value) {
              const unsigned bits = __float_as_uint(value);
              return value == value ? (element)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16) : (element)0x7fc0;
            }
            """,
        _ => """
            DEVICE real wide(element value) { return value; }
            DEVICE element narrow(real value) { return value; }
            """,
    };
}
