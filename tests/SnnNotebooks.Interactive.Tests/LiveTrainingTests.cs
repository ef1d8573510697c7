using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive.Tests;

public sealed class LiveTrainingTests
{
    [Fact]
    public void Live_training_always_shows_its_last_state()
    {
        using var host = new RecordingDisplay();
        var live = new LiveTraining();
        for (var step = 1; step <= 100; step++)
        {
            live.Report(new TrainingProgress(1, 1, step, 100, 0.5, 0.9, TimeSpan.FromSeconds(1), null));
        }

        live.Report(new TrainingProgress(1, 1, 100, 100, 0.5, 0.9, TimeSpan.FromSeconds(1), new EpochResult(1, 0.5, 0.9, 0.875, 1)));

        Assert.Equal("[####################] epoch 1/1  step 100/100  loss 0.5000  training 90.0 %  test 87.5 %  1 s, done, 100.0 steps/s",
            host.Last);
        Assert.InRange(host.Calls, 2, 20);
    }

    [Fact]
    public void Live_training_says_how_long_it_will_take_and_how_fast_it_goes()
    {
        using var host = new RecordingDisplay();
        new LiveTraining().Report(new TrainingProgress(2, 4, 5, 20, 0.5, 0.9, TimeSpan.FromSeconds(10), null));

        Assert.Equal(
            "[######..............] epoch 2/4  step 5/20  loss 0.5000  training 90.0 %  10 s, about 22 s left, 2.5 steps/s", host.Last);
        Assert.Contains("about 22 s left, 2.5 steps/s", host.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_training_bounds_its_table_and_ends_with_all_epochs()
    {
        using var host = new RecordingDisplay();
        var live = new LiveTraining();
        for (var epoch = 1; epoch <= 30; epoch++)
        {
            live.Report(
                new TrainingProgress(epoch, 30, 5, 5, 0.5, 0.9, TimeSpan.FromSeconds(epoch), new EpochResult(epoch, 0.5, 0.9, 0.8, 1)));
            Assert.InRange(host.Html.Split("<tr>").Length, 2, epoch < 30 ? 14 : 40);
        }

        Assert.Contains("done", host.Html, StringComparison.Ordinal);
        Assert.Contains("aria-valuenow=\"100\"", host.Html, StringComparison.Ordinal);
        Assert.Equal(31, host.Html.Split("<tr>").Length - 1);
    }

    [Fact]
    public void Curves_grow_while_it_trains_and_stay_small_however_long_it_takes()
    {
        using var host = new RecordingDisplay();
        var live = new LiveTraining();
        for (var epoch = 1; epoch <= 2000; epoch++)
        {
            live.Report(new TrainingProgress(epoch, 2000, 5, 5, 3.0 / epoch, 0.25, TimeSpan.FromSeconds(epoch), null));
            if (epoch == 1)
            {
                Assert.DoesNotContain("<svg", host.Html, StringComparison.Ordinal); // a point is no line
            }
        }

        live.Report(new TrainingProgress(2000, 2000, 5, 5, double.NaN, 0.25, TimeSpan.FromSeconds(2000), null));

        var loss = System.Text.RegularExpressions.Regex.Match(host.Html, "<polyline[^>]*points=\"([^\"]*)\"").Groups[1].Value.Split(' ');
        Assert.InRange(loss.Length, 100, 257);
        Assert.Equal("44.09,14", loss[0]);
        Assert.StartsWith("224,", loss[^1], StringComparison.Ordinal);
        Assert.Contains("training accuracy 25.0 %, over 2000 of 2000 epochs", host.Html, StringComparison.Ordinal);
    }

    /// <summary>The notebook's display until it is disposed.</summary>
    private sealed class RecordingDisplay : INotebookDisplay, IDisposable
    {
        public RecordingDisplay() => NotebookDisplay.Current = this;

        public string Html { get; private set; } = string.Empty;

        public string Last { get; private set; } = string.Empty;

        public int Calls { get; private set; }

        public string Show(string html, string plain)
        {
            Update("1", html, plain);
            return "1";
        }

        public void Update(string id, string html, string plain)
        {
            Html = html;
            Last = plain;
            Calls++;
        }

        public void Dispose() => NotebookDisplay.Current = null;
    }
}
