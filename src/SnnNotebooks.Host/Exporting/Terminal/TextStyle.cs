using System.Globalization;

namespace SnnNotebooks.Host.Exporting.Terminal;

/// <summary>How text looks in a terminal: the state that "select graphic rendition" (ECMA-48, SGR) changes.</summary>
/// <param name="Foreground">A number of the palette, or red, green and blue as <c>#rrggbb</c>; empty for the default.</param>
/// <param name="Background">The same behind the text.</param>
/// <param name="Effects">Names of the classes of its effects, such as <c>bold</c>, blanks between them.</param>
internal sealed record TextStyle(string Foreground, string Background, string Effects)
{
    /// <summary>What a terminal begins with.</summary>
    public static readonly TextStyle Default = new("", "", "");

    private static readonly Dictionary<int, string> Effect = new()
    {
        [1] = "bold", [2] = "dim", [3] = "italic", [4] = "underline", [5] = "blink", [6] = "blink", [7] = "inverse", [8] = "hidden",
        [9] = "strike", [21] = "underline",
    };

    private static readonly Dictionary<int, string[]> Ended = new()
    {
        [22] = ["bold", "dim"], [23] = ["italic"], [24] = ["underline"], [25] = ["blink"], [27] = ["inverse"], [28] = ["hidden"],
        [29] = ["strike"],
    };

    /// <summary>HTML before text of this style.</summary>
    public string Opening { get; } = Element(Foreground, Background, Effects);

    /// <summary>HTML after it.</summary>
    public string Closing => Opening.Length > 0 ? "</span>" : "";

    /// <summary>The style after a sequence.</summary>
    /// <param name="parameters">Its numbers; those it leaves out are 0.</param>
    public TextStyle After(IReadOnlyList<int> parameters)
    {
        var style = this;
        for (var i = 0; i < parameters.Count; i++)
        {
            var code = parameters[i];
            if (code is 38 or 48 or 58)
            {
                var colour = Colour(parameters, ref i);
                style = code == 38 ? style with { Foreground = colour } : code == 48 ? style with { Background = colour } : style;
                continue;
            }

            style = code switch
            {
                0 => Default,
                >= 30 and <= 37 => style with { Foreground = Number(code - 30) },
                >= 90 and <= 97 => style with { Foreground = Number(code - 90 + 8) },
                39 => style with { Foreground = "" },
                >= 40 and <= 47 => style with { Background = Number(code - 40) },
                >= 100 and <= 107 => style with { Background = Number(code - 100 + 8) },
                49 => style with { Background = "" },
                _ =>
                    style with { Effects = string.Join(
                        ' ', style.Effects.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(Ended.GetValueOrDefault(code, []))
                            .Union(Effect.TryGetValue(code, out var effect) ? [effect] : [])) },
            };
        }

        return style == Default ? Default : new TextStyle(style.Foreground, style.Background, style.Effects);
    }

    // 38;5;n of a palette of 256, or 38;2;r;g;b
    private static string Colour(IReadOnlyList<int> parameters, ref int i)
    {
        var kind = i + 1 < parameters.Count ? parameters[i + 1] : 0;
        if (kind == 5 && i + 2 < parameters.Count)
        {
            i += 2;
            return Palette(parameters[i]);
        }

        if (kind == 2 && i + 4 < parameters.Count)
        {
            i += 4;
            return Hex(parameters[i - 2], parameters[i - 1], parameters[i]);
        }

        i = parameters.Count;
        return "";
    }

    // 16 named colours, a cube of 6 x 6 x 6, 24 greys
    private static string Palette(int n)
    {
        if (n is < 16 or > 255)
        {
            return n is >= 0 and < 16 ? Number(n) : "";
        }

        if (n >= 232)
        {
            var grey = 8 + 10 * (n - 232);
            return Hex(grey, grey, grey);
        }

        static int Step(int level) => level == 0 ? 0 : 55 + 40 * level;
        return Hex(Step((n - 16) / 36), Step((n - 16) / 6 % 6), Step((n - 16) % 6));
    }

    private static string Hex(int red, int green, int blue) =>
        string.Create(CultureInfo.InvariantCulture,
            $"#{Math.Clamp(red, 0, 255):x2}{Math.Clamp(green, 0, 255):x2}{Math.Clamp(blue, 0, 255):x2}");

    private static string Number(int colour) => colour.ToString(CultureInfo.InvariantCulture);

    private static string Element(string foreground, string background, string effects)
    {
        var classes = effects.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(effect => "t-" + effect).ToList();
        var style = "";
        if (foreground.StartsWith('#'))
        {
            style += $"--t-fg:{foreground};";
            classes.Add("t-fg");
        }
        else if (foreground.Length > 0)
        {
            classes.Add($"t-fg t-f{foreground}");
        }

        if (background.StartsWith('#'))
        {
            style += $"--t-bg:{background};";
            classes.Add("t-bg");
        }
        else if (background.Length > 0)
        {
            classes.Add($"t-bg t-b{background}");
        }

        return classes.Count == 0 ? "" : $"<span class=\"{string.Join(' ', classes)}\"{(style.Length > 0 ? $" style=\"{style}\"" : "")}>";
    }
}
