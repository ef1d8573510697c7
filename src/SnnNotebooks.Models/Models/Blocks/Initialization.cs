using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>The initial values that published networks set themselves; everything else keeps PyTorch's defaults.</summary>
internal static class Initialization
{
    /// <summary>
    /// Normal with deviation 0.02, cut at -2 and 2, which is at a hundred deviations: by the inverse of the distribution function, as
    /// PyTorch does it. TorchSharp's own (0.107) fills the tensor with the deviation.
    /// </summary>
    public static void TruncatedNormal(Parameter weight)
    {
        using var off = no_grad();
        nn.init.uniform_(weight, -1, 1).erfinv_().mul_(0.02 * Math.Sqrt(2)).clamp_(-2, 2);
    }

    /// <summary>All zero.</summary>
    public static void Zero(Parameter? bias)
    {
        if (bias is not null)
        {
            nn.init.zeros_(bias);
        }
    }

    /// <summary>Normal with variance 2 / fan-out: K. He et al., 2015.</summary>
    public static void KaimingFanOut(Parameter weight) =>
        nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);

    /// <summary>The same for every convolution of a network.</summary>
    public static void KaimingConvolutions(nn.Module network)
    {
        foreach (var parameter in network.parameters().Where(parameter => parameter.dim() == 4))
        {
            KaimingFanOut(parameter);
        }
    }

    /// <summary>A classifier as vision transformers begin: weights from a truncated normal, bias 0.</summary>
    public static Linear Head(int features, int classes)
    {
        var head = nn.Linear(features, classes);
        TruncatedNormal(head.weight!);
        Zero(head.bias);
        return head;
    }
}
