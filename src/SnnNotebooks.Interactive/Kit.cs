using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Native;
using TorchSharp;

namespace SnnNotebooks.Interactive;

/// <summary>
/// The kit as a notebook sees it: <c>notebooks/_setup.dib</c> starts it, and a cell that ends with it says what runs here.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Kit : View
{
    private readonly (string Name, string Value)[] facts;

    private Kit(LibTorchStatus status) => facts =
    [
        ("SnnNotebooks", typeof(LibTorch).Assembly.GetName().Version!.ToString(3)),
        ("libtorch", $"{torch.__version__}{(status.Load == LibTorchLoad.WeakCopy ? ", adapted to this system" : string.Empty)}"),
        (".NET", $"{Environment.Version} on {RuntimeInformation.OSDescription.Trim()}"),
        ("threads", torch.get_num_threads().ToString(CultureInfo.InvariantCulture)),
        ("scale", Parameters.Scale.ToString().ToLowerInvariant()),
        .. TorchSharpAssembly.Caution is { } caution ? [("caution", caution)] : Array.Empty<(string, string)>(),
    ];

    /// <summary>Loads libtorch, tunes the process (<see cref="ProcessTuning"/>) and registers the formatters.</summary>
    /// <param name="leaveOut">What not to tune: names with a minus before them, separated by commas (<c>"-large-pages"</c>).</param>
    /// <returns>What runs here.</returns>
    /// <exception cref="LibTorchException">libtorch cannot be loaded; the message says what to do.</exception>
    /// <exception cref="ArgumentException">The parameter Scale has an unknown value, or a measure an unknown name.</exception>
    public static Kit Start(string? leaveOut = null)
    {
        var status = LibTorch.EnsureLoaded();
        ProcessTuning.Apply(leaveOut);
        KitFormatters.Register();
        return new Kit(status);
    }

    /// <inheritdoc/>
    public override string ToHtml() =>
        "<p style=\"font-size:13px\">"
            + string.Join(" &middot; ", facts.Select(fact => $"{fact.Name} <b>{Markup.Escape(fact.Value)}</b>")) + "</p>";

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", facts.Select(fact => $"{fact.Name} {fact.Value}"));
}
