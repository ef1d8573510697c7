using SnnNotebooks.Native;

namespace SnnNotebooks.Tests.Native;

public sealed class ProcessTuningTests
{
    private static readonly string[] Names = [.. ProcessTuning.Measures.Select(measure => measure.Name)];

    public static TheoryData<string> EachName => [.. Names];

    [Fact]
    public async Task Loading_the_library_changes_nothing_but_what_keeps_numbers_right()
    {
        var state = await StateAsync(["load"]);

        Assert.Equal(Names.ToDictionary(name => name, name => name == "onednn-guard" && OneDnnGuard.HidesCaches()), state);
    }

    [Fact]
    public async Task Tuning_takes_every_measure() => Assert.Equal(Expected(leftOut: null), await StateAsync(["tune"]));

    [Theory]
    [MemberData(nameof(EachName))]
    public async Task Each_measure_can_be_left_out_by_the_program(string name)
    {
        var expected = Expected(name);
        if (name == "onednn-guard")
        {
            expected = Expected(null); // it was taken when the library was loaded
        }

        Assert.Equal(expected, await StateAsync(["tune", $"-{name}"]));
    }

    [Theory]
    [MemberData(nameof(EachName))]
    public async Task Each_measure_can_be_left_out_by_the_environment(string name) =>
        Assert.Equal(Expected(name), await StateAsync(["tune"], (ProcessTuning.Variable, $" -{name}")));

    [Theory]
    [InlineData("-larg-pages", "names 'larg-pages', which is no measure. Did you mean large-pages?")]
    [InlineData("-nnpack-off,-ondnn-gard", "Did you mean onednn-guard?")]
    [InlineData("large-pages", "write -large-pages")]
    [InlineData("--large-pages", "write -large-pages")]
    public void A_name_that_is_none_is_refused_with_the_nearest(string text, string message)
    {
        var refused = Assert.Throws<ArgumentException>(() => ProcessTuning.Names(text, ProcessTuning.Variable));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith(ProcessTuning.Variable, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    public void Nothing_leaves_nothing_out(string? text) => Assert.Empty(ProcessTuning.Names(text, ProcessTuning.Variable));

    private static Dictionary<string, bool> Expected(string? leftOut) =>
        Names.ToDictionary(name => name, name => name != leftOut && (name != "onednn-guard" || OneDnnGuard.HidesCaches()));

    /// <summary>What a process of its own finds changed; what the kit says of each measure must agree with it.</summary>
    private static async Task<Dictionary<string, bool>> StateAsync(IEnumerable<string> arguments, params (string, string?)[] variables)
    {
        // this process was asked for some of it itself
        var (code, output) = await OwnProcess.RunAsync(
            arguments, [("THP_MEM_ALLOC_ENABLE", null), (ProcessTuning.Variable, null), .. variables]);
        Assert.True(code == 0, output);
        Dictionary<string, bool> state = [];
        foreach (var name in Names)
        {
            state[name] = output.Contains($"{name} True\n", StringComparison.Ordinal);
            Assert.Contains($"{name} {state[name]}\n", output, StringComparison.Ordinal);
            Assert.Contains($"said of {name}: {state[name]} ", output, StringComparison.Ordinal);
        }

        return state;
    }
}
