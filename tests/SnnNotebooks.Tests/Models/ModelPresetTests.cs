using SnnNotebooks.Models;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Models;

public sealed class ModelPresetTests
{
    [SharedFact("specs/parameter_counts.tsv")]
    public void All_published_networks_have_their_parameters_keys_and_shapes()
    {
        var rows = File.ReadAllLines(Repository.SharedPath("specs/parameter_counts.tsv")!).Select(line => line.Split('\t')).ToList();
        Assert.Equal(68, rows.Count);
        foreach (var row in rows)
        {
            var entries = ModelPresets.Get(row[0]).Entries();

            Assert.Equal(row[1], $"{entries.Where(entry => entry.IsParameter).Sum(entry => entry.Count)}");
            var keys = File.ReadLines(Repository.SharedPath($"specs/keys/{row[0]}.txt")!).Where(line => line.Length > 0 && line[0] != '#');
            Assert.Equal(
                keys, entries.Select(
                    entry =>
                        $"{entry.Key}\t[{string.Join(", ", entry.Shape)}]\t{entry.Type.ToString().ToLowerInvariant()}\t"
                        + $"{(entry.IsParameter ? "param" : "buffer")}"));
        }
    }

    [Fact]
    public void A_few_counts_are_known_without_the_specs()
    {
        foreach (var (name, parameters, entries) in new[] { ("spikformer_imagenet_8_768", 66_363_208, 376),
            ("qkformer_imagenet_10_768", 64_962_760, 434), ("sew_resnet152_imagenet", 60_192_808, 932),
            ("svformer_ucf101", 13_801_612, 247) })
        {
            var found = ModelPresets.Get(name).Entries();
            Assert.Equal((parameters, entries), (found.Where(entry => entry.IsParameter).Sum(entry => entry.Count), found.Count));
        }
    }

    [Fact]
    public void Names_are_unique_and_a_wrong_one_is_answered_with_the_nearest()
    {
        Assert.Equal(ModelPresets.All.Count, ModelPresets.All.DistinctBy(preset => preset.Name).Count());
        var unknown = Assert.Throws<KeyNotFoundException>(() => ModelPresets.Get("qkformer_cifar_4_384"));
        Assert.Contains("qkformer_cifar10_4_384", unknown.Message, StringComparison.Ordinal);
    }
}
