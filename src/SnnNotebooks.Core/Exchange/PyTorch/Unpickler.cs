using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>
/// Reads Python's pickle format, protocols 0 to 5, and makes nothing but data: numbers, texts, containers, and what
/// <see cref="KnownGlobals"/> lists. Nothing is ever called that the file names; any other name is refused by its full name. The machine
/// has
/// no recursion, and what it makes is bounded by the length of the file.
/// </summary>
/// <param name="file">The pickle; it is read up to its end mark, byte by byte from where it stands.</param>
/// <param name="path">What to call it in messages.</param>
/// <param name="storage">Makes a storage of the tuple that stands for one.</param>
internal sealed class Unpickler(Stream file, string path, Func<PickleTuple, PickleStorage> storage)
{
    private const int LargestStack = 1 << 22;
    private const int LongestNumber = 1024;

    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];
    private readonly MemoryBudget budget = new(path, file.Length);

    /// <summary>Reads one object.</summary>
    /// <exception cref="CheckpointException">The bytes are no pickle, end early, or name something that is not read.</exception>
    public object? Load()
    {
        try
        {
            while (Step())
            {
                if (stack.Count > LargestStack)
                {
                    throw Damaged("its stack grows without end");
                }
            }

            return stack.Count == 1 && marks.Count == 0 ? stack[0] : throw Damaged("it ends in the middle of an object");
        }
        catch (Exception broken) when (broken is EndOfStreamException or ArgumentException or FormatException or OverflowException
            or InvalidCastException or DecoderFallbackException)
        {
            throw new CheckpointException($"{path} holds a damaged pickle: {broken.Message}", broken);
        }
    }

    private bool Step()
    {
        var code = (char)Byte();
        switch (code)
        {
            case '.':
                return false;
            case '\x80':
                if (Byte() > 5)
                {
                    throw Damaged("its protocol is newer than 5");
                }

                break;
            case '\x95':
                Bytes(8); // FRAME: a length for buffered readers
                break;
            case '(':
                marks.Add(stack.Count);
                break;
            case '0':
                Pop();
                break;
            case '1':
                PopMark();
                break;
            case '2':
                Push(Top());
                break;
            case 'N':
                Push(null);
                break;
            case '\x88':
                Push(true);
                break;
            case '\x89':
                Push(false);
                break;
            default:
                if (!Number(code) && !Text(code) && !Container(code) && !Memo(code) && !Objects(code))
                {
                    throw Damaged($"it has the unknown operation 0x{(int)code:x2}");
                }

                break;
        }

        return true;
    }

    private bool Number(char code)
    {
        switch (code)
        {
            case 'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                return true;
            case 'K':
                Push((long)Byte());
                return true;
            case 'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                return true;
            case 'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                return true;
            case 'F':
                Push(double.Parse(Line(), CultureInfo.InvariantCulture));
                return true;
            case 'I':
                var line = Line();
                Push(line switch { "00" => false, "01" => true, _ => (object)long.Parse(line, CultureInfo.InvariantCulture) });
                return true;
            case 'L':
                PushWhole(BigInteger.Parse(Short(Line()).TrimEnd('L'), CultureInfo.InvariantCulture));
                return true;
            case '\x8a':
                PushWhole(new BigInteger(Bytes(Byte())));
                return true;
            case '\x8b':
                var length = BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));
                PushWhole(length is >= 0 and <= LongestNumber
                    ? new BigInteger(Bytes(length))
                    : throw Damaged($"a number in it says to be {length} bytes long"));
                return true;
            default:
                return false;
        }
    }

    private bool Text(char code)
    {
        switch (code)
        {
            case 'X':
                Push(Utf8(Bytes(Length(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))))));
                return true;
            case '\x8c':
                Push(Utf8(Bytes(Byte())));
                return true;
            case '\x8d':
                Push(Utf8(Bytes(Length(BinaryPrimitives.ReadInt64LittleEndian(Bytes(8))))));
                return true;
            case 'V':
                Push(Line());
                return true;
            case 'S':
                Push(Line().Trim('\'', '"'));
                return true;
            case 'U':
                Push(Encoding.Latin1.GetString(Bytes(Byte()))); // Python 2's text is a string of bytes
                return true;
            case 'T':
                Push(Encoding.Latin1.GetString(Bytes(Length(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))))));
                return true;
            case 'C':
                Push(Bytes(Byte()));
                return true;
            case 'B':
                Push(Bytes(Length(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))));
                return true;
            case '\x8e' or '\x96':
                Push(Bytes(Length(BinaryPrimitives.ReadInt64LittleEndian(Bytes(8)))));
                return true;
            default:
                return false;
        }
    }

    private bool Container(char code)
    {
        switch (code)
        {
            case ')':
                Push(new PickleTuple([]));
                return true;
            case '\x85' or '\x86' or '\x87':
                Push(new PickleTuple(Pop(code - '\x84')));
                return true;
            case 't':
                Push(new PickleTuple(PopMark()));
                return true;
            case ']' or '\x8f':
                Push(new List<object?>());
                return true;
            case 'l' or '\x91':
                Push(PopMark().ToList());
                return true;
            case 'a':
                var single = Pop();
                Top<List<object?>>().Add(single);
                return true;
            case 'e' or '\x90':
                var several = PopMark();
                Top<List<object?>>().AddRange(several);
                return true;
            case '}':
                Push(new PickleDictionary());
                return true;
            case 'd':
                var pairs = PopMark();
                Push(Filled(new PickleDictionary(), pairs));
                return true;
            case 's':
                var (value, key) = (Pop(), Pop());
                Top<PickleDictionary>().Set(key, value);
                return true;
            case 'u':
                var items = PopMark();
                Filled(Top<PickleDictionary>(), items);
                return true;
            default:
                return false;
        }
    }

    private bool Memo(char code)
    {
        switch (code)
        {
            case 'p':
                memo[long.Parse(Line(), CultureInfo.InvariantCulture)] = Top();
                return true;
            case 'q':
                memo[Byte()] = Top();
                return true;
            case 'r':
                memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Top();
                return true;
            case '\x94':
                memo[memo.Count] = Top();
                return true;
            case 'g':
                Recall(long.Parse(Line(), CultureInfo.InvariantCulture));
                return true;
            case 'h':
                Recall(Byte());
                return true;
            case 'j':
                Recall(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));
                return true;
            default:
                return false;
        }
    }

    private bool Objects(char code)
    {
        switch (code)
        {
            case 'c':
                var module = Line();
                Push(KnownGlobals.Find(module, Line(), path));
                return true;
            case '\x93':
                var (name, owner) = (Pop<string>(), Pop<string>());
                Push(KnownGlobals.Find(owner, name, path));
                return true;
            case 'i':
                throw new CheckpointException($"{path} makes an object of the class {Line()}.{Line()}. {KnownGlobals.Advice}");
            case 'R' or '\x81':
                var (arguments, function) = (Pop<PickleTuple>(), Pop<PickleGlobal>());
                Push(KnownGlobals.Make(function, arguments.Items, path, budget));
                return true;
            case '\x92':
                throw Damaged("it makes objects with keyword arguments");
            case 'b':
                var state = Pop();
                KnownGlobals.SetState(Top(), state, path);
                return true;
            case 'Q':
                Push(storage(Pop<PickleTuple>()));
                return true;
            default:
                return false;
        }
    }

    private PickleDictionary Filled(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw Damaged("a dictionary has a key without a value");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Set(items[i], items[i + 1]);
        }

        return dictionary;
    }

    private void PushWhole(BigInteger number)
    {
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            Push((long)number);
        }
        else
        {
            Push(number);
        }
    }

    // numbers of millions of digits take minutes to read and to write
    private string Short(string digits) =>
        digits.Length <= LongestNumber ? digits : throw Damaged($"a number in it has {digits.Length} digits");

    private static string Utf8(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private void Push(object? value) => stack.Add(value);

    private object? Top() => stack.Count > Floor ? stack[^1] : throw Damaged("it takes from an empty stack");

    private T Top<T>() => Top() is T value ? value : throw Damaged($"it treats {Top()?.GetType().Name ?? "None"} as {typeof(T).Name}");

    private object? Pop()
    {
        var value = Top();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private T Pop<T>() => Pop() is T value ? value : throw Damaged($"it lacks a {typeof(T).Name} where one is needed");

    private object?[] Pop(int count)
    {
        if (stack.Count - Floor < count)
        {
            throw Damaged("it takes from an empty stack");
        }

        var values = stack.GetRange(stack.Count - count, count).ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private object?[] PopMark()
    {
        if (marks.Count == 0)
        {
            throw Damaged("it closes a group that was never opened");
        }

        var mark = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        return Pop(stack.Count - mark);
    }

    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    private void Recall(long key) =>
        Push(memo.TryGetValue(key, out var value) ? value : throw Damaged($"it recalls entry {key}, which it never stored"));

    private int Byte() => file.ReadByte() is >= 0 and var value ? value : throw Damaged("it ends early");

    private byte[] Bytes(int count)
    {
        // a promise is checked against what is left before it is believed
        if (count > file.Length - file.Position)
        {
            throw Damaged("it ends early");
        }

        var bytes = new byte[count];
        file.ReadExactly(bytes);
        return bytes;
    }

    private int Length(long length) =>
        length >= 0 && length <= Array.MaxLength ? (int)length : throw Damaged($"a part of it says to be {length} bytes long");

    private string Line()
    {
        var line = new List<byte>();
        for (var value = Byte(); value != '\n'; value = Byte())
        {
            line.Add((byte)value);
        }

        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }

    private CheckpointException Damaged(string what) => new($"{path} holds a damaged pickle: {what}.");
}
