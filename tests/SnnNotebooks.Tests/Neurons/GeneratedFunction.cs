using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>A function of one argument over lanes.</summary>
internal interface LaneFunction
{
    static abstract Lane Of(Lane x);
}

/// <summary>Functions over lanes, evaluated by the loops that neurons are made of.</summary>
internal static unsafe class GeneratedFunction
{
    public static float[] Apply<TFunction>(float[] x)
        where TFunction : LaneFunction => Run(x, Value<TFunction>(), single: true);

    public static double[] Apply<TFunction>(double[] x)
        where TFunction : LaneFunction => Run(x, Value<TFunction>(), single: false);

    /// <summary>The derivative of f(factor x) by x.</summary>
    public static double[] Derivative<TFunction>(double[] x, double factor)
        where TFunction : LaneFunction
    {
        var leaf = Term.Leaf(StepRows.X);
        var result = TFunction.Of(new Lane(leaf) * factor).Term;
        return Run(x, new Derivatives([(result, Term.Constant(1))], [leaf]).Of(leaf) ?? Term.Constant(0), single: false);
    }

    private static Term Value<TFunction>()
        where TFunction : LaneFunction => TFunction.Of(new Lane(Term.Leaf(StepRows.X))).Term;

    private static T[] Run<T>(T[] x, Term term, bool single)
        where T : unmanaged
    {
        var program = new StepProgram(single, 0, [(term, StepRows.Output)], []);
        var width = LoopCompiler.Width(single);
        var padded = (x.Length + width - 1) / width * width;
        var (from, to) = (new T[padded], new T[padded]);
        x.CopyTo(from, 0);
        fixed (T* first = from, result = to)
        {
            var rows = stackalloc Row[StepRows.Count(0, 0)];
            rows[StepRows.X] = new Row((nint)first, 0);
            rows[StepRows.Output] = new Row((nint)result, 0);
            fixed (double* numbers = program.Given([]))
            {
                program.Code(rows, numbers, null, padded, steps: 1);
            }
        }

        return to[..x.Length];
    }
}
