using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons.Cuda;

/// <summary>Sums on a device, printed as for it and run as C++.</summary>
public sealed class DeviceSumTests
{
    private static readonly (long[] Values, long[] Shape)[] Shapes =
    [
        ([1], []), ([7], [1]), ([100_003], [1]), ([5, 3], [3]), ([5, 3], [5, 1]), ([1000, 3], [3]), ([3, 5000], [3, 1]),
        ([4, 3, 70], [3, 1]), ([4, 3, 7, 9], [3, 1, 1]), ([4, 3, 7, 9], [1, 3, 7, 1]), ([4, 3, 7, 9], [4, 1, 7, 1]),
        ([2, 3, 4, 5, 6], [2, 1, 4, 1, 6]), ([2, 1, 4], [2, 1, 4]), ([70_000], [70_000]), ([2, 70_000], [70_000]), ([0, 3], [3]),
    ];

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Axes_are_added_up_in_doubles_whichever_they_are()
    {
        using var folder = new TemporaryFolder();
        using var launcher = new LoopLauncher();
        for (var run = 0; run < 2; run++)
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                foreach (var (sizes, shape) in Shapes)
                {
                    using var scope = NewDisposeScope();
                    manual_seed(3);
                    var values = randn(sizes, dtype: type);
                    var sums = DeviceSum.Over(values, shape, launcher);
                    Assert.Equal((ScalarType.Float64, string.Join(',', shape)), (sums.dtype, string.Join(',', sums.shape)));
                    if (launcher.IsCompiled)
                    {
                        var expected = values.to(ScalarType.Float64);
                        for (var axis = 0; axis < sizes.Length; axis++)
                        {
                            var place = axis - (sizes.Length - shape.Length);
                            expected = place >= 0 && shape[place] == sizes[axis] ? expected : expected.sum(axis, keepdim: true);
                        }

                        Assert.True(
                            sums.allclose(expected.reshape(shape), 1e-12, 1e-10),
                            $"{type} [{string.Join(", ", sizes)}] to [{string.Join(", ", shape)}]");
                    }
                }
            }

            if (run == 0)
            {
                launcher.Compile(folder.Path);
            }
        }
    }
}
