using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>A lane that is a tensor (or a constant), so that an equation can run as ordinary TorchSharp code with its autograd.</summary>
internal readonly struct TensorLane : ILane<TensorLane>
{
    private readonly Tensor? tensor;
    private readonly double constant;

    public TensorLane(Tensor tensor) => this.tensor = tensor;

    private TensorLane(double constant) => this.constant = constant;

    /// <summary>The tensor; it is an error to ask a constant for one.</summary>
    public Tensor Tensor => tensor ?? throw new InvalidOperationException("The equation gave a constant: it must depend on v or x.");

    /// <summary>The tensor, or the constant everywhere in the shape of another tensor.</summary>
    public Tensor Like(Tensor other) => tensor ?? full_like(other, constant);

    public static TensorLane One => new(1.0);

    public static TensorLane Const(double value) => new(value);

    public static TensorLane Exp(TensorLane value) => value.tensor is { } t ? new(t.exp()) : new(Math.Exp(value.constant));

    public static TensorLane Log(TensorLane value) => value.tensor is { } t ? new(t.log()) : new(Math.Log(value.constant));

    public static TensorLane Sin(TensorLane value) => value.tensor is { } t ? new(t.sin()) : new(Math.Sin(value.constant));

    public static TensorLane Cos(TensorLane value) => value.tensor is { } t ? new(t.cos()) : new(Math.Cos(value.constant));

    public static TensorLane Select(TensorLane test, TensorLane notNegative, TensorLane otherwise) => test.tensor is { } t
        ? new(where(t.ge(0), notNegative.Like(t), otherwise.Like(t)))
        : test.constant >= 0 ? notNegative : otherwise;

    public static TensorLane operator +(TensorLane left, TensorLane right) => (left.tensor, right.tensor) switch
    {
        ({ } a, { } b) => new(a + b),
        ({ } a, null) => new(a + right.constant),
        (null, { } b) => new(b + left.constant),
        _ => new(left.constant + right.constant),
    };

    public static TensorLane operator -(TensorLane left, TensorLane right) => (left.tensor, right.tensor) switch
    {
        ({ } a, { } b) => new(a - b),
        ({ } a, null) => new(a - right.constant),
        (null, { } b) => new(b.neg() + left.constant),
        _ => new(left.constant - right.constant),
    };

    public static TensorLane operator *(TensorLane left, TensorLane right) => (left.tensor, right.tensor) switch
    {
        ({ } a, { } b) => new(a * b),
        ({ } a, null) => new(a * right.constant),
        (null, { } b) => new(b * left.constant),
        _ => new(left.constant * right.constant),
    };

    public static TensorLane operator /(TensorLane left, TensorLane right) => (left.tensor, right.tensor) switch
    {
        ({ } a, { } b) => new(a / b),
        ({ } a, null) => new(a / right.constant),
        (null, { } b) => new(full_like(b, left.constant) / b),
        _ => new(left.constant / right.constant),
    };

    public static TensorLane operator -(TensorLane value) => value.tensor is { } t ? new(t.neg()) : new(-value.constant);
}
