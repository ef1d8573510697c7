using System.Text.Json;
using SnnNotebooks.Layers;
using SnnNotebooks.Learning;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Layers, containers, losses, kernels, codes and quantizers.</summary>
internal sealed class LayerSuite : SpikingJellySuite
{
    /// <inheritdoc/>
    protected override bool Covers(string family) => family == "layers";

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        switch (reference.Name.Split('_')[0])
        {
            case "SynapseFilter":
                CompareModule(reference, new SynapseFilter(reference.Number("tau"), reference.Flag("learnable")), "mem_out_i");
                break;
            case "NeuNorm":
                var maps = reference.Shape("x");
                var shared = reference.Shape("param_w")[0] == 1 && maps[2] > 1;
                CompareModule(reference, new NeuNorm(maps[2], maps[3], maps[4], reference.Number("k"), shared), "mem_x");
                break;
            case "tdBN1d" or "tdBN2d" or "tdBN3d" or "BatchNorm1d" or "BatchNorm2d" or "BatchNorm3d":
                CompareBatchNorm(reference);
                break;
            case "LinearRecurrent":
                CompareModule(reference, new LinearRecurrent(Neuron(reference), (long)reference.Number("in_features"),
                    (long)reference.Number("out_features"), reference.Has("param_rc.bias")), "mem_y");
                break;
            case "ElementWiseRecurrent":
                CompareModule(reference, new ElementwiseRecurrent(Neuron(reference), Combination(reference)), "mem_y");
                break;
            case "Dropout" or "Dropout2d":
                CompareDropout(reference);
                break;
            case "fuse":
                var (weight, bias) = ConvBatchNormFusion.Fuse(
                    reference.Tensor("weight"), null, reference.Tensor("bn_weight"), reference.Tensor("bn_bias"), reference.Tensor(
                        "running_mean"), reference.Tensor("running_var"), reference.Number("eps"));
                reference.Close("fused_weight", weight);
                reference.Close("fused_bias", bias);
                break;
            case "TET":
                var x = reference.Tensor("x").requires_grad_();
                var loss = Losses.TemporalEfficientTraining(x, reference.Tensor("target"));
                reference.Close("loss", loss);
                loss.backward();
                reference.Close("grad_x", x.grad!);
                break;
            case "spike":
                reference.Close("loss", Losses.SpikeSimilarity(
                    reference.Tensor("spikes"), reference.Tensor("labels"), Kernel(reference.Text("kernel")), Distance(
                        reference.Text("loss")), Argument(reference)));
                break;
            case "kernel":
                var arguments = reference.Numbers("args");
                var kernel = Kernel(reference.Name["kernel_".Length..]);
                reference.Close(
                    "out", Kernels.Matrix(reference.Tensor("x"), reference.Tensor("y"), kernel, arguments.Count > 0 ? arguments[0] : 1));
                break;
            case "redundant":
                reference.Same("out", SpikeCodes.RedundantOneHot(
                    reference.Tensor("labels"), (int)reference.Number("num_classes"), (int)reference.Number("n")));
                break;
            case "first":
                reference.Same("out", SpikeCodes.FirstSpike(reference.Tensor("spikes")));
                break;
            case "q":
                CompareQuantizer(reference);
                break;
            case var name when name.StartsWith("Delay", StringComparison.Ordinal):
                CompareModule(reference, new Delay((int)reference.Number("delay_steps")), null);
                break;
            case var name when name.StartsWith("Voting", StringComparison.Ordinal):
                CompareModule(reference, new Voting((long)reference.Number("voting_size")), null);
                break;
            default:
                throw new NotSupportedException($"this suite knows no layer called {reference.Name}");
        }

        return null;
    }

    private static void CompareModule(ReferenceCase reference, nn.Module<Tensor, Tensor> module, string? memory)
    {
        using var owned = module;
        reference.LoadParameters(module);
        var x = reference.Tensor("x").requires_grad_();
        var y = module.call(x);
        reference.Close("y", y, 1e-5);
        (y * reference.Tensor("g")).sum().backward();
        reference.Close("grad_x", x.grad!);
        reference.CloseGradients(module);
        if (memory is not null && module is StatefulLayer layer)
        {
            reference.Close(memory, layer.State!, 1e-5);
        }
    }

    /// <summary>Batch normalisation over time, threshold-dependent or not; its buffers are given as they are after the call.</summary>
    private static void CompareBatchNorm(ReferenceCase reference)
    {
        var channels = reference.Shape("param_weight")[0];
        var dependent = reference.Name.StartsWith("tdBN", StringComparison.Ordinal);
        var (alpha, threshold) = dependent ? (reference.Number("alpha"), reference.Number("v_th")) : (1, 1);
        nn.Module<Tensor, Tensor> batchNorm = reference.Shape("x").Count switch
        {
            5 => ThresholdDependentBatchNorm.Create2d(channels, alpha, threshold),
            6 => ThresholdDependentBatchNorm.Create3d(channels, alpha, threshold),
            _ => ThresholdDependentBatchNorm.Create1d(channels, alpha, threshold),
        };
        using var module = new OverTime(batchNorm);
        reference.Close("param_weight", batchNorm.get_parameter("weight")!, 1e-6);
        reference.LoadParameters(batchNorm);
        var train = !reference.Name.EndsWith("train0", StringComparison.Ordinal);
        module.train(train);

        // of the threshold-dependent ones only the twin in evaluation mode, which leaves them alone, tells what the statistics were before
        // the call; the others start new
        var before = !dependent
            ? null
            : train ? reference.Sibling(reference.Name.Replace("train1", "train0", StringComparison.Ordinal))
            : reference;
        if (before is not null)
        {
            using var off = no_grad();
            batchNorm.get_buffer("running_mean")!.copy_(before.Tensor("buffer_running_mean"));
            batchNorm.get_buffer("running_var")!.copy_(before.Tensor("buffer_running_var"));
        }

        var x = reference.Tensor("x").requires_grad_();
        var y = module.call(x);
        reference.Close("y", y, 1e-5);
        (y * reference.Tensor("g")).sum().backward();
        reference.Close("grad_x", x.grad!);
        reference.CloseGradients(batchNorm);
        if (before is not null || !dependent)
        {
            reference.Close("buffer_running_mean", batchNorm.get_buffer("running_mean")!, 1e-5);
            reference.Close("buffer_running_var", batchNorm.get_buffer("running_var")!, 1e-5);
            reference.Same("buffer_num_batches_tracked", batchNorm.get_buffer("num_batches_tracked")!);
        }
    }

    /// <summary>The file's mask, held over time; and the kit's own masks have the file's two values.</summary>
    private static void CompareDropout(ReferenceCase reference)
    {
        var wholeChannels = reference.Name.StartsWith("Dropout2d", StringComparison.Ordinal);
        using var dropout = new OverTimeDropout(reference.Number("p"), wholeChannels);
        var mask = reference.Tensor("mask");
        dropout.Hold(wholeChannels ? mask.amax([-2, -1], keepdim: true) : mask);
        reference.Close("y", dropout.call(reference.Tensor("x")), 1e-6);
        dropout.Reset();
        dropout.call(reference.Tensor("x"));
        var kept = dropout.State!.max();
        if (kept.to(ScalarType.Float64).item<double>() > 0)
        {
            reference.Close("mask", where(reference.Tensor("mask").gt(0), kept, zeros_like(kept)), 1e-6);
        }
    }

    private static void CompareQuantizer(ReferenceCase reference)
    {
        var x = reference.Tensor("x").requires_grad_();
        var y = reference.Name switch
        {
            "q_round" => Quantizers.Round(x),
            "q_ceil" => Quantizers.Ceil(x),
            "q_floor" => Quantizers.Floor(x),
            "q_clamp" => Quantizers.Clamp(x, reference.Number("min"), reference.Number("max")),
            "q_step" => Quantizers.Step(x, reference.Number("step")),
            "q_clamp_by_linear" => Quantizers.ClampByLinear(x, reference.Number("eps")),
            var name when name.StartsWith("q_kbit", StringComparison.Ordinal) => Quantizers.KBit(x, (int)reference.Number("k")),
            var name => throw new NotSupportedException($"this suite knows no quantizer called {name}"),
        };
        reference.Close("y", y, 1e-6);
        y.sum().backward();
        reference.Close("grad_x", x.grad!);
    }

    private static SimilarityKernel Kernel(string? name) => name switch
    {
        "linear" => SimilarityKernel.Linear,
        "polynomial" => SimilarityKernel.Polynomial,
        "sigmoid" => SimilarityKernel.Sigmoid,
        "gaussian" => SimilarityKernel.Gaussian,
        _ => throw new NotSupportedException($"this suite knows no kernel called {name}"),
    };

    private static MatrixDistance Distance(string? name) => name switch
    {
        "mse" => MatrixDistance.MeanSquared,
        "l1" => MatrixDistance.MeanAbsolute,
        "bce" => MatrixDistance.CrossEntropy,
        _ => throw new NotSupportedException($"this suite knows no distance called {name}"),
    };

    /// <summary>The kernel's argument, under whatever name.</summary>
    private static double Argument(ReferenceCase reference) => reference.Constants.EnumerateObject()
        .Where(constant => constant.Value.ValueKind == JsonValueKind.Number && constant.Name is not "seed")
        .Select(constant => constant.Value.GetDouble())
        .FirstOrDefault(1);

    /// <summary>The neuron of a container, named after its kind; its surrogate was the arc tangent, which the index does not say.</summary>
    private static SpikingNeuron Neuron(ReferenceCase reference) => reference.Name.Split('_')[1] switch
    {
        "IF" => new IFNode(surrogate: new ATan()),
        "LIF" => new LIFNode(surrogate: new ATan()),
        var name => throw new NotSupportedException($"this suite knows no container of {name} neurons"),
    };

    private static Func<Tensor, Tensor, Tensor> Combination(ReferenceCase reference) => reference.Text("f") switch
    {
        "y_prev + x" => (last, x) => last + x,
        "y_prev * x" => (last, x) => last * x,
        "x - y_prev" => (last, x) => x - last,
        var other => throw new NotSupportedException($"this suite knows no container that combines by {other}"),
    };
}
