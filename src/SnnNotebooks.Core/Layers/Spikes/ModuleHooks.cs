using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;
using PostHook = System.Func<
    TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor,
    TorchSharp.torch.Tensor>;
using PreHook = System.Func<
    TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>Calls a module with another forward function than its own, and with its hooks all the same.</summary>
internal static class ModuleHooks
{
    /// <summary>What <c>module.call(input)</c> does, with <paramref name="forward"/>.</summary>
    public static Tensor Call(nn.Module<Tensor, Tensor> module, Tensor input, Func<Tensor, Tensor> forward)
    {
        if (Of<PreHook, PostHook>.BeforeModule(module).Count + Of<PreHook, PostHook>.AfterModule(module).Count > 0)
        {
            return module.call(input);
        }

        foreach (var hook in Of<PreHook, PostHook>.Before(module).Values)
        {
            input = hook(module, input) ?? input;
        }

        var output = forward(input);
        foreach (var hook in Of<PreHook, PostHook>.After(module).Values)
        {
            output = hook(module, input, output) ?? output;
        }

        return output;
    }

    /// <summary>Whether a module has any.</summary>
    public static bool Has(nn.Module<Tensor, Tensor> module) =>
        Of<PreHook, PostHook>.BeforeModule(module).Count + Of<PreHook, PostHook>.AfterModule(module).Count
        + Of<PreHook, PostHook>.Before(module).Count + Of<PreHook, PostHook>.After(module).Count > 0;

    /// <summary>TorchSharp keeps hooks in fields that only modules see.</summary>
    private static class Of<TPreHook, TPostHook>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "pre_hooks")]
        public static extern ref Dictionary<string, TPreHook> Before(nn.HookableModule<TPreHook, TPostHook> module);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "post_hooks")]
        public static extern ref Dictionary<string, TPostHook> After(nn.HookableModule<TPreHook, TPostHook> module);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "module_pre_hooks")]
        public static extern ref Dictionary<string, Action<nn.Module>> BeforeModule(nn.HookableModule<TPreHook, TPostHook> module);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "module_post_hooks")]
        public static extern ref Dictionary<string, Action<nn.Module>> AfterModule(nn.HookableModule<TPreHook, TPostHook> module);
    }
}
