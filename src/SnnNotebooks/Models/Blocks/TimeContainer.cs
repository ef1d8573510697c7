using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// A stateless module applied to every time step at once, registered as <c>module</c>: the container of SEW-ResNet's published code
/// (its <c>SeqToANNContainer</c>), whose checkpoints have keys such as <c>conv1.module.0.weight</c>.
/// </summary>
public sealed class TimeContainer : NamedModule
{
    private readonly nn.Module<Tensor, Tensor> module;

    /// <summary>Takes over a module.</summary>
    /// <param name="module">Maps [N, ...] to [N, ...].</param>
    public TimeContainer(nn.Module<Tensor, Tensor> module)
        : base(nameof(TimeContainer))
    {
        this.module = module;
        register_module(nameof(module), module);
    }

    /// <summary>Applies the module.</summary>
    /// <param name="input">[T, B, ...].</param>
    /// <returns>[T, B, ...'].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return module.OverTime(input).MoveToOuterDisposeScope();
    }
}
