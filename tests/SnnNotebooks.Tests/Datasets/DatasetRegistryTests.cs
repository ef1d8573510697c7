using NJsonSchema;
using SnnNotebooks.Datasets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

public sealed class DatasetRegistryTests
{
    private static readonly string Data = Path.Combine(Repository.Root, "data");

    [Fact]
    public async Task The_registry_follows_its_schema_and_the_schema_refuses_what_it_should()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Data, "datasets.schema.json"));
        var text = File.ReadAllText(Path.Combine(Data, "datasets.json"));

        Assert.Empty(schema.Validate(text));
        Assert.NotEmpty(schema.Validate(text.Replace("\"licence\"", "\"license\"", StringComparison.Ordinal)));
        Assert.NotEmpty(
            schema.Validate(text.Replace("c32a1d4ab5d03f1284b67883e8d87530", "c32a1d4ab5d03f1284b67883e8d8753", StringComparison.Ordinal)));
        Assert.NotEmpty(
            schema.Validate(text.Replace("\"cifar-10-binary.tar.gz\"", "\"../cifar-10-binary.tar.gz\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_data_set_of_the_papers_is_listed_with_licence_purpose_and_card()
    {
        string[] expected =
        [
            "fashion-mnist-mini", "fashion-mnist", "mnist", "cifar10", "cifar100", "imagenet", "n-mnist", "n-caltech101", "cifar10-dvs",
            "dvs128-gesture", "shd", "ssc", "ucf101",
            "hmdb51", "ntu-rgbd60", "allen-neuropixels", "macaque-majaj-hong", "macaque-face-am", "monkey-reaching", "moving-images",
            "moving-shapes", "lorenz", "ring",
            "synthetic-cortex",
        ];

        Assert.Equal(expected, DatasetRegistry.All.Select(entry => entry.Id));
        Assert.All(DatasetRegistry.All, entry =>
        {
            Assert.False(string.IsNullOrEmpty(entry.Purpose), entry.Id);
            Assert.True(File.Exists(Path.Combine(Data, "cards", $"{entry.Card ?? entry.Id}.md")), entry.Id);
            Assert.True(entry.Size is not null || entry.Files.Count > 0, entry.Id);
            Assert.All(entry.Archives ?? [], archive => Assert.False(string.IsNullOrEmpty(archive.ChecksumSource)));
        });
    }

    [Theory]
    [InlineData("imagenet", "image-net.org", "ILSVRC2012_img_train.tar")]
    [InlineData("ntu-rgbd60", "rose1.ntu.edu.sg", "nturgb+d_rgb")]
    public void What_takes_a_registration_says_where_and_where_to_put_it(string id, string page, string what)
    {
        using var data = new DataFolder();
        var entry = DatasetRegistry.Get(id);
        var how = DatasetLocator.HowToGet(entry);

        Assert.False(entry.CanGet);
        Assert.Contains(page, how, StringComparison.Ordinal);
        Assert.Contains(what, how, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(data.Path, id), how, StringComparison.Ordinal);
        Assert.Null(DatasetLocator.Find(entry));
    }

    [Fact]
    public void Generated_sets_need_nothing()
    {
        var entry = DatasetRegistry.Get("moving-shapes");

        Assert.True(entry.IsGenerated);
        Assert.Contains("the kit makes it when asked", DatasetLocator.HowToGet(entry), StringComparison.Ordinal);
    }
}
