using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive;

/// <summary>
/// Shows bare data frames of Deedle and Microsoft.Data.Analysis as tables, and bare charts of Plotly.NET as figures. No library is loaded
/// for this: its types are registered when it is loaded by someone who uses it.
/// </summary>
public static class FrameFormatters
{
    private const string FSharp = "FSharp.Core";

    private static readonly Dictionary<string, Action> Libraries = new(StringComparer.Ordinal)
    {
        ["Deedle"] = RegisterDeedle, ["Microsoft.Data.Analysis"] = RegisterAnalysis, ["Plotly.NET"] = RegisterPlotly,
    };

    private static readonly Lock Registering = new();
    private static readonly HashSet<string> Registered = [];

    /// <summary>
    /// Registers what is loaded, now and later; calling it again changes nothing. Where the notebook host holds an FSharp.Core older than a
    /// library needs, that library alone is left out, and a line on the error stream says so.
    /// </summary>
    public static void Register()
    {
        lock (Registering)
        {
            if (!Registered.Add(string.Empty))
            {
                return;
            }
        }

        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Register(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Register(assembly);
        }
    }

    /// <summary>What keeps a library from working here, or null: it needs an F# that is newer than the one this process has.</summary>
    /// <param name="library">Its name.</param>
    /// <param name="needed">The FSharp.Core it was built with; null for none.</param>
    /// <param name="here">The FSharp.Core of this process; null for none yet.</param>
    internal static string? Obstacle(string library, Version? needed, Version? here) => here is not null && here < needed
        ? $"{library} needs FSharp.Core {needed}, and this notebook host has {here}: what {library} makes cannot be shown here; "
            + "everything else of the kit works."
        : null;

    private static void Register(Assembly assembly)
    {
        var name = assembly.GetName().Name;
        if (name is null || !Libraries.TryGetValue(name, out var register))
        {
            return;
        }

        lock (Registering)
        {
            if (!Registered.Add(name))
            {
                return;
            }
        }

        if (Obstacle(name, assembly.GetReferencedAssemblies().FirstOrDefault(each => each.Name == FSharp)?.Version,
            OwnFSharp()) is { } obstacle)
        {
            Console.Error.WriteLine(obstacle);
            return;
        }

        register();
    }

    /// <summary>The FSharp.Core that this process has by itself, whatever a package asks for.</summary>
    private static Version? OwnFSharp()
    {
        try
        {
            return Assembly.Load(FSharp).GetName().Version;
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException)
        {
            return null;
        }
    }

    // apart, so that the types are looked up only when their library is there
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterAnalysis() =>
        Register(typeof(Microsoft.Data.Analysis.DataFrame), value => ((Microsoft.Data.Analysis.DataFrame)value).Show());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterDeedle()
    {
        Register(typeof(Deedle.Frame<,>), value => Generic(value, typeof(Deedle.Frame<,>)));
        Register(typeof(Deedle.Series<,>), value => Generic(value, typeof(Deedle.Series<,>)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterPlotly() => Register(typeof(Plotly.NET.GenericChart), value => ((Plotly.NET.GenericChart)value).Show());

    private static View Generic(object value, Type definition)
    {
        var type = value.GetType();
        while (!type.IsGenericType || type.GetGenericTypeDefinition() != definition)
        {
            type = type.BaseType ?? throw new ArgumentException($"{value.GetType()} is no {definition}.", nameof(value));
        }

        var method = typeof(FrameExtensions).GetMethods().Single(method =>
            method.Name == nameof(FrameExtensions.Show)
            && method.GetParameters()[0].ParameterType is { IsGenericType: true } parameter
            && parameter.GetGenericTypeDefinition() == definition);
        return (View)method.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [value])!;
    }

    private static void Register(Type type, Func<object, View> view)
    {
        Formatter.Register(type, (value, writer) => writer.Write(view(value).ToHtml()), "text/html");
        Formatter.Register(type, (value, writer) => writer.Write(view(value).ToString()), "text/plain");
        Formatter.SetPreferredMimeTypesFor(type, "text/html", "text/plain");
    }
}
