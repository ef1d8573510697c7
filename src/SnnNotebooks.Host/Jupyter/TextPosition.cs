namespace SnnNotebooks.Host.Jupyter;

/// <summary>The protocol counts Unicode characters, .NET counts UTF-16 units.</summary>
internal static class TextPosition
{
    /// <summary>The index of the unit at which a character begins; clamped to the text.</summary>
    public static int ToUnits(string text, int characters)
    {
        var index = 0;
        for (; characters > 0 && index < text.Length; characters--)
        {
            index += char.IsSurrogate(text[index]) && index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]) ? 2 : 1;
        }

        return index;
    }

    /// <summary>The number of characters before a unit.</summary>
    public static int ToCharacters(string text, int units) => text[..units].EnumerateRunes().Count();
}
