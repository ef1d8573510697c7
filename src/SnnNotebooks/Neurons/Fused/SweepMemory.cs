using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Where the tensors of one sweep lie. Sequences are [T, N] row-major; each variable is [N].</summary>
internal unsafe struct SweepMemory<T>
    where T : unmanaged
{
    public long Steps;
    public long Neurons;
    public T* X;
    public T* Output;
    public T* GradOutput;
    public T* GradX;
    public VariableMemory<T> Initial;
    public VariableMemory<T> Final;
    public VariableMemory<T> GradFinal;
    public VariableMemory<T> GradInitial;
    public double SlopeInV;
    public double SlopeInX;
    public fixed double Rest[3];
    public fixed double Numbers[4];

    /// <summary>The address of a contiguous CPU tensor's first element; null where there is no tensor or it is empty.</summary>
    public static T* Address(Tensor? tensor) => tensor is null || tensor.numel() == 0 ? null : (T*)NativeAutograd.Address(tensor);
}

/// <summary>Where each variable of the neurons lies, [N]; null where it is not kept: it then is a constant, or not wanted.</summary>
internal unsafe struct VariableMemory<T>
    where T : unmanaged
{
    private T* v;
    private T* a;
    private T* b;

    public VariableMemory(ReadOnlySpan<Tensor?> variables)
    {
        v = variables.Length > 0 ? SweepMemory<T>.Address(variables[0]) : null;
        a = variables.Length > 1 ? SweepMemory<T>.Address(variables[1]) : null;
        b = variables.Length > 2 ? SweepMemory<T>.Address(variables[2]) : null;
    }

    public readonly T* this[int variable] => variable switch
    {
        0 => v,
        1 => a,
        _ => b,
    };
}
