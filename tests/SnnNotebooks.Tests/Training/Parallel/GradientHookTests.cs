using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

public sealed class GradientHookTests
{
    [HookFact]
    public void A_hook_is_told_once_a_pass_when_all_uses_of_a_leaf_are_back()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (ones(3, requires_grad: true), ones(3, requires_grad: true));
        var told = new List<string>();
        using var one = new GradientHook(first, () => told.Add("first"));
        using (new GradientHook(second, () => told.Add("second")))
        {
            // the layer of the second comes after both uses of the first
            ((first * 2) + (first * first) * second).sum().backward();
            (first * second).sum().backward();
        }

        (first * second).sum().backward();

        Assert.Equal(["first", "first", "first"], told.Where(name => name == "first"));
        Assert.Equal(2, told.Count(name => name == "second"));
        Assert.Equal([6f, 6f, 6f], first.grad!.data<float>().ToArray());
    }
}

[AttributeUsage(AttributeTargets.Method)]
file sealed class HookFactAttribute : FactAttribute
{
    public HookFactAttribute() => Skip = GradientHook.IsThere ? null : "gradient hooks are reached on Linux on x86-64 alone";
}
