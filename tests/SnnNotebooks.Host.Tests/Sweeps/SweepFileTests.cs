using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>What the file of a sweep may say, and what it is told otherwise.</summary>
public sealed class SweepFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SweepFileTests() => File.WriteAllText(folder.File("tiny.dib"), "#!csharp\n1\n");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_variant_meets_every_point_of_the_grid_and_every_seed()
    {
        var plan = Read("""
            { "title": "all", /* comments are allowed */ "runs": [
              { "train": "qkformer", "set": { "epochs": 2, "without": ["Mixup", "Flip"] },
                "variants": { "small": { "features": 32 }, "large": { "features": 64 } },
                "grid": { "depth": [1, 2], "amp": ["bf16"] }, "seeds": [3, 4] },
              { "notebook": "tiny.dib", "name": "once", "set": { "Fast": true } } ] }
            """);

        Assert.Equal("all", plan.Title);
        Assert.Equal(9, plan.Tasks.Count);
        Assert.Equal(9, plan.Tasks.Select(task => task.Id).Distinct().Count());
        Assert.Equal("qkformer small depth=1 amp=bf16 seed 3", plan.Tasks[0].Title);
        Assert.Equal("qkformer large depth=2 amp=bf16", plan.Tasks[7].Group);
        Assert.Equal(
            ["train", "qkformer", "--amp", "bf16", "--depth", "2", "--epochs", "2", "--features", "64", "--without", "Mixup", "Flip",
                "--seed", "4", "--out", "d/weights.safetensors", "--state", "d/state.safetensors", "--report", "d/report.html"],
                    plan.Tasks[7].Arguments("d"));
        Assert.Equal(["run", folder.File("tiny.dib"), "--out", "d", "--set", "Fast=true"], plan.Tasks[8].Arguments("d"));
    }

    [Fact]
    public void A_plan_that_grows_keeps_the_names_of_its_tasks()
    {
        var small = Read("""{ "runs": [ { "train": "qkformer", "grid": { "depth": [1] }, "seeds": [1, 2] } ] }""");
        var large = Read(
            """{ "runs": [ { "train": "spikformer" }, { "train": "qkformer", "grid": { "depth": [2, 1] }, "seeds": [1, 2, 3] } ] }""");
        Assert.Subset(large.Tasks.Select(task => task.Id).ToHashSet(), small.Tasks.Select(task => task.Id).ToHashSet());
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[]", "The file is a list; expected an object")]
    [InlineData("{}", "\"runs\"")]
    [InlineData("""{ "runs": [], "run": 1 }""", "has a field \"run\"; expected title, runs, slurm")]
    [InlineData("""{ "runs": [] }""", "runs is an empty list")]
    [InlineData("""{ "runs": [ { "train": "a", "train": "b" } ] }""", "train")]
    [InlineData("""{ "runs": [ { } ] }""", "runs[0] needs one of \"notebook\"")]
    [InlineData("""{ "runs": [ { "train": "a", "notebook": "tiny.dib" } ] }""", "runs[0] needs one of")]
    [InlineData("""{ "runs": [ { "notebook": "none.dib" } ] }""", "runs[0].notebook is \"none.dib\", and there is no file")]
    [InlineData("""{ "runs": [ { "train": "a", "grid": {} } ] }""", "runs[0].grid is empty")]
    [InlineData("""{ "runs": [ { "train": "a", "variants": {} } ] }""", "runs[0].variants is empty")]
    [InlineData("""{ "runs": [ { "train": "a", "grid": { "b": [] } } ] }""", "runs[0].grid.b is an empty list")]
    [InlineData("""{ "runs": [ { "train": "a", "grid": { "b": 3 } } ] }""", "runs[0].grid.b is 3; expected a list")]
    [InlineData("""{ "runs": [ { "train": "a", "grid": { "b": [null] } } ] }""", "runs[0].grid.b[0] is null; expected a number")]
    [InlineData("""{ "runs": [ { "train": "a", "grid": { "b": [1, 1] } } ] }""", "runs[0] runs a task twice")]
    [InlineData("""{ "runs": [ { "train": "a" }, { "train": "a", "name": "b" } ] }""", "runs[1] runs a task twice")]
    [InlineData("""{ "runs": [ { "train": "a", "set": { "b": 1 }, "grid": { "b": [2] } } ] }""", "runs[0] gives b twice")]
    [InlineData("""{ "runs": [ { "train": "a", "set": { "seed": 1 } } ] }""", "runs[0].set.seed is set by the sweep itself")]
    [InlineData("""{ "runs": [ { "train": "a", "set": { "--b": 1 } } ] }""", "without the dashes")]
    [InlineData("""{ "runs": [ { "notebook": "tiny.dib", "set": { "a b": 1 } } ] }""", "is no parameter of a notebook")]
    [InlineData("""{ "runs": [ { "notebook": "tiny.dib", "set": { "a": [1] } } ] }""", "runs[0].set.a is a list; expected a number")]
    [InlineData("""{ "runs": [ { "train": "a", "seeds": [0] } ] }""", "runs[0].seeds[0] is 0; expected a whole number from 1")]
    [InlineData("""{ "runs": [ { "train": "a", "seeds": [1.5] } ] }""", "runs[0].seeds[0] is 1.5")]
    [InlineData("""{ "runs": [ { "train": "a", "seeds": [1, 1] } ] }""", "has the seed 1 twice")]
    [InlineData("""{ "runs": [ { "train": "a" } ], "slurm": { "atOnce": 0 } }""", "slurm.atOnce is 0")]
    [InlineData("""{ "runs": [ { "train": "a" } ], "slurm": { "options": ["-p x"] } }""", "expected an option of sbatch")]
    [InlineData("""{ "runs": [ { "train": "a" } ], "slurm": { "options": ["--array=1"] } }""", "the sweep sets itself")]
    [InlineData("""{ "runs": [ { "train": "a" } ], "slurm": { "setup": ["a\nb"] } }""", "control character")]
    public void What_cannot_be_followed_is_refused_with_its_place(string text, string says)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_given_beside_the_file_go_before_its_own()
    {
        const string Text = """{ "runs": [ { "train": "qkformer", "set": { "epochs": 9 } }, { "train": "spikformer" } ] }""";
        var plan = Read(Text, ("epochs", "1"), ("device", "cpu"), ("partial", "true"));

        Assert.All(plan.Tasks, task => Assert.Equal(
            ["--device", "cpu", "--epochs", "1", "--partial", "--out"], task.Arguments("d")[2..8]));
        Assert.Contains("without the dashes", Assert.Throws<InvalidDataException>(() => Read(Text, ("--b", "1"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("runs[0] gives depth twice", Assert.Throws<InvalidDataException>(() => Read(
            """{ "runs": [ { "train": "a", "grid": { "depth": [2] } } ] }""", ("depth", "1"))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Read("""{ "runs": [ 3, { "train": "a", "set": [] } ] }""", ("depth", "1")));
    }

    [Fact]
    public void What_ships_for_ten_minutes_of_a_GPU_can_be_run()
    {
        var shipped = Path.Combine(Repository.Root, "tools", "gpu", "ten-minutes");
        var (cifar, fashion) = (SweepFile.Read(Path.Combine(shipped, "cifar10.json")), SweepFile.Read(
            Path.Combine(shipped, "fashion-mnist.json")));

        SweepCheck.Refuse(cifar);
        SweepCheck.Refuse(fashion);
        Assert.Equal((15, 3), (cifar.Tasks.Count, fashion.Tasks.Count));
        Assert.All(cifar.Tasks.Concat(fashion.Tasks), task => Assert.True(task.Parameters.ContainsKey("minutes")));
    }

    [Fact]
    public void Absurd_sizes_are_refused_before_anything_is_unfolded()
    {
        var axis = $"[{string.Join(',', Enumerable.Range(0, 1000))}]";
        var axes = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"a{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}\": {axis}"));
        Bounded.Run(() => Assert.Contains("more than the 10000",
            Assert.Throws<InvalidDataException>(() => Read($"{{ \"runs\": [ {{ \"train\": \"a\", \"grid\": {{ {axes} }} }} ] }}")).Message,
            StringComparison.Ordinal));
        Bounded.Run(() => Assert.Contains("1 MiB",
            Assert.Throws<InvalidDataException>(() => Read(new string(' ', 1 << 21))).Message, StringComparison.Ordinal));
        Bounded.Run(() => Assert.Throws<InvalidDataException>(() => Read(new string('[', 1 << 19))));
    }

    [Theory]
    [InlineData("plain/word-1.0", "plain/word-1.0")]
    [InlineData("it's; rm -rf $HOME `x`", "'it'\\''s; rm -rf $HOME `x`'")]
    [InlineData("", "''")]
    public void Words_of_bash_stay_words(string text, string quoted) => Assert.Equal(quoted, Bash.Quote(text));

    private SweepPlan Read(string text, params (string, string)[] instead)
    {
        File.WriteAllText(folder.File("sweep.json"), text);
        return SweepFile.Read(folder.File("sweep.json"), instead.ToDictionary());
    }
}
