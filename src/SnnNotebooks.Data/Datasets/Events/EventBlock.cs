using System.Numerics;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Datasets.Events;

/// <summary>A piece of a recording, one array per column: what <see cref="EventReader"/> fills again and again.</summary>
public sealed class EventBlock
{
    /// <summary>The events that fit where nothing else is said: they stay in a core's second-level cache.</summary>
    public const int DefaultCapacity = 8192;

    internal readonly long[] TimeArray;
    internal readonly ushort[] XArray;
    internal readonly ushort[] YArray;
    internal readonly byte[] OnArray;

    private readonly int start;
    private readonly int capacity;

    /// <summary>Makes an empty block.</summary>
    /// <param name="capacity">The most events it holds, 64 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 64.</exception>
    public EventBlock(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 64);
        TimeArray = GC.AllocateUninitializedArray<long>(capacity);
        XArray = GC.AllocateUninitializedArray<ushort>(capacity);
        YArray = GC.AllocateUninitializedArray<ushort>(capacity);
        OnArray = GC.AllocateUninitializedArray<byte>(capacity);
        this.capacity = capacity;
    }

    /// <summary>A block that is a part of longer arrays.</summary>
    internal EventBlock(long[] times, ushort[] x, ushort[] y, byte[] on, int start, int capacity) =>
        (TimeArray, XArray, YArray, OnArray, this.start, this.capacity) = (times, x, y, on, start, capacity);

    /// <summary>The events it holds now.</summary>
    public int Count { get; internal set; }

    /// <summary>Times, microseconds, as in the file.</summary>
    public ReadOnlySpan<long> Times => TimeArray.AsSpan(start, Count);

    /// <summary>Columns, from 0.</summary>
    public ReadOnlySpan<ushort> X => XArray.AsSpan(start, Count);

    /// <summary>Rows, from 0.</summary>
    public ReadOnlySpan<ushort> Y => YArray.AsSpan(start, Count);

    /// <summary>Polarities: 1 where it grew brighter (ON), 0 where it grew darker.</summary>
    public ReadOnlySpan<byte> On => OnArray.AsSpan(start, Count);

    /// <summary>How many more events it has room for.</summary>
    public int Room => capacity - Count;

    /// <summary>Where in the arrays the next event goes.</summary>
    internal int End => start + Count;

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

    /// <summary>The first and last of some times by the clock, and whether one comes before its predecessor; nothing of none.</summary>
    internal static (long First, long Last, bool Falls) Bounds(ReadOnlySpan<long> times)
    {
        if (times.IsEmpty)
        {
            return (0, 0, false);
        }

        var falls = false;
        var at = 1;
        for (; at + Vector<long>.Count <= times.Length && !falls; at += Vector<long>.Count)
        {
            falls = Vector.LessThanAny(new Vector<long>(times[at..]), new Vector<long>(times[(at - 1)..]));
        }

        for (; at < times.Length && !falls; at++)
        {
            falls = times[at] < times[at - 1];
        }

        if (!falls)
        {
            return (times[0], times[^1], false);
        }

        var (first, last) = (times[0], times[0]);
        foreach (var time in times)
        {
            (first, last) = (Math.Min(first, time), Math.Max(last, time));
        }

        return (first, last, true);
    }

    /// <summary>How many of some polarities are ON.</summary>
    internal static long CountOn(ReadOnlySpan<byte> on) => on.Count((byte)1);

    /// <summary>Adds an event where there is room; decoders do.</summary>
    /// <param name="time">Microseconds, as in the file.</param>
    /// <param name="x">Its column, 0 to 65535.</param>
    /// <param name="y">Its row, 0 to 65535.</param>
    /// <param name="on">1 where it grew brighter, 0 where darker.</param>
    public void Add(long time, int x, int y, int on)
    {
        var at = End;
        TimeArray[at] = time;
        XArray[at] = (ushort)x;
        YArray[at] = (ushort)y;
        OnArray[at] = (byte)on;
        Count++;
    }

    /// <summary>Takes out the events at some places, and says how many they were.</summary>
    internal int Remove(Func<ushort, ushort, bool> isUnwanted)
    {
        var kept = start;
        for (var at = start; at < End; at++)
        {
            if (!isUnwanted(XArray[at], YArray[at]))
            {
                (TimeArray[kept], XArray[kept], YArray[kept], OnArray[kept]) = (TimeArray[at], XArray[at], YArray[at], OnArray[at]);
                kept++;
            }
        }

        var removed = End - kept;
        Count -= removed;
        return removed;
    }
}
