using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>Sweeps on a real Slurm of one node.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly SweepWorkshop shop = new();

    public void Dispose() => shop.Dispose();

    [NeedsSlurmFact]
    public void An_array_of_eight_survives_a_requeue_and_a_cancel_and_leaves_eight_rows_none_twice()
    {
        using var cluster = SlurmCluster.Start();
        shop.Write("sweep.json", """
            { "title": "eight", "slurm": { "atOnce": 2, "options": ["--time=5"], "setup": ["export FROM_SETUP=1"] },
              "runs": [ { "notebook": "tiny.dib", "set": { "Gain": 1, "Hold": 1 }, "seeds": [1, 2, 3, 4, 5, 6, 7, 8] } ] }
            """);
        var shown = shop.Snn(cluster.Environment, "sweep", "sweep.json", "--out", "out dir", "--slurm", "--print");
        Assert.Contains("#SBATCH --array=0-7%2\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("\nexport FROM_SETUP=1\n", shown.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(shop.FileOf("out dir")));

        var submitted = shop.Snn(cluster.Environment, "sweep", "sweep.json", "--out", "out dir", "--slurm");
        Assert.True(submitted.Code == 0, submitted.Output);
        var job = File.ReadAllText(shop.FileOf("out dir/submissions/1.job")).Trim();
        var again = shop.Snn(cluster.Environment, "sweep", "sweep.json", "--out", "out dir", "--slurm", "--resume");
        Assert.Contains("0 of 8 tasks to submit; 8 wait or run already", again.Output, StringComparison.Ordinal);
        Assert.Contains("queued", shop.Snn(cluster.Environment, "sweep", "status", "out dir").Output, StringComparison.Ordinal);

        // indices 0 and 1 are under way: one is queued again, the other cancelled
        SweepWorkshop.Until(() => shop.Began.Length >= 2, $"two tasks run: {cluster.Ask("squeue")}");
        var processes = File.ReadAllLines(shop.FileOf("out dir/submissions/1.tasks"))[..2].Select(task =>
            File.ReadAllText(shop.FileOf($"out dir/tasks/{task}/attempts.txt")).Split("process ")[1].Split(' ', '\n')[0]).ToArray();
        Assert.Equal(string.Empty, cluster.Ask("scontrol", "requeue", $"{job}_0"));
        Assert.Equal(string.Empty, cluster.Ask("scancel", $"{job}_1"));
        SweepWorkshop.Until(() => processes.All(process => !Directory.Exists($"/proc/{process}")), "their processes have ended");
        shop.Write("go.txt", string.Empty);
        SweepWorkshop.Until(() => cluster.Ask("squeue", "-h").Trim().Length == 0, "the queue is empty");
        Assert.Equal(7, Rows().Length);
        Assert.Contains("missing tiny seed 2", shop.Snn(cluster.Environment, "sweep", "status", "out dir").Output,
            StringComparison.Ordinal);

        Assert.Equal(0, shop.Snn(cluster.Environment, "sweep", "sweep.json", "--out", "out dir", "--slurm", "--resume").Code);
        Assert.Single(File.ReadAllLines(shop.FileOf("out dir/submissions/2.tasks")));
        SweepWorkshop.Until(() => cluster.Ask("squeue", "-h").Trim().Length == 0, "the queue is empty again");

        Assert.Equal(8, Rows().Length);
        Assert.Equal(["1 1", "1 1", "2 1", "2 1", "3 1", "4 1", "5 1", "6 1", "7 1", "8 1"], shop.Began.Order());
        Assert.Contains("8 tasks: 8 done", shop.Snn(cluster.Environment, "sweep", "status", "out dir").Output, StringComparison.Ordinal);
    }

    [NeedsSlurmFact]
    public void A_training_warned_of_its_time_limit_is_queued_again_and_ends_with_the_bits_of_an_undisturbed_one()
    {
        using var cluster = SlurmCluster.Start();
        shop.Write("sweep.json", """
            { "runs": [ { "train": "spikformer", "seeds": [1], "set": { "features": 16, "heads": 2, "depth": 1, "time-steps": 2,
              "images": 480, "batch": 16, "epochs": 9, "save-every": 1 } } ] }
            """);
        Assert.Equal(0, shop.Snn(cluster.Environment, "sweep", "sweep.json", "--out", "out dir", "--slurm").Code);
        var task = File.ReadAllText(shop.FileOf("out dir/submissions/1.tasks")).Trim();
        var job = File.ReadAllText(shop.FileOf("out dir/submissions/1.job")).Trim();
        SweepWorkshop.Until(() => File.Exists(shop.FileOf($"out dir/tasks/{task}/state.safetensors")), "the training has saved a state");

        Assert.Equal(string.Empty, cluster.Ask("scancel", "--batch", "--signal=USR1", $"{job}_0"));

        SweepWorkshop.Until(() => cluster.Ask("squeue", "-h").Trim().Length == 0, "the queue is empty");
        var log = File.ReadAllText(shop.FileOf("out dir/submissions/1.0.log"));
        Assert.Contains("stopped", log, StringComparison.Ordinal);
        Assert.True(Rows().Length == 1, log);
        Assert.Equal(2, File.ReadAllLines(shop.FileOf($"out dir/tasks/{task}/attempts.txt")).Length);

        // as many threads as the array's tasks had: libraries of linear algebra add in another order with more
        var oneThread = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "1" };
        Assert.Equal(0, shop.Snn(oneThread, "sweep", "sweep.json", "--out", "out").Code);
        Assert.Equal(File.ReadAllBytes(shop.FileOf($"out/tasks/{task}/weights.safetensors")),
            File.ReadAllBytes(shop.FileOf($"out dir/tasks/{task}/weights.safetensors")));
    }

    [NeedsSlurmFact]
    public void The_template_for_a_long_training_goes_on_after_the_warning_to_the_same_bits()
    {
        using var cluster = SlurmCluster.Start();
        var template = File.ReadAllLines(Path.Combine(Repository.Root, "environment", "slurm", "train.sbatch"));
        shop.Write("train.sbatch", string.Join('\n', template.Where(line => !line.StartsWith("#SBATCH", StringComparison.Ordinal)
            || !line.Contains("gpu", StringComparison.Ordinal))) + "\n");
        shop.Write("snn", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "snn.dll")}' \"$@\"\n");
        Assert.Equal(string.Empty, cluster.Ask("chmod", "+x", shop.FileOf("snn")));
        string[] training =
        [
            "spikformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2", "--images", "480", "--batch", "16",
            "--epochs", "9", "--save-every", "1",
        ];
        var name = shop.FileOf("run");
        var job = cluster.Ask("sbatch", ["--parsable", "--cpus-per-task=1", $"--chdir={shop.Root}",
            $"--export=ALL,PATH={shop.Root}:{Environment.GetEnvironmentVariable("PATH")}", 
            shop.FileOf("train.sbatch"), name, .. training]).Trim();
        SweepWorkshop.Until(() => File.Exists(name + ".state"), $"the training has saved a state: {job} {cluster.Ask("squeue")}");

        Assert.Equal(string.Empty, cluster.Ask("scancel", "--batch", "--signal=USR1", job));

        SweepWorkshop.Until(() => cluster.Ask("squeue", "-h").Trim().Length == 0, "the queue is empty");
        var log = File.ReadAllText(shop.FileOf($"snn-train-{job}.log"));
        Assert.Contains("Stopped.", log, StringComparison.Ordinal);
        Assert.True(File.Exists(name + ".safetensors"), log);
        var whole = shop.Snn(new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "1" },
            ["train", .. training, "--out", shop.FileOf("whole")]);
        Assert.True(whole.Code == 0, whole.Output);
        Assert.Equal(File.ReadAllBytes(shop.FileOf("whole")), File.ReadAllBytes(name + ".safetensors"));
    }

    [Fact]
    public void Of_two_submissions_of_one_folder_the_second_waits_and_finds_what_the_first_queued()
    {
        shop.Write("sweep.json", """{ "runs": [ { "notebook": "tiny.dib", "set": { "Gain": 1 }, "seeds": [1] } ] }""");
        Program("sbatch", "[ \"$1\" = --version ] && exit 0; echo >> asked; while [ ! -e go ]; do sleep 0.05; done; echo 7");
        Program("squeue", "echo 7 0 PENDING");
        var programs = new Dictionary<string, string> { ["PATH"] = $"{shop.Root}:{Environment.GetEnvironmentVariable("PATH")}" };
        string[] submission = ["sweep", "sweep.json", "--out", "out", "--slurm", "--resume"];

        using var first = shop.Start(programs, submission);
        SweepWorkshop.Until(() => File.Exists(shop.FileOf("asked")), "the first asks sbatch");
        using var second = shop.Start(programs, submission);
        Assert.False(second.WaitForExit(3000));
        Assert.Single(File.ReadAllLines(shop.FileOf("asked")));

        shop.Write("go", string.Empty);
        Assert.Contains("1 of 1 tasks to submit", first.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Contains("0 of 1 tasks to submit", second.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(["1.job", "1.sh", "1.tasks"],
            Directory.GetFiles(shop.FileOf("out/submissions")).Select(path => Path.GetFileName(path)).Order());
    }

    private void Program(string name, string script)
    {
        shop.Write(name, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(shop.FileOf(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Without_Slurm_one_sentence_says_what_to_do()
    {
        shop.Write("sweep.json", """{ "runs": [ { "notebook": "tiny.dib", "seeds": [1] } ] }""");
        var nowhere = new Dictionary<string, string> { ["PATH"] = Path.GetDirectoryName(Environment.ProcessPath!)! };
        var (code, output) = shop.Snn(nowhere, "sweep", "sweep.json", "--out", "out", "--slurm");
        Assert.Equal(2, code);
        Assert.Contains("There is no sbatch here", output, StringComparison.Ordinal);
    }

    private string[] Rows() => Directory.GetFiles(shop.FileOf("out dir/rows"), "*.json");
}
