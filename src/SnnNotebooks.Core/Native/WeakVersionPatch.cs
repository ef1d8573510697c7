using System.Buffers.Binary;
using System.Text;

namespace SnnNotebooks.Native;

/// <summary>
/// Marks one version requirement of an ELF64 shared library as weak, so that the loader accepts an older system library.
/// It does so only where that is safe: where no relocation refers to any symbol of that version.
/// Format: System V ABI, and Linux Standard Base, "Symbol Versioning" (<c>.gnu.version_r</c>).
/// </summary>
internal static class WeakVersionPatch
{
    private const ushort WeakFlag = 0x2;
    private const uint SectionRela = 4;
    private const uint SectionDynamicSymbols = 11;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const uint SectionVersionSymbols = 0x6fffffff;
    private const int MaximumRecords = 1 << 20;

    /// <summary>Returns a copy of <paramref name="library"/> in which the requirement <paramref name="version"/> is weak.</summary>
    /// <param name="library">The bytes of an ELF64 little-endian shared library.</param>
    /// <param name="version">The version name, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="LibTorchException">It is no such library, is damaged, does not require that version, or uses a symbol of
    /// it.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> library, string version)
    {
        try
        {
            return ApplyChecked(library, version);
        }
        catch (Exception damaged) when (damaged is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            throw new LibTorchException("the file is truncated or damaged: a header points outside of it", damaged);
        }
    }

    private static byte[] ApplyChecked(ReadOnlySpan<byte> file, string version)
    {
        if (file.Length < 64 || !file[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new LibTorchException("the file is not a 64-bit little-endian ELF library");
        }

        var sections = ReadSections(file);
        var needs = Single(sections, SectionVersionNeeds, ".gnu.version_r");
        var symbols = Single(sections, SectionDynamicSymbols, ".dynsym");
        var symbolVersions = Single(sections, SectionVersionSymbols, ".gnu.version");
        var (flagsOffset, index) = FindRequirement(file, needs, sections[needs.Link], version);
        RefuseIfUsed(file, sections, symbols, symbolVersions, index, version);

        var patched = file.ToArray();
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(patched.AsSpan(flagsOffset));
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(flagsOffset), (ushort)(flags | WeakFlag));
        return patched;
    }

    private static Section[] ReadSections(ReadOnlySpan<byte> file)
    {
        var tableOffset = Offset(BinaryPrimitives.ReadUInt64LittleEndian(file[0x28..]));
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(file[0x3a..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[0x3c..]);
        if (entrySize < 64 || count == 0)
        {
            throw new LibTorchException("the file has no section table");
        }

        var sections = new Section[count];
        for (var i = 0; i < count; i++)
        {
            var header = file.Slice(checked(tableOffset + (i * entrySize)), 64);
            sections[i] = new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                Offset(BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..])),
                Offset(BinaryPrimitives.ReadUInt64LittleEndian(header[0x20..])),
                Offset(BinaryPrimitives.ReadUInt32LittleEndian(header[0x28..])));
        }

        return sections;
    }

    private static Section Single(Section[] sections, uint type, string name)
    {
        var found = sections.Where(section => section.Type == type).ToArray();
        return found.Length == 1 ? found[0] : throw new LibTorchException($"expected one section {name}, found {found.Length}");
    }

    private static (int FlagsOffset, ushort Index) FindRequirement(ReadOnlySpan<byte> file, Section needs, Section names, string version)
    {
        var need = needs.Offset;
        for (var record = 0; record < MaximumRecords; record++)
        {
            var requirement = checked(need + Offset(BinaryPrimitives.ReadUInt32LittleEndian(file[(need + 8)..])));
            int requirements = BinaryPrimitives.ReadUInt16LittleEndian(file[(need + 2)..]);
            for (var i = 0; i < requirements; i++)
            {
                var nameOffset = checked(names.Offset + Offset(BinaryPrimitives.ReadUInt32LittleEndian(file[(requirement + 8)..])));
                if (NameIs(file[nameOffset..], version))
                {
                    return (requirement + 4, BinaryPrimitives.ReadUInt16LittleEndian(file[(requirement + 6)..]));
                }

                requirement = checked(requirement + Offset(BinaryPrimitives.ReadUInt32LittleEndian(file[(requirement + 12)..])));
            }

            var next = BinaryPrimitives.ReadUInt32LittleEndian(file[(need + 12)..]);
            if (next == 0)
            {
                break;
            }

            need = checked(need + Offset(next));
        }

        throw new LibTorchException($"the file does not require {version}");
    }

    private static void RefuseIfUsed(
        ReadOnlySpan<byte> file, Section[] sections, Section symbols, Section symbolVersions, ushort index, string version)
    {
        foreach (var section in sections.Where(section => section.Type == SectionRela))
        {
            foreach (var at in Enumerable.Range(0, section.Size / 24))
            {
                var info = BinaryPrimitives.ReadUInt64LittleEndian(file[checked(section.Offset + (at * 24) + 8)..]);
                var symbol = Offset(info >> 32);
                var symbolVersion = BinaryPrimitives.ReadUInt16LittleEndian(file.Slice(checked(symbolVersions.Offset + (symbol * 2)), 2));
                if (symbol != 0 && (symbolVersion & 0x7fff) == index)
                {
                    var nameOffset = Offset(BinaryPrimitives.ReadUInt32LittleEndian(file[checked(symbols.Offset + (symbol * 24))..]));
                    var name = file[checked(sections[symbols.Link].Offset + nameOffset)..];
                    var end = name.IndexOf((byte)0);
                    throw new LibTorchException(
                        $"the file uses {Encoding.UTF8.GetString(name[..Math.Max(end, 0)])} of {version}, so the requirement cannot be "
                        + "waived");
                }
            }
        }
    }

    private static bool NameIs(ReadOnlySpan<byte> at, string name) =>
        at.Length > name.Length && at[name.Length] == 0 && at[..name.Length].SequenceEqual(Encoding.ASCII.GetBytes(name));

    private static int Offset(ulong value) => checked((int)value);

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);
}
