using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// A module whose children are those it registers itself, under the published names. (TorchSharp would add every field under the field's
/// name, too, so that a child appears twice.)
/// </summary>
public abstract class NamedModule : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The kind of module, for messages.</param>
    protected NamedModule(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    protected sealed override void RegisterComponents()
    {
    }
}
