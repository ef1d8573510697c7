using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Turns gradients into steps. What it remembers (moments, momentum) are named tensors, so that a run can be put down and taken up again
/// to the bit.
/// </summary>
internal sealed class UpdateRule : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private const double Momentum = 0.9;

    private readonly TrainingRecipe recipe;
    private readonly List<(string Name, Parameter Parameter)> parameters;
    private readonly Dictionary<string, Tensor> state = new(StringComparer.Ordinal);

    public UpdateRule(TrainingRecipe recipe, IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        this.recipe = recipe;
        this.parameters = [.. parameters];
        foreach (var (name, parameter) in this.parameters)
        {
            foreach (var kind in recipe.Optimizer == OptimizerKind.AdamW ? new[] { "first", "second" } : ["momentum"])
            {
                state[$"{kind}.{name}"] = zeros_like(parameter).DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>What it remembers, by name; the tensors are its own.</summary>
    public IReadOnlyDictionary<string, Tensor> State => state;

    /// <summary>Forgets the gradients.</summary>
    public void Clear()
    {
        foreach (var (_, parameter) in parameters)
        {
            parameter.grad?.zero_();
        }
    }

    /// <summary>One step along the gradients; a parameter without one stays.</summary>
    public void Step(double rate)
    {
        using var off = no_grad();
        Steps++;
        foreach (var (name, parameter) in parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            var decay = parameter.dim() == 1 && !recipe.DecaysVectors ? 0 : recipe.WeightDecay;
            if (recipe.Optimizer == OptimizerKind.AdamW)
            {
                AdamW(parameter, gradient, state[$"first.{name}"], state[$"second.{name}"], rate, decay);
            }
            else
            {
                var momentum = state[$"momentum.{name}"];
                momentum.mul_(Momentum).add_(decay > 0 ? gradient + (parameter * decay) : gradient);
                parameter.add_(momentum, alpha: -rate);
            }
        }
    }

    public void Dispose()
    {
        foreach (var tensor in state.Values)
        {
            tensor.Dispose();
        }
    }

    private void AdamW(Tensor parameter, Tensor gradient, Tensor first, Tensor second, double rate, double decay)
    {
        if (decay > 0)
        {
            parameter.mul_(1 - (rate * decay));
        }

        first.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
        second.mul_(Beta2).addcmul_(gradient, gradient, value: 1 - Beta2);
        var size = second.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, Steps))).add_(Epsilon);
        parameter.addcdiv_(first, size, value: -rate / (1 - Math.Pow(Beta1, Steps)));
    }
}
