using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// Whole networks: inference of Spikformer 4-384 (CIFAR, T = 4, batch 16) and QKFormer HST-10-384 (224 pixels, T = 4, batch 1), and one
/// training step of Spikformer 4-256 (batch 32). Baseline: the same networks in plain PyTorch as the papers' code lays them out, neurons a
/// loop over T as in SpikingJelly 0.0.0.0.12's torch backend, in a process of Debian's <c>/usr/bin/python3</c> (python3-torch) with as many
/// threads. (The papers' code itself needs timm and SpikingJelly, which Debian does not have.) Debian's plain BLAS multiplies matrices some
/// thirty times slower than OpenBLAS; for a comparison that is not about that, install <c>libopenblas0-pthread</c> and set
/// <c>LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-pthread</c>, which this kit's libtorch does not look at. Attention apart: one Q-K
/// module at N and 4 N tokens.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class TransformerBenchmark : IDisposable
{
    private const string Peer = """
        import sys
        import torch
        from torch import nn
        torch.set_num_threads(int(sys.argv[1]))
        torch.manual_seed(1)

        class Spike(torch.autograd.Function):
            @staticmethod
            def forward(ctx, u):
                ctx.save_for_backward(u)
                return (u >= 0).to(u)
            @staticmethod
            def backward(ctx, g):
                s = (4 * ctx.saved_tensors[0]).sigmoid()
                return g * 4 * s * (1 - s)

        class LIF(nn.Module):
            def __init__(self, threshold=1.0):
                super().__init__()
                self.threshold = threshold
            def forward(self, x):
                v, spikes = torch.zeros_like(x[0]), []
                for t in range(x.shape[0]):
                    v = v + (x[t] - v) / 2.0
                    s = Spike.apply(v - self.threshold)
                    v = (1 - s.detach()) * v
                    spikes.append(s.unsqueeze(0))
                return torch.cat(spikes, 0)

        def over(x, *layers):
            T, B = x.shape[:2]
            x = x.flatten(0, 1)
            for layer in layers:
                x = layer(x)
            return x.reshape(T, B, *x.shape[1:])

        def conv(i, o, k=3, s=1):
            return nn.Conv2d(i, o, k, s, k // 2, bias=False)

        pool = lambda: nn.MaxPool2d(3, 2, 1)

        class Dense(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                self.map, self.norm, self.lif = nn.Linear(i, o), nn.BatchNorm1d(o), LIF()
            def forward(self, x):
                T, B, N, C = x.shape
                y = self.map(x.flatten(0, 1))
                y = self.norm(y.transpose(-1, -2)).transpose(-1, -2).reshape(T, B, N, -1).contiguous()
                return self.lif(y)

        class SpikBlock(nn.Module):
            def __init__(self, d, h):
                super().__init__()
                self.h = h
                self.q, self.k, self.v, self.proj = Dense(d, d), Dense(d, d), Dense(d, d), Dense(d, d)
                self.attn, self.a, self.b = LIF(0.5), Dense(d, 4 * d), Dense(4 * d, d)
            def forward(self, x):
                T, B, N, C = x.shape
                split = lambda y: y.reshape(T, B, N, self.h, C // self.h).permute(0, 1, 3, 2, 4).contiguous()
                q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
                y = ((q @ k.transpose(-2, -1)) * 0.125) @ v
                x = x + self.proj(self.attn(y.transpose(2, 3).reshape(T, B, N, C).contiguous()))
                return x + self.b(self.a(x))

        class Spikformer(nn.Module):
            def __init__(self, d, h, depth):
                super().__init__()
                sizes = [3, d // 8, d // 4, d // 2, d]
                self.convs = nn.ModuleList(conv(i, o) for i, o in zip(sizes, sizes[1:] + [d]))
                self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in sizes[1:] + [d])
                self.lifs = nn.ModuleList(LIF() for _ in range(5))
                self.blocks = nn.ModuleList(SpikBlock(d, h) for _ in range(depth))
                self.head = nn.Linear(d, 10)
            def forward(self, x):
                x = x.unsqueeze(0).repeat(4, 1, 1, 1, 1)
                for i in range(4):
                    x = self.lifs[i](over(x, self.convs[i], self.norms[i]))
                    if i > 1:
                        x = over(x, pool())
                x = x + self.lifs[4](over(x, self.convs[4], self.norms[4]))
                x = x.flatten(-2).transpose(-1, -2)
                for block in self.blocks:
                    x = block(x)
                return self.head(x.mean(2).mean(0))

        class Token(nn.Module):
            def __init__(self, i, o, bias):
                super().__init__()
                self.map, self.norm, self.lif = nn.Conv1d(i, o, 1, bias=bias), nn.BatchNorm1d(o), LIF()
            def forward(self, x):
                return self.lif(over(x, self.map, self.norm))

        class QKBlock(nn.Module):
            def __init__(self, d, h, self_attention):
                super().__init__()
                self.h, self.full = h, self_attention
                self.q, self.k, self.proj, self.attn = Token(d, d, False), Token(d, d, False), Token(d, d, True), LIF(0.5)
                if self_attention:
                    self.v = Token(d, d, False)
                self.a, self.b = Token(d, 4 * d, True), Token(4 * d, d, True)
            def forward(self, x):
                T, B, C, N = x.shape
                q, k = self.q(x), self.k(x)
                if self.full:
                    split = lambda y: y.reshape(T, B, self.h, C // self.h, N).transpose(-1, -2).contiguous()
                    q, k, v = split(q), split(k), split(self.v(x))
                    y = (q @ (k.transpose(-2, -1) @ v)) * 0.125
                    y = self.attn(y.transpose(-1, -2).reshape(T, B, C, N).contiguous())
                else:
                    q, k = q.reshape(T, B, self.h, C // self.h, N), k.reshape(T, B, self.h, C // self.h, N)
                    y = (self.attn(q.sum(3, keepdim=True)) * k).flatten(2, 3)
                x = x + self.proj(y)
                return x + self.b(self.a(x))

        class Embed(nn.Module):
            def __init__(self, first, i, c):
                super().__init__()
                plan = [(i, c // 2, True), (c // 2, c, True), (c, c, False)] if first else [(c // 2, c, True), (c, c, False)]
                self.shared = 1 if first else 0
                self.steps = nn.ModuleList(nn.ModuleList([conv(a, b), nn.BatchNorm2d(b), LIF()]) for a, b, _ in plan)
                self.pools = [p for _, _, p in plan]
                self.res = nn.ModuleList([conv(c // 2, c, 1, 2), nn.BatchNorm2d(c), LIF()])
            def forward(self, x):
                for n, (c, b, l) in enumerate(self.steps):
                    if n == self.shared:
                        branch = x
                    x = l(over(x, c, b, pool()) if self.pools[n] else over(x, c, b))
                return x + self.res[2](over(branch, self.res[0], self.res[1]))

        class QKFormer(nn.Module):
            def __init__(self, d, h):
                super().__init__()
                self.embeds = nn.ModuleList([Embed(True, 3, d // 4), Embed(False, 0, d // 2), Embed(False, 0, d)])
                self.stages = nn.ModuleList(
                    nn.ModuleList(QKBlock(d // s, h, s == 1) for _ in range(n)) for s, n in ((4, 1), (2, 2), (1, 7)))
                self.head = nn.Linear(d, 1000)
            def forward(self, x):
                x = x.unsqueeze(0).repeat(4, 1, 1, 1, 1)
                for embed, blocks in zip(self.embeds, self.stages):
                    x = embed(x)
                    T, B, C, H, W = x.shape
                    x = x.flatten(3)
                    for block in blocks:
                        x = block(x)
                    x = x.reshape(T, B, C, H, W)
                return self.head(x.flatten(3).mean(3).mean(0))

        large, qk, small = Spikformer(384, 12, 4).eval(), QKFormer(384, 6).eval(), Spikformer(256, 8, 4).train()
        optimizer = torch.optim.AdamW(small.parameters(), lr=5e-4, weight_decay=0.06)
        images, picture = torch.rand(16, 3, 32, 32), torch.rand(1, 3, 224, 224)
        batch, labels = torch.rand(32, 3, 32, 32), torch.arange(32) % 10
        def spikformer():
            with torch.no_grad():
                large(images)
        def qkformer():
            with torch.no_grad():
                qk(picture)
        def training():
            optimizer.zero_grad()
            nn.functional.cross_entropy(small(batch), labels).backward()
            optimizer.step()
        print(sum(p.numel() for p in large.parameters()), sum(p.numel() for p in qk.parameters()), flush=True)
        for line in sys.stdin:
            globals()[line.strip()]()
            print('done', flush=True)
        """;

    private readonly Process python;
    private readonly nn.Module<Tensor, Tensor> spikformer = ModelPresets.Get("spikformer_cifar10_4_384").Create();
    private readonly nn.Module<Tensor, Tensor> qkformer = ModelPresets.Get("qkformer_imagenet_10_384").Create();
    private readonly nn.Module<Tensor, Tensor> trained = ModelPresets.Get("spikformer_cifar10_4_256").Create();
    private readonly QKAttention attention = new(96, 6, QKAttentionKind.Token, new TransformerNeurons());
    private readonly Tensor images = rand(16, 3, 32, 32);
    private readonly Tensor picture = rand(1, 3, 224, 224);
    private readonly Tensor batch = rand(32, 3, 32, 32);
    private readonly Tensor labels = arange(32, dtype: ScalarType.Int64).remainder(10);
    private readonly Tensor fewTokens = rand(4, 1, 1024, 96).lt(0.2).to(ScalarType.Float32);
    private readonly Tensor manyTokens = rand(4, 1, 4096, 96).lt(0.2).to(ScalarType.Float32);
    private readonly TrainingRun run;

    public TransformerBenchmark()
    {
        set_num_threads(Environment.ProcessorCount);
        var script = Path.GetTempFileName();
        File.WriteAllText(script, Peer);
        python =
            Process.Start(new ProcessStartInfo("/usr/bin/python3",
                [script, $"{Environment.ProcessorCount}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("/usr/bin/python3 did not start: install python3-torch.");
        Console.WriteLine($"// peer: {python.StandardOutput.ReadLine()} parameters (Spikformer without its unused normalisations)");
        spikformer.eval();
        qkformer.eval();
        attention.eval();
        run = new TrainingRun(trained, TrainingRecipes.All["spikformer-cifar"] with { Mixup = 0, Flip = false }, 1, 32);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("spikformer 4-384, batch 16")]
    public void SpikformerPeer() => Ask("spikformer");

    [Benchmark, BenchmarkCategory("spikformer 4-384, batch 16")]
    public void SpikformerOurs() => Infer(spikformer, images);

    [Benchmark(Baseline = true), BenchmarkCategory("qkformer 10-384, 224 px")]
    public void QKFormerPeer() => Ask("qkformer");

    [Benchmark, BenchmarkCategory("qkformer 10-384, 224 px")]
    public void QKFormerOurs() => Infer(qkformer, picture);

    [Benchmark(Baseline = true), BenchmarkCategory("training step, spikformer 4-256, batch 32")]
    public void TrainingPeer() => Ask("training");

    [Benchmark, BenchmarkCategory("training step, spikformer 4-256, batch 32")]
    public void TrainingOurs() => run.Learn([(batch, labels)]);

    [Benchmark(Baseline = true), BenchmarkCategory("Q-K attention, 4 times the tokens")]
    public void TokensFew() => Infer(attention, fewTokens);

    [Benchmark, BenchmarkCategory("Q-K attention, 4 times the tokens")]
    public void TokensMany() => Infer(attention, manyTokens);

    [GlobalCleanup]
    public void Dispose()
    {
        python.Kill();
        python.Dispose();
        foreach (var owned in new IDisposable[] { run, spikformer, qkformer, trained, attention, images, picture, batch, labels, fewTokens,
            manyTokens })
        {
            owned.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    private static void Infer(nn.Module<Tensor, Tensor> network, Tensor input)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        network.call(input);
        Functional.Reset(network);
    }

    private void Ask(string what)
    {
        python.StandardInput.WriteLine(what);
        if (python.StandardOutput.ReadLine() != "done")
        {
            throw new InvalidOperationException("The Python peer ended; its error is above.");
        }
    }
}
