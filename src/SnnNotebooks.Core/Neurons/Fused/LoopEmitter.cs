using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Writes a program's loops. A few vectors of neurons side by side pass through a few steps, and what a step leaves to the next one stays
/// in registers; then come the next vectors of the row, and when all have passed, the next steps. Side by side because processors first
/// look by the address within a page for the store that a load has to wait for: rows of a power of two lie alike in all steps, and with
/// one vector at a time the loads of a step wait for the stores of the step before.
/// </summary>
internal sealed unsafe class LoopEmitter
{
    /// <summary>Longer programs leave no register for a second vector, and take long to compile.</summary>
    private const int LongestSideBySide = 64;

    private readonly StepProgram program;
    private readonly bool streams;
    private readonly DynamicMethod method;
    private readonly ILGenerator il;
    private readonly VectorCode code;
    private readonly VectorStep step;
    private readonly SortedDictionary<int, RowLocals> rows = [];
    private readonly LocalBuilder offset;
    private readonly LocalBuilder end;
    private readonly LocalBuilder run;
    private readonly LocalBuilder left;

    /// <summary>What a step leaves to the next one: the row it is read from, the one it is left in, and whose result it is.</summary>
    private readonly (int Read, int Row, int Instruction)[] states;

    /// <summary>What every step stores.</summary>
    private readonly (int Instruction, int Row)[] stores;

    public LoopEmitter(StepProgram program, bool streams)
    {
        (this.program, this.streams) = (program, streams);
        method = new DynamicMethod("NeuronLoop", null, [typeof(Row*), typeof(double*), typeof(double*), typeof(int), typeof(long)],
            typeof(LoopEmitter).Module, skipVisibility: true);
        il = method.GetILGenerator();
        code = new VectorCode(il, program.IsSingle);
        step = new VectorStep(program, code);
        (offset, end) = (il.DeclareLocal(typeof(nint)), il.DeclareLocal(typeof(nint)));
        (run, left) = (il.DeclareLocal(typeof(nint)), il.DeclareLocal(typeof(nint)));
        states = [.. program.Stores.Where(store => StepRows.ReadAs(store.Row) is not null)
            .Select(store => (StepRows.ReadAs(store.Row)!.Value, store.Row, store.Instruction))];
        stores = [.. program.Stores.Where(store => program.KeepsStates || StepRows.ReadAs(store.Row) is null)];
    }

    /// <summary>How many vectors there is room for.</summary>
    private int SideBySide => program.Instructions.Count > LongestSideBySide || program.Instructions.Any(CallsFunction)
        ? 1
        : Math.Max(1, VectorCode.Registers / 4 / Math.Max(1, states.Length));

    /// <summary>
    /// How many steps they take at once: the fewer they are, the sooner a step's loads would wait for the stores of the one before. What is
    /// added up is so step by step, for the same bits as ever.
    /// </summary>
    private int StepsAtOnce => program.Sums.Count > 0 ? 1 : Math.Max(1, SideBySide / 2);

    /// <summary>The loop.</summary>
    public GeneratedLoop Emit()
    {
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldc_I4, program.IsSingle ? sizeof(float) : sizeof(double));
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Stloc, end);
        step.Once();
        foreach (var row in Leaves.Concat(program.Stores.Select(store => store.Row)).Concat(states.Select(state => state.Read)))
        {
            if (!rows.ContainsKey(row))
            {
                var place = row * sizeof(Row);
                rows.Add(row, new RowLocals(Field(place), Field(place + sizeof(nint)), il.DeclareLocal(typeof(nint))));
            }
        }

        var (wide, together) = (SideBySide, StepsAtOnce);
        var (next, test) = (il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(next);
        il.Emit(OpCodes.Ldarg, 4);
        il.Emit(OpCodes.Ldc_I8, (long)together);
        il.Emit(OpCodes.Call, typeof(Math).GetMethod(nameof(Math.Min), [typeof(long), typeof(long)])!);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Stloc, run);
        var totals = program.Sums.Select(_ => code.Copy(step.Zero)).ToArray();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Stloc, offset);
        if (wide > 1)
        {
            Columns(wide, together > 1, totals);
        }

        Columns(1, together > 1, totals);
        AddUp(totals);
        Advance();
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldarg, 4);
        il.Emit(OpCodes.Ldc_I8, 0L);
        il.Emit(OpCodes.Bgt, next);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<GeneratedLoop>();
    }

    private IEnumerable<int> Leaves => program.Instructions.Where(instruction => instruction.Operation == Operation.Leaf)
        .Select(leaf => leaf.Index);

    private static bool CallsFunction(Instruction instruction) => instruction.Operation is Operation.Log or Operation.Sin or Operation.Cos;

    /// <summary>While so many vectors are left in the row: takes them through this run's steps.</summary>
    private void Columns(int wide, bool isRepeated, LocalBuilder[] totals)
    {
        var (top, again, test) = (il.DefineLabel(), il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        foreach (var row in rows.Values)
        {
            il.Emit(OpCodes.Ldloc, row.Address);
            Add(row.Cursor, offset);
        }

        var held = Enumerable.Range(0, wide).Select(vector => Array.ConvertAll(states, state => Read(state.Read, vector))).ToArray();
        il.Emit(OpCodes.Ldloc, run);
        il.Emit(OpCodes.Stloc, left);
        il.MarkLabel(again);
        for (var i = 0; i < wide; i++)
        {
            Step(i, held[i], totals);
        }

        if (isRepeated)
        {
            foreach (var row in Leaves.Except(states.Select(state => state.Read)).Union(stores.Select(store => store.Row)))
            {
                il.Emit(OpCodes.Ldloc, rows[row].Cursor);
                Add(rows[row].Cursor, rows[row].Further);
            }

            il.Emit(OpCodes.Ldloc, left);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Stloc, left);
            il.Emit(OpCodes.Ldloc, left);
            il.Emit(OpCodes.Brtrue, again);
        }

        for (var i = 0; i < wide && !program.KeepsStates; i++)
        {
            for (var state = 0; state < states.Length; state++)
            {
                il.Emit(OpCodes.Ldloc, held[i][state]);
                Write(states[state].Row, i);
            }
        }

        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldc_I4, wide * VectorCode.Bytes);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, offset);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldc_I4, wide * VectorCode.Bytes);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldloc, end);
        il.Emit(OpCodes.Ble, top);
    }

    /// <summary>One step of one vector.</summary>
    private void Step(int vector, LocalBuilder[] held, LocalBuilder[] totals)
    {
        var results = step.Emit(row => Array.FindIndex(states, state => state.Read == row) is >= 0 and var state
            ? held[state]
            : Read(row, vector));
        foreach (var (instruction, row) in stores)
        {
            il.Emit(OpCodes.Ldloc, results[instruction]);
            Write(row, vector);
        }

        for (var i = 0; i < totals.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, totals[i]);
            il.Emit(OpCodes.Ldloc, results[program.Sums[i].Instruction]);
            code.Operate(nameof(Vector512.Add), 2);
            il.Emit(OpCodes.Stloc, totals[i]);
        }

        // all are read before the first is replaced: one may be left where another one was
        foreach (var (_, _, instruction) in states)
        {
            il.Emit(OpCodes.Ldloc, results[instruction]);
        }

        foreach (var local in held.Reverse())
        {
            il.Emit(OpCodes.Stloc, local);
        }
    }

    /// <summary>Adds the totals' elements to the sums.</summary>
    private void AddUp(LocalBuilder[] totals)
    {
        for (var i = 0; i < totals.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Ldc_I4, program.Sums[i].Sum * sizeof(double));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldind_R8);
            il.Emit(OpCodes.Ldloc, totals[i]);
            code.AddUp();
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stind_R8);
        }
    }

    /// <summary>Goes on to the steps after this run: there states are read where the last step left them.</summary>
    private void Advance()
    {
        foreach (var row in rows.Values)
        {
            il.Emit(OpCodes.Ldloc, run);
            il.Emit(OpCodes.Ldloc, row.Further);
            il.Emit(OpCodes.Mul);
            Add(row.Address, row.Address);
        }

        foreach (var (read, row, _) in states)
        {
            if (read != row)
            {
                il.Emit(OpCodes.Ldloc, rows[row].Address);
                il.Emit(OpCodes.Ldloc, rows[row].Further);
                il.Emit(OpCodes.Sub);
                il.Emit(OpCodes.Stloc, rows[read].Address);
            }
        }

        il.Emit(OpCodes.Ldarg, 4);
        il.Emit(OpCodes.Ldloc, run);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Starg, 4);
    }

    private LocalBuilder Read(int row, int vector)
    {
        At(row, vector);
        code.Read();
        return code.Stored();
    }

    private void Write(int row, int vector)
    {
        At(row, vector);
        code.Write(streams && row is (StepRows.Output or StepRows.GradX));
    }

    private void At(int row, int vector)
    {
        il.Emit(OpCodes.Ldloc, rows[row].Cursor);
        il.Emit(OpCodes.Ldc_I4, vector * VectorCode.Bytes);
        il.Emit(OpCodes.Add);
    }

    /// <summary>Sets a local to the sum of another one and what was computed last.</summary>
    private void Add(LocalBuilder sum, LocalBuilder summand)
    {
        il.Emit(OpCodes.Ldloc, summand);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, sum);
    }

    private LocalBuilder Field(int place)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, place);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldind_I);
        return code.Stored(typeof(nint));
    }

    /// <summary>A row's locals.</summary>
    /// <param name="Address">Where it lies in this run's first step.</param>
    /// <param name="Further">How many bytes further in the next step.</param>
    /// <param name="Cursor">Where the vectors at hand lie in the step at hand.</param>
    private sealed record RowLocals(LocalBuilder Address, LocalBuilder Further, LocalBuilder Cursor);
}
