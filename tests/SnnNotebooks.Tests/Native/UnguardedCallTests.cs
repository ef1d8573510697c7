using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class UnguardedCallTests
{
    // what TorchSharp's native library exports without catching libtorch's exceptions: a call that does not fit ends the process
    private static readonly string[] Unguarded = ["matmul", "set_rng_state"];

    [Fact]
    public void Only_the_checked_product_calls_what_would_end_the_process() =>
        Assert.Equal([nameof(MatrixProduct)], Callers("SnnNotebooks*.dll", Unguarded));

    [Fact]
    public void What_the_kit_trains_with_is_seeded_on_every_device()
    {
        // TorchSharp's manual_seed seeds the CPU alone: enough for weights, which are made there
        Assert.Equal([nameof(GlobalChance)], Callers("SnnNotebooks.Core.dll", ["manual_seed"]));
    }

    /// <summary>The types of the kit's assemblies in whose methods something of TorchSharp is called.</summary>
    private static List<string> Callers(string assemblies, string[] called)
    {
        var callers = new List<string>();
        foreach (var path in Directory.EnumerateFiles(AppContext.BaseDirectory, assemblies)
            .Where(path => !Path.GetFileName(path).Contains("Tests", StringComparison.Ordinal)))
        {
            using var file = new PEReader(File.OpenRead(path));
            var metadata = file.GetMetadataReader();
            byte[][] tokens = [.. metadata.MemberReferences
                .Where(reference => called.Contains(metadata.GetString(metadata.GetMemberReference(reference).Name)))
                .Select(reference => BitConverter.GetBytes(MetadataTokens.GetToken(reference)))];
            foreach (var method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition)
                .Where(method => method.RelativeVirtualAddress > 0))
            {
                var body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!.AsSpan();
                foreach (var token in tokens)
                {
                    // call or callvirt
                    if (body.IndexOf(new byte[] { 0x28 }.Concat(token).ToArray()) >= 0
                        || body.IndexOf(new byte[] { 0x6F }.Concat(token).ToArray()) >= 0)
                    {
                        callers.Add(metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name));
                    }
                }
            }
        }

        return callers;
    }

    [Fact]
    public void Products_that_do_not_fit_are_refused_and_the_others_are_libtorchs()
    {
        using var scope = NewDisposeScope();
        foreach (var (left, right) in new[]
        {
            (rand(3), rand(3)), (rand(2, 3), rand(3)), (rand(3), rand(3, 2)), (rand(2, 3), rand(3, 4)), (rand(5, 2, 3), rand(3, 4)),
            (rand(3), rand(5, 3, 2)),
            (rand([2, 1, 2, 3]), rand(5, 3, 4)), (rand(0, 3), rand(3, 2)),
        })
        {
            Assert.True(left.Product(right).equal(left.matmul(right)).all().item<bool>());
        }

        foreach (var (left, right) in new[]
        {
            (rand(3), rand(2)), (rand(2, 3), rand(2, 3)), (rand(2, 2, 3), rand(3, 3, 4)), (rand([]), rand(3)),
            (rand(2, 3), rand(3, 2).to(ScalarType.Float64)),
            (rand(2, 3), rand(3, 2).to(META)), (rand(2, 3), ones(3, 2).to(ScalarType.Bool)),
        })
        {
            Assert.Contains("expected [..., n, k]", Assert.Throws<ArgumentException>(() => left.Product(right)).Message,
                StringComparison.Ordinal);
        }
    }
}
