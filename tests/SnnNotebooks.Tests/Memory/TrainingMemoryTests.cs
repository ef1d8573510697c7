using System.Collections.Concurrent;
using SnnNotebooks.Models;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Memory;

/// <summary>What a step of training leaves behind: a Spikformer of one block, on both backends.</summary>
public sealed class TrainingMemoryTests
{
    // what a step keeps, every round shows; the just-in-time compiler and glibc's arenas of new threads take more than that in some rounds
    private const int Rounds = 8;
    private const int StepsARound = 200;
    private const int OneValueAStep = 200;

    /// <summary>On a GPU libtorch runs the backward pass on a thread of its own, where no dispose scope ends what is made there.</summary>
    [Theory]
    [InlineData(NeuronBackend.Reference)]
    [InlineData(NeuronBackend.Auto)]
    public void A_backward_pass_on_another_thread_leaves_no_tensor(NeuronBackend backend)
    {
        using var training = new Training(backend);
        using var jobs = new BlockingCollection<Action>();
        using var done = new SemaphoreSlim(0);
        var worker = new Thread(() =>
        {
            foreach (var job in jobs.GetConsumingEnumerable())
            {
                job();
                done.Release();
            }
        });
        worker.Start();
        void Step() => training.Step(loss =>
        {
            jobs.Add(() => loss.backward());
            done.Wait();
        });

        Step();
        Step();
        var before = LiveTensors.Settled();
        for (var step = 0; step < 5; step++)
        {
            Step();
        }

        var after = LiveTensors.Settled();
        jobs.CompleteAdding();
        worker.Join();
        Assert.Equal(before, after);
    }

    [GlibcTheory]
    [InlineData(NeuronBackend.Reference)]
    [InlineData(NeuronBackend.Auto)]
    public void Native_memory_is_flat_after_a_hundred_steps(NeuronBackend backend)
    {
        using var training = new Training(backend);
        void Steps(int count)
        {
            for (var step = 0; step < count; step++)
            {
                training.Step(loss => loss.backward());
            }
        }

        Steps(100);
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > OneValueAStep * StepsARound; round++)
        {
            var before = NativeBytes();
            Steps(StepsARound);
            least = Math.Min(least, NativeBytes() - before);
        }

        Assert.InRange(least, long.MinValue, OneValueAStep * StepsARound);
    }

    private static long NativeBytes()
    {
        LiveTensors.Settled();
        TensorBlocks.LetGo();
        var least = long.MaxValue;
        for (var reading = 0; reading < 20; reading++)
        {
            least = Math.Min(least, NativeHeap.Bytes); // the just-in-time compiler takes a megabyte for as long as it works
            Thread.Sleep(25);
        }

        return least;
    }

    private sealed class Training : IDisposable
    {
        private readonly Spikformer network = new(new SpikformerOptions(SpikformerVariant.Cifar, 48, 12, 1, 10));
        private readonly Tensor input = rand(2, 3, 32, 32);
        private readonly Tensor labels = randint(0, 10, [2]);
        private readonly optim.Optimizer optimizer;

        public Training(NeuronBackend backend)
        {
            Functional.SetBackend(network, backend);
            optimizer = optim.AdamW(network.parameters(), lr: 1e-4);
        }

        public void Step(Action<Tensor> backward)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var output = network.call(input);
            backward(nn.functional.cross_entropy(output.dim() == 3 ? output.mean([0]) : output, labels));
            optimizer.step();
            Functional.Reset(network);
        }

        public void Dispose()
        {
            optimizer.Dispose();
            input.Dispose();
            labels.Dispose();
            network.Dispose();
        }
    }
}
