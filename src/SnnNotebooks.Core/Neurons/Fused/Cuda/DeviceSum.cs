using System.Collections.Concurrent;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// Adds a tensor up on its device, in doubles and in an order that depends on the shapes alone: the same bits on every run and every
/// device. In each stage a thread adds up every s-th value of one result, so that the next has s for each; the last has one thread for
/// each.
/// </summary>
internal static class DeviceSum
{
    private const long Threads = 65536; // of a stage: more than any device runs at once would only be more to add up
    private const long MostShares = 1024;
    private const long FewestOfShare = 32;

    private static readonly ConcurrentDictionary<(ScalarType Type, int Axes), PrintedKernel> Kernels = new();

    /// <summary>The sums over the axes along which a shape does not go.</summary>
    /// <param name="values">What to add up, float32 or float64.</param>
    /// <param name="shape">A shape that broadcasts to theirs.</param>
    /// <param name="launcher">What runs the kernels.</param>
    /// <returns>The sums in that shape, float64.</returns>
    public static Tensor Over(Tensor values, long[] shape, IKernelLauncher launcher)
    {
        var (kept, added) = Axes(values.shape, shape);
        var count = kept.Aggregate(1L, (product, axis) => product * axis.Size);
        var sums = Empty(count, values);
        if (values.numel() == 0)
        {
            return sums.zero_().reshape(shape);
        }

        var rest = values.contiguous();
        while (true)
        {
            var perSum = rest.numel() / count;
            var shares = Shares(count, perSum);
            var partial = shares == 1 ? sums : Empty(count * shares, values);
            Launch(rest, partial, count, perSum, shares, kept, added, launcher);
            if (shares == 1)
            {
                return sums.reshape(shape);
            }

            rest = partial; // [sum, share]
            (kept, added) = ([(count, shares)], [(shares, 1)]);
        }
    }

    /// <summary>The source for values of a type and so many axes that stay or are added up.</summary>
    public static string Source(ScalarType type, int axes) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        struct Arguments {
          const {{(type == ScalarType.Float32 ? "float" : "double")}}* values; double* sums;
          long long count; long long perSum; long long shares;
          long long keptSize[{{axes}}]; long long keptStep[{{axes}}]; long long size[{{axes}}]; long long step[{{axes}}];
        };
        DEVICE long long place(long long index, const long long* size, const long long* step) {
          long long at = 0;
          #pragma unroll
          for (int axis = {{axes - 1}}; axis > 0; axis--) {
            at += index % size[axis] * step[axis];
            index /= size[axis];
          }
          return at + index * step[0];
        }
        KERNEL sums(const Arguments a) {
          const long long n = (long long)blockIdx.x * {{SweepCode.BlockThreads}} + threadIdx.x;
          if (n >= a.count * a.shares) return;
          const long long from = place(n / a.shares, a.keptSize, a.keptStep);
          double sum = 0;
          for (long long i = n % a.shares; i < a.perSum; i += a.shares) sum += a.values[from + place(i, a.size, a.step)];
          a.sums[n] = sum;
        }

        """);

    /// <summary>How many threads add up the values of one result in the next stage; 1 in the last.</summary>
    private static long Shares(long count, long perSum) => perSum <= FewestOfShare
        ? 1
        : Math.Min(Math.Clamp(Threads / count, 1, MostShares), perSum / FewestOfShare);

    /// <summary>The axes that stay and those that are added up, neighbours of one kind as one; elements from one to the next.</summary>
    private static (List<(long Size, long Step)> Kept, List<(long Size, long Step)> Added) Axes(long[] sizes, long[] shape)
    {
        var (kept, added) = (new List<(long Size, long Step)>(), new List<(long Size, long Step)>());
        List<(long Size, long Step)>? last = null;
        long step = 1;
        for (var axis = sizes.Length - 1; axis >= 0; axis--)
        {
            var place = axis - (sizes.Length - shape.Length);
            var to = place >= 0 && shape[place] != 1 ? kept : added;
            if (sizes[axis] != 1)
            {
                if (to == last)
                {
                    to[0] = (to[0].Size * sizes[axis], to[0].Step);
                }
                else
                {
                    to.Insert(0, (sizes[axis], step));
                }

                last = to;
                step *= sizes[axis];
            }
        }

        return (kept, added);
    }

    private static Tensor Empty(long count, Tensor like) => empty(count, dtype: ScalarType.Float64, device: like.device);

    private static void Launch(Tensor values, Tensor sums, long count, long perSum, long shares, List<(long Size, long Step)> kept,
        List<(long Size, long Step)> added, IKernelLauncher launcher)
    {
        var axes = Math.Max(1, Math.Max(kept.Count, added.Count));
        IEnumerable<long> Padded(List<(long Size, long Step)> of, Func<(long Size, long Step), long> part, long filling) =>
            [.. Enumerable.Repeat(filling, axes - of.Count), .. of.Select(part)];
        launcher.Launch(
            Kernels.GetOrAdd((values.dtype, axes), _ => PrintedKernel.Of("sums", Source(values.dtype, axes))),
            [
                Sweep.Address(values), Sweep.Address(sums), count, perSum, shares,
                .. Padded(kept, axis => axis.Size, 1), .. Padded(kept, axis => axis.Step, 0),
                .. Padded(added, axis => axis.Size, 1), .. Padded(added, axis => axis.Step, 0),
            ],
            count * shares,
            values.device);
        GC.KeepAlive(values); // the kernel knows addresses only
        GC.KeepAlive(sums);
    }
}
