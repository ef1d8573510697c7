using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>peer</c>: this kit, SpikingJelly 0.0.0.0.14 under Debian's PyTorch and, where a hand-fused C loop is at hand, that, one
/// after the other on this machine; medians in milliseconds. SJ_PATH names a checkout of SpikingJelly's branch. SpikingJelly's neurons are
/// timed twice: as they run, and with glibc told to keep freed memory, as this kit tells it, because on many machines giving it back and
/// taking it again costs more than the computation.
/// </summary>
internal static class PeerComparison
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Measures and prints the tables.</summary>
    /// <returns>0, 1 where the peer failed, 2 where it is not set up.</returns>
    public static int Run()
    {
        if (Environment.GetEnvironmentVariable("SJ_PATH") is not { Length: > 0 } path
            || !Directory.Exists(Path.Combine(path, "spikingjelly")))
        {
            Console.Error.WriteLine(
                "SJ_PATH must name a checkout of SpikingJelly's branch 0.0.0.0.14 (a folder that holds the folder spikingjelly):\n"
                + "  git clone --depth 1 --branch 0.0.0.0.14 https://github.com/fangwei123456/spikingjelly.git\n"
                + "  export SJ_PATH=$PWD/spikingjelly\n"
                + "and the Debian package python3-torch must be installed (apt-get install python3-torch).");
            return 2;
        }

        try
        {
            Neurons();
            Networks();
            return 0;
        }
        catch (InvalidOperationException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static void Neurons()
    {
        using var loop = HandFusedLoop.Find();
        Console.WriteLine("LIF (tau 2, hard reset, ATan), forward + backward, T*N = 2^20, ms");
        Console.WriteLine(
            $"{"T",4} {"SpikingJelly",13} {"memory kept",12} {"reference",10} {"fused",8} {"fused x2",9} {"C loop",8} | "
            + $"{"SJ/fused",9} {"kept/fused",11} {"ref/fused",10} {"fused/C",8} {"x1/x2",6}");
        foreach (var steps in new[] { 4, 8, 16, 32, 64 })
        {
            manual_seed(1);
            using var x = rand(steps, (1 << 20) / steps).mul_(2).requires_grad_();
            using var g = randn(steps, (1 << 20) / steps);
            set_num_threads(1);
            var reference = Time(Step(NeuronBackend.Reference, x, g), 15);
            var peer = Peer(1, false, "neuron", steps).GetProperty("both").GetDouble();
            var kept = Peer(1, true, "neuron", steps).GetProperty("both").GetDouble();
            var kernel = Step(NeuronBackend.Fused, x, g);
            var timed = InTurn(loop is null ? [(1, kernel), (2, kernel)] : [(1, kernel), (2, kernel), (1, loop.Step(x, g))]);
            var (fused, two, native) = (timed[0], timed[1], loop is null ? double.NaN : timed[2]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{steps,4} {peer,13:F2} {kept,12:F2} {reference,10:F2} {fused,8:F3} {two,9:F3} {native,8:F3} | "
                + $"{peer / fused,9:F1} {kept / fused,11:F1} {reference / fused,10:F1} {fused / native,8:F2} {fused / two,6:F2}"));
        }
    }

    private static void Networks()
    {
        Console.WriteLine();
        Console.WriteLine(
            "Fashion-MNIST network, T = 4, batch 64, one thread, ms (C = 128: Debian's BLAS is slow in the dense layers, so that row "
            + "says little about neurons)");
        Console.WriteLine($"{"C",4} {"",10} {"SpikingJelly",13} {"reference",10} {"fused",8} | {"SJ/fused",9} {"ref/fused",10}");
        set_num_threads(1);
        foreach (var channels in new[] { 32, 128 })
        {
            var runs = channels > 100 ? 3 : 9;
            var peer = Peer(1, false, "csnn", channels, runs);
            using var reference = new Csnn(channels, 64, NeuronBackend.Reference);
            using var fused = new Csnn(channels, 64, NeuronBackend.Fused);
            Row("training", peer.GetProperty("train").GetDouble(), Time(reference.Train, runs), Time(fused.Train, runs));
            Row("inference", peer.GetProperty("infer").GetDouble(), Time(reference.Infer, runs), Time(fused.Infer, runs));

            void Row(string what, double theirs, double plain, double ours) => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{channels,4} {what,10} {theirs,13:F1} {plain,10:F1} {ours,8:F1} | {theirs / ours,9:F1} {plain / ours,10:F1}"));
        }
    }

    private static Action Step(NeuronBackend backend, Tensor x, Tensor g)
    {
        var neuron = new LIFNode(surrogate: new ATan()) { Backend = backend };
        return () =>
        {
            using var scope = NewDisposeScope();
            neuron.Reset();
            autograd.grad([neuron.call(x)], [x], [g]);
        };
    }

    private static double Time(Action action, int runs) => Median([.. Times(action, runs)]);

    // a neighbour on the same processor halves its speed for seconds at a time: in short turns it meets all of them alike
    private static double[] InTurn(params (int Threads, Action Action)[] actions)
    {
        var times = actions.Select(_ => new List<double>()).ToArray();
        for (var turn = 0; turn < 25; turn++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                set_num_threads(actions[i].Threads);
                times[i].AddRange(Times(actions[i].Action, 15));
            }
        }

        set_num_threads(1);
        return [.. times.Select(each => Median([.. each]))];
    }

    private static IEnumerable<double> Times(Action action, int runs)
    {
        for (var i = 0; i < 3; i++)
        {
            action();
        }

        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            yield return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static JsonElement Peer(int threads, bool keepMemory, params object[] arguments)
    {
        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "peer.py"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        }

        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        if (keepMemory)
        {
            start.Environment["MALLOC_TRIM_THRESHOLD_"] = (1 << 30).ToString(CultureInfo.InvariantCulture);
            start.Environment["MALLOC_MMAP_MAX_"] = "0";
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} cannot be started.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException(
                $"SpikingJelly could not be timed ({Python} peer.py {string.Join(' ', arguments)}):\n{errors.Result}");
    }

    /// <summary>The yardstick of ../shared/bench/fused.c, built with gcc where both are there.</summary>
    private sealed unsafe class HandFusedLoop : IDisposable
    {
        private readonly string folder;
        private readonly nint library;
        private readonly delegate* unmanaged<float*, float*, float*, int, nuint, float, float, void> forward;
        private readonly delegate* unmanaged<float*, float*, float*, int, nuint, float, float, int, void> backward;

        private HandFusedLoop(string folder)
        {
            this.folder = folder;
            library = NativeLibrary.Load(Path.Combine(folder, "libfused.so"));
            forward = (delegate* unmanaged<float*, float*, float*, int, nuint, float, float, void>)NativeLibrary.GetExport(
                library, "lif_fptt");
            backward = (delegate* unmanaged<float*, float*, float*, int, nuint, float, float, int, void>)NativeLibrary.GetExport(
                library, "lif_bptt");
        }

        /// <summary>Builds it; null where its source or the compiler is missing.</summary>
        public static HandFusedLoop? Find()
        {
            var source = Path.GetFullPath(Path.Combine(Environment.CurrentDirectory, "..", "shared", "bench", "fused.c"));
            if (!File.Exists(source) || !File.Exists("/usr/bin/gcc"))
            {
                return null;
            }

            var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
            using var build = Process.Start("/usr/bin/gcc",
                ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", source, "-o", Path.Combine(folder, "libfused.so")]);
            build.WaitForExit();
            return build.ExitCode == 0 ? new HandFusedLoop(folder) : null;
        }

        /// <summary>Forward and backward, as the fused backend does it: with new memory for the results.</summary>
        public Action Step(Tensor x, Tensor g)
        {
            var (steps, neurons) = ((int)x.shape[0], (nuint)x.shape[1]);
            using var values = x.detach();
            var (input, gradient) = (Address(values), Address(g));
            return () =>
            {
                using var scope = NewDisposeScope();
                var (spikes, charged, gradX) = (Address(empty_like(g)), Address(empty_like(g)), Address(empty_like(g)));
                forward((float*)input, (float*)spikes, (float*)charged, steps, neurons, 0.5f, 1f);
                backward((float*)gradient, (float*)charged, (float*)gradX, steps, neurons, 0.5f, 1f, 0);
            };
        }

        public void Dispose()
        {
            NativeLibrary.Free(library);
            Directory.Delete(folder, recursive: true);
        }

        private static nint Address(Tensor tensor)
        {
            fixed (byte* address = &MemoryMarshal.GetReference(tensor.bytes))
            {
                return (nint)address; // native memory: it does not move
            }
        }
    }
}
