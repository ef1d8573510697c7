using System.Collections.Concurrent;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>A row of neurons; generated loops read its two numbers in this order.</summary>
/// <param name="Address">Where it lies in the first step.</param>
/// <param name="Step">How many bytes further in the next one.</param>
internal readonly record struct Row(nint Address, nint Step);

/// <summary>A generated loop over steps and over a row of neurons.</summary>
/// <param name="rows">
/// The rows (<see cref="StepRows"/>). Those in which a step leaves something to the next one (<see cref="StepRows.ReadAs"/>) are read
/// before the first step and hold it after the last.
/// </param>
/// <param name="numbers">The neuron's numbers, then the constants.</param>
/// <param name="sums">What is added up, by sum.</param>
/// <param name="count">How many neurons, a multiple of <see cref="LoopCompiler.Width"/>.</param>
/// <param name="steps">How many steps.</param>
internal unsafe delegate void GeneratedLoop(Row* rows, double* numbers, double* sums, int count, long steps);

/// <summary>
/// Makes machine code of a program: a loop over the widest vectors of this processor, with numbers and addresses taken out of it.
/// Results are those of the reference backend bit for bit.
/// </summary>
internal static class LoopCompiler
{
    /// <summary>The rows' lengths in bytes are multiples of this, so that every processor takes whole vectors.</summary>
    private const int RowBytes = 64;

    private static readonly ConcurrentDictionary<string, GeneratedLoop> Loops = new(StringComparer.Ordinal);

    /// <summary>How many neurons rows are padded to.</summary>
    public static int Width(bool single) => RowBytes / (single ? sizeof(float) : sizeof(double));

    /// <summary>The programs compiled so far: one of each kind for each shape of equation.</summary>
    public static ICollection<string> Programs => Loops.Keys;

    /// <summary>The loop of a program; programs that do the same share it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="streams">
    /// Whether output and gradient of the input go past the caches to memory. Both rows begin at a multiple of 64 bytes in every step then;
    /// call <see cref="EndStreams"/> before another thread reads them.
    /// </param>
    public static GeneratedLoop Compile(StepProgram program, bool streams = false) =>
        Loops.GetOrAdd(streams ? $"streams {program}" : program.ToString(), _ => new LoopEmitter(program, streams).Emit());

    /// <summary>Whether loops can write past the caches.</summary>
    public static bool CanStream => Sse.IsSupported;

    /// <summary>Has what loops wrote past the caches seen before whatever this thread writes next.</summary>
    public static void EndStreams() => Sse.StoreFence();
}
