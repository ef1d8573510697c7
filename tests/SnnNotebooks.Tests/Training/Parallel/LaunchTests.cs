using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Training.Parallel;

/// <summary>Real ranks: the tool's own processes under mpirun, more of them than this machine may have cores.</summary>
public sealed partial class LaunchTests(LaunchTests.Undisturbed undisturbed) : IClassFixture<LaunchTests.Undisturbed>
{
    private const string Mpirun = "/usr/bin/mpirun";
    private const string Package = "openmpi-bin";
    private const int StoppedCode = 3;

    [NeedsToolFact(Mpirun, Package)]
    public void Two_that_recompute_and_four_ranks_end_with_the_bits_of_one()
    {
        using var folder = new TemporaryFolder();
        foreach (var (ranks, more) in new (int, string[])[] { (2, ["--recompute"]), (4, []) })
        {
            var output = Finish(Train(folder, $"by-{ranks}", ranks, more));

            Assert.Contains("deterministic mode", output, StringComparison.Ordinal);
            Assert.Equal(undisturbed.Weights, Weights(folder, $"by-{ranks}"));
        }

        Assert.Equal(4, Directory.GetFiles(folder.File("by-4.ranks")).Length);
    }

    [NeedsToolFact(Mpirun, Package)]
    public void A_killed_rank_ends_the_job_and_another_number_of_ranks_takes_it_up_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        string[] keeping = ["--state", folder.File("state"), "--save-every", "1"];

        var (code, output) = Disturbed(folder, "killed", keeping, job =>
        {
            var victim = int.Parse(
                ProcessNumber().Match(File.ReadAllText(folder.File("killed.ranks/rank-0001.log"))).Groups[1].Value,
                System.Globalization.CultureInfo.InvariantCulture);
            _ = Signal(victim, 9);
        });

        Assert.NotEqual(0, code);
        Assert.Matches("rank 1 .*signal 9", output);
        Assert.False(File.Exists(folder.File("killed")));

        Finish(Train(folder, "resumed", ranks: 4, [.. keeping, "--resume"]));
        Assert.Equal(undisturbed.Weights, Weights(folder, "resumed"));
    }

    [NeedsToolFact(Mpirun, Package)]
    public void Told_to_stop_the_ranks_save_at_the_next_step_and_end_with_a_code_of_its_own()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");

        var (code, output) = Disturbed(
            folder, "stopped", ["--state", state, "--save-every", "2"], job => _ = Signal(job.Id, 10)); // SIGUSR1

        Assert.True(code == StoppedCode, output);
        Assert.False(File.Exists(folder.File("stopped")));
        Finish(Train(folder, "resumed", ranks: 0, "--micro-batches", "8", "--state", state, "--resume"));
        Assert.Equal(undisturbed.Weights, Weights(folder, "resumed"));
    }

    [NeedsToolFact(Mpirun, Package)]
    public void A_truncated_state_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state.safetensors");
        File.WriteAllBytes(state, undisturbed.State[..(undisturbed.State.Length / 2)]);

        var (code, output) = End(Train(folder, "second", ranks: 2, "--state", state));

        Assert.NotEqual(0, code);
        Assert.Contains(state, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [NeedsToolFact(Mpirun, Package)]
    public void More_ranks_than_micro_batches_are_refused_in_a_sentence()
    {
        using var folder = new TemporaryFolder();

        var (code, output) = End(Train(folder, "none", ranks: 3, "--micro-batches", "2"));

        Assert.Equal(2, code);
        Assert.Contains("cut into 2 micro-batches, which 3 ranks cannot share", output, StringComparison.Ordinal);
    }

    [NeedsToolFact(Mpirun, Package)]
    public void A_command_line_that_cannot_be_followed_starts_no_rank()
    {
        using var folder = new TemporaryFolder();

        var (code, output) = End(Train(folder, "none", ranks: 2, "--no-such-option"));

        Assert.Equal(2, code);
        Assert.Contains("--no-such-option", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [NeedsToolFact(Mpirun, Package)]
    public void Statistics_are_synchronised_where_a_rank_has_no_inputs_in_the_last_step_too()
    {
        using var folder = new TemporaryFolder();

        var output = Finish(Train(folder, "synchronised", ranks: 4, "--micro-batches", "4", "--fast", "--sync-batch-norm"));

        Assert.Contains("fast mode", output, StringComparison.Ordinal);
        Assert.Contains("synchronised", output, StringComparison.Ordinal);
    }

    [NeedsToolFact(Mpirun, Package)]
    public void The_fast_mode_learns_the_same_up_to_the_order_of_sums()
    {
        using var folder = new TemporaryFolder();
        Finish(Train(folder, "alone", ranks: 0, "--micro-batches", "4", "--fast"));
        Finish(Train(folder, "fast", ranks: 2, "--micro-batches", "4", "--fast"));

        using var alone = Checkpoint.Read(folder.File("alone"));
        using var fast = Checkpoint.Read(folder.File("fast"));
        foreach (var (one, other) in alone.Tensors.Zip(fast.Tensors).Where(pair => pair.First.Value.is_floating_point()))
        {
            // AdamW's first steps have the size of the learning rate whatever the gradient: signs of tiny ones may turn
            var difference = (one.Value - other.Value).abs().mean().item<float>();
            Assert.InRange(difference, 0, 1e-3);
        }
    }

    /// <summary>The run of one process, which every number of ranks is to end like.</summary>
    public sealed class Undisturbed
    {
        public Undisturbed()
        {
            using var folder = new TemporaryFolder();
            Finish(Train(folder, "whole", ranks: 0, "--micro-batches", "8", "--state", folder.File("state")));
            (Weights, State) = (LaunchTests.Weights(folder, "whole"), File.ReadAllBytes(folder.File("state")));
        }

        public byte[] Weights { get; }

        public byte[] State { get; }
    }

    /// <summary>A small run: 72 pictures, so that an epoch ends with a ragged step, of 8, in which some ranks have nothing.</summary>
    private static Process Train(TemporaryFolder folder, string output, int ranks, params string[] more)
    {
        string[] launch = ranks == 0 ? [] : ["launch", "--ranks", ranks.ToString(System.Globalization.CultureInfo.InvariantCulture), "--"];
        string[] arguments =
        [
            SnnTool.Path, .. launch, "train", "cml-spikingformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2",
            "--images", "72", "--batch", "16", "--epochs", "2", "--out", folder.File(output), .. more,
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    private static string Finish(Process job)
    {
        using (job)
        {
            var (code, output) = End(job);
            Assert.True(code == 0, output);
            return output;
        }
    }

    private static (int Code, string Output) End(Process job)
    {
        var (output, errors) = (job.StandardOutput.ReadToEndAsync(), job.StandardError.ReadToEndAsync());
        Assert.True(job.WaitForExit(600_000), "the job did not end");
        return (job.ExitCode, output.Result + errors.Result);
    }

    /// <summary>
    /// What came of a job of two ranks to which something is done once it has kept its state. It takes ten steps: where this test was kept
    /// waiting until it had ended well, it is begun anew.
    /// </summary>
    private static (int Code, string Output) Disturbed(
        TemporaryFolder folder, string output, string[] keeping, Action<Process> disturb)
    {
        for (var tries = 1; ; tries++)
        {
            using var job = Train(folder, output, ranks: 2, keeping);
            while (!File.Exists(folder.File("state")))
            {
                Assert.False(job.HasExited && !File.Exists(folder.File("state")), "the job ended before it saved");
                Thread.Sleep(5);
            }

            disturb(job);
            var end = End(job);
            if (end.Code != 0 || tries == 20)
            {
                return end;
            }

            File.Delete(folder.File("state"));
            File.Delete(folder.File(output));
        }
    }

    private static byte[] Weights(TemporaryFolder folder, string name) => File.ReadAllBytes(folder.File(name));

    [GeneratedRegex(@"process (\d+)")]
    private static partial Regex ProcessNumber();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
