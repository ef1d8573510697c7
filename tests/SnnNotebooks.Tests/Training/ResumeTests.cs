using System.Diagnostics;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Training;

/// <summary>A run that is killed and taken up again ends with the same bits as one that was left alone.</summary>
public sealed class ResumeTests
{
    [Fact]
    public void Killed_at_eight_moments_and_resumed_a_run_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        Run(folder, "whole.safetensors", state: null).Finish();

        var random = new Random(1);
        var state = folder.File("state.safetensors");
        var kills = 0;
        for (var attempt = 0; kills < 8 && attempt < 40; attempt++)
        {
            using var child = Run(folder, "resumed.safetensors", state);
            if (child.KillSoonAfterChange(state, random.Next(150)))
            {
                kills++;
                continue;
            }

            // this test was kept waiting for so long that the run came to its end: from the beginning
            File.Delete(state);
            kills = 0;
        }

        Run(folder, "resumed.safetensors", state).Finish();

        Assert.True(kills == 8, $"only {kills} runs were killed before they ended");
        Assert.Equal(File.ReadAllBytes(folder.File("whole.safetensors")), File.ReadAllBytes(folder.File("resumed.safetensors")));
    }

    private static Child Run(TemporaryFolder folder, string output, string? state)
    {
        string[] arguments =
        [
            SnnTool.Path, "train", "cml-spikingformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2",
            "--images", "320", "--batch", "16", "--epochs", "8", "--save-every", "1", "--out", folder.File(output), .. state is null
                ? Array.Empty<string>()
                : ["--state", state],
        ];
        return new Child(
            Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);
    }

    private sealed class Child(Process process) : IDisposable
    {
        public void Finish()
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            Assert.True(process.WaitForExit(600_000), "the run did not end");
            Assert.True(process.ExitCode == 0, output.Result + errors.Result);
            Dispose();
        }

        /// <summary>Kills the process (SIGKILL) a moment after the file has changed; false if it ended before.</summary>
        public bool KillSoonAfterChange(string file, int milliseconds)
        {
            var before = File.Exists(file) ? File.GetLastWriteTimeUtc(file) : DateTime.MinValue;
            while (!process.HasExited && (!File.Exists(file) || File.GetLastWriteTimeUtc(file) == before))
            {
                Thread.Sleep(5);
            }

            Thread.Sleep(milliseconds);
            var killed = !process.HasExited;
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return killed;
        }

        public void Dispose() => process.Dispose();
    }
}
