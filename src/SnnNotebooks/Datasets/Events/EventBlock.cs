using System.Numerics;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Datasets.Events;

/// <summary>A piece of a recording, one array per column: what <see cref="EventReader"/> fills again and again.</summary>
public sealed class EventBlock
{
    /// <summary>The events that fit where nothing else is said: they stay in a core's second-level cache.</summary>
    public const int DefaultCapacity = 32768;

    internal readonly long[] TimeArray;
    internal readonly ushort[] XArray;
    internal readonly ushort[] YArray;
    internal readonly byte[] OnArray;

    /// <summary>Makes an empty block.</summary>
    /// <param name="capacity">The most events it holds, 64 or more.</param>
    public EventBlock(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 64);
        TimeArray = GC.AllocateUninitializedArray<long>(capacity);
        XArray = GC.AllocateUninitializedArray<ushort>(capacity);
        YArray = GC.AllocateUninitializedArray<ushort>(capacity);
        OnArray = GC.AllocateUninitializedArray<byte>(capacity);
    }

    /// <summary>The events it holds now.</summary>
    public int Count { get; internal set; }

    /// <summary>Times, microseconds, as in the file.</summary>
    public ReadOnlySpan<long> Times => TimeArray.AsSpan(0, Count);

    /// <summary>Columns, from 0.</summary>
    public ReadOnlySpan<ushort> X => XArray.AsSpan(0, Count);

    /// <summary>Rows, from 0.</summary>
    public ReadOnlySpan<ushort> Y => YArray.AsSpan(0, Count);

    /// <summary>Polarities: 1 where it grew brighter (ON), 0 where it grew darker.</summary>
    public ReadOnlySpan<byte> On => OnArray.AsSpan(0, Count);

    internal int Room => TimeArray.Length - Count;

    /// <summary>The largest of some coordinates; 0 where there are none.</summary>
    internal static int Largest(ReadOnlySpan<ushort> values)
    {
        ushort largest = 0;
        var whole = MemoryMarshal.Cast<ushort, Vector<ushort>>(values);
        if (!whole.IsEmpty)
        {
            var lanes = Vector<ushort>.Zero;
            foreach (var vector in whole)
            {
                lanes = Vector.Max(lanes, vector);
            }

            for (var lane = 0; lane < Vector<ushort>.Count; lane++)
            {
                largest = Math.Max(largest, lanes[lane]);
            }
        }

        foreach (var value in values[(whole.Length * Vector<ushort>.Count)..])
        {
            largest = Math.Max(largest, value);
        }

        return largest;
    }

    /// <summary>How many of some polarities are ON.</summary>
    internal static long CountOn(ReadOnlySpan<byte> on) => on.Count((byte)1);

    internal void Add(long time, int x, int y, int on)
    {
        var at = Count;
        TimeArray[at] = time;
        XArray[at] = (ushort)x;
        YArray[at] = (ushort)y;
        OnArray[at] = (byte)on;
        Count = at + 1;
    }
}
