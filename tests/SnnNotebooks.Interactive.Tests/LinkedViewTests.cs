using Microsoft.Playwright;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>One selection, seen in every drawing.</summary>
public sealed class LinkedViewTests(Browser browser) : IClassFixture<Browser>
{
    private const string Ready = "() => [...document.querySelectorAll('.snn-linked')].every(figure => figure.dataset.ready)";

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Brushed_conditions_and_time_are_followed_by_every_drawing()
    {
        using var scope = NewDisposeScope();
        await using var opened = await browser.OpenAsync(new LinkedView(LinkedTrialsOf.Parting(), "Linked").ToHtml());
        var page = opened.Page;
        await page.WaitForFunctionAsync(Ready);
        Assert.Equal("20 of 20 trials, 0 to 1 s, neuron left cell", await Status(page));
        var before = await Pictures(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "right" }).ClickAsync();
        await Says(page, "10 of 20 trials, 0 to 1 s, neuron left cell");
        Assert.Contains("10 trials, 100 bins", await Label(page, "Trajectories"), StringComparison.Ordinal);
        Assert.Contains("mean of 10 trials", await Label(page, "Counts"), StringComparison.Ordinal);
        Assert.Contains("neuron left cell: mean 0 spikes/s, 1 curves", await Label(page, "The neuron"), StringComparison.Ordinal);
        Assert.Contains("of 10 trials told right", await Label(page, "Condition told"), StringComparison.Ordinal);
        Assert.StartsWith("Which neurons carry x, in the selection. most: neuron right cell (1.00)", await Label(page, "Which neurons"),
            StringComparison.Ordinal);
        Assert.Equal(10, await page.Locator("tr[aria-selected=true]").CountAsync());
        Assert.All(before.Zip(await Pictures(page)), pair => Assert.NotEqual(pair.First, pair.Second));

        // the second half, by dragging over the rate: there every trial is told right
        await Drag(page, "The neuron", 0.52, 0.98);
        await Says(page, "10 of 20 trials, 0.5 to 1 s, neuron left cell");
        Assert.Contains("1 of 10 trials told right, chance 0.5", await Label(page, "Condition told"), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "all trials" }).ClickAsync();
        await page.Locator("canvas").Nth(2).DblClickAsync();
        await Says(page, "20 of 20 trials, 0 to 1 s, neuron left cell");
        Assert.Equal(before, await Pictures(page));
        Assert.Empty(opened.Failures);
        Assert.Empty(opened.Asked);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Trajectories_are_brushed_by_a_rectangle_and_trials_from_the_table()
    {
        using var scope = NewDisposeScope();
        await using var opened = await browser.OpenAsync(new LinkedView(LinkedTrialsOf.Parting(), "Linked").ToHtml());
        var page = opened.Page;
        await page.WaitForFunctionAsync(Ready);

        // in two dimensions latent 1 goes to the right: the outer fifth belongs to the trials that rise
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "three dimensions" }).UncheckAsync();
        var box = (await page.Locator("canvas").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.65f), box.Y + 2);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + box.Height - 2);
        await page.Mouse.UpAsync();
        await Says(page, "10 of 20 trials, 0 to 1 s, neuron left cell");
        Assert.Equal("0.3", await page.GetByRole(AriaRole.Button, new() { Name = "left" }).EvaluateAsync<string>(
            "button => button.getAttribute('aria-pressed') === 'false' ? '0.3' : 'shown'"));

        await page.Locator("tbody tr").Nth(4).ClickAsync();
        await Says(page, "1 of 20 trials, 0 to 1 s, neuron left cell");
        await page.Locator("tbody tr").Nth(6).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Says(page, "2 of 20 trials, 0 to 1 s, neuron left cell");
        Assert.Contains("mean 20 spikes/s", await Label(page, "The neuron"), StringComparison.Ordinal);
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_control_stands_beside_every_drawing_and_keys_choose_neurons()
    {
        using var scope = NewDisposeScope();
        await using var opened = await browser.OpenAsync(new LinkedView(LinkedTrialsOf.Parting(), "Linked").ToHtml());
        var page = opened.Page;
        await page.WaitForFunctionAsync(Ready);

        await page.GetByRole(AriaRole.Checkbox, new() { Name = "control beside (shifted in time)" }).CheckAsync();

        foreach (var canvas in await page.Locator("canvas").AllAsync())
        {
            await Assertions.Expect(canvas).ToHaveAttributeAsync(
                "aria-label", new System.Text.RegularExpressions.Regex("recording: .*; shifted in time: "));
        }

        await page.Locator("canvas").Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("ArrowUp"); // the neuron before: the one that rises with latent 1
        await page.Keyboard.PressAsync("ArrowUp");
        await Says(page, "20 of 20 trials, 0 to 1 s, neuron right cell");
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Of_many_conditions_each_has_a_rate_of_its_own_and_a_click_chooses_it()
    {
        using var scope = NewDisposeScope();
        var many = LinkedTrialsOf.Parting(withControl: false) with
        {
            Conditions = [.. Enumerable.Range(0, LinkedTrialsOf.Trials).Select(trial => $"c {trial % 10}")], Decoding = null,
        };
        await using var opened = await browser.OpenAsync(new LinkedView(many, "Linked").ToHtml());
        var page = opened.Page;
        await page.WaitForFunctionAsync(Ready);
        Assert.Contains("10 curves", await Label(page, "The neuron"), StringComparison.Ordinal);
        Assert.Equal(1, await page.GetByText("mean rate of each condition, band: standard error, grey: mean of all").CountAsync());

        // the second of the tiles that share the width evenly, each at least 80 wide
        var canvas = page.Locator("canvas[aria-label^=\"The neuron\"]");
        var box = (await canvas.BoundingBoxAsync())!;
        var wide = (box.Width - 56) / MathF.Floor((box.Width - 56) / 80);
        await canvas.ClickAsync(new() { Position = new() { X = 44 + (1.5f * wide), Y = 40 } });
        await Says(page, "2 of 20 trials, 0 to 1 s, neuron left cell");
        Assert.Contains("1 curves", await Label(page, "The neuron"), StringComparison.Ordinal);
        Assert.Equal("true", await page.GetByRole(AriaRole.Button, new() { Name = "c 1" }).GetAttributeAsync("aria-pressed"));

        await canvas.DblClickAsync();
        await Says(page, "20 of 20 trials, 0 to 1 s, neuron left cell");
        Assert.Contains("10 curves", await Label(page, "The neuron"), StringComparison.Ordinal);
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_million_bins_are_drawn_and_brushed()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var latents = randn(2000, 500, 3);
        var many = new LinkedTrials(latents, poisson(full(2000, 500, 4, 0.2)))
        {
            Conditions = [.. Enumerable.Range(0, 2000).Select(trial => $"condition {trial % 8}")],
        };
        await using var opened = await browser.OpenAsync(new LinkedView(many, "Many").ToHtml());
        var page = opened.Page;
        await page.WaitForFunctionAsync(Ready);

        Assert.Contains("2000 trials, 1000000 bins, drawn as points, all of them", await Label(page, "Trajectories"),
            StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "condition 3" }).ClickAsync();
        await Says(page, "250 of 2000 trials, 0 to 500 bins, neuron", exact: false);
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Names_of_a_recording_stay_text_and_the_page_may_be_dark()
    {
        const string hostile = "</script><script>alert('x')</script><img src=x onerror=\"alert('x')\">";
        using var scope = NewDisposeScope();
        await using var opened = await browser.OpenAsync(
            new LinkedView(LinkedTrialsOf.Parting(hostile), hostile).ToHtml(), width: 360, isDark: true);
        await opened.Page.WaitForFunctionAsync(Ready);

        Assert.Contains("onerror", await opened.Page.Locator("tbody tr").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await opened.Page.Locator(".snn-linked img").CountAsync());
        Assert.Empty(opened.Failures);
    }

    [Fact]
    public void What_is_left_out_is_said()
    {
        using var scope = NewDisposeScope();

        var text = new LinkedView(new LinkedTrials(randn(1100, 2000, 9), zeros(1100, 2000, 100)), "Big").ToString();

        Assert.Contains("One trial in 3 is shown, 367 in all.", text, StringComparison.Ordinal);
        Assert.Contains("The first 8 of 9 latent dimensions are shown.", text, StringComparison.Ordinal);
        Assert.Contains("54 of 100 neurons are shown", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_belong_together_is_refused()
    {
        using var scope = NewDisposeScope();
        var good = LinkedTrialsOf.Parting();
        void Refused(LinkedTrials trials, string what) => Assert.Contains(
            what, Assert.Throws<ArgumentException>(() => new LinkedView(trials, "x")).Message, StringComparison.Ordinal);

        Refused(good with { Latents = zeros(20, 9, 3) }, "[20, 9, 3]");
        Refused(good with { Conditions = ["a"] }, "1 conditions");
        Refused(good with { Neurons = ["a"] }, "1 names for 3 neurons");
        Refused(good with { Counts = good.Counts - 1 }, "negative");
        Refused(good with { Latents = good.Latents / 0 }, "not finite");
        Refused(good with { Control = good.Control! with { Counts = zeros(20, 10, 4) } }, "[20, 10, 4]");
    }

    private static async Task<string> Status(IPage page) => (await page.Locator(".snn-linked output").TextContentAsync())!;

    private static async Task Says(IPage page, string text, bool exact = true)
    {
        var status = page.Locator(".snn-linked output");
        await (exact ? Assertions.Expect(status).ToHaveTextAsync(text) : Assertions.Expect(status).ToContainTextAsync(text));
    }

    private static async Task<string> Label(IPage page, string start) =>
        (await page.Locator($"canvas[aria-label^=\"{start}\"]").GetAttributeAsync("aria-label"))!;

    private static Task<string[]> Pictures(IPage page) =>
        page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.snn-linked canvas')].map(canvas => canvas.toDataURL())");

    private static async Task Drag(IPage page, string start, double from, double to)
    {
        var box = (await page.Locator($"canvas[aria-label^=\"{start}\"]").BoundingBoxAsync())!;
        float X(double share) => (float)(box.X + 44 + (share * (box.Width - 56)));
        await page.Mouse.MoveAsync(X(from), box.Y + 60);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(X(to), box.Y + 80);
        await page.Mouse.UpAsync();
    }
}
