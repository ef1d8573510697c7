using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive;

/// <summary>Shows bare data frames as tables. A library of frames is not loaded for this: its types are registered when it is loaded by someone who uses it.</summary>
internal static class DataFrameFormatters
{
    private static readonly Lock Registering = new();
    private static readonly HashSet<string> Registered = [];

    /// <summary>Registers what is loaded, now and later; calling it again changes nothing.</summary>
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

    private static void Register(Assembly assembly)
    {
        var name = assembly.GetName().Name;
        if (name is not ("Microsoft.Data.Analysis" or "Deedle"))
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

        if (name == "Deedle")
        {
            RegisterDeedle();
        }
        else
        {
            RegisterAnalysis();
        }
    }

    // apart, so that the types are looked up only when their library is there
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterAnalysis() => Register(typeof(Microsoft.Data.Analysis.DataFrame), value => DataTableView.Of((Microsoft.Data.Analysis.DataFrame)value));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterDeedle()
    {
        Register(typeof(Deedle.Frame<,>), value => Generic(value, typeof(Deedle.Frame<,>)));
        Register(typeof(Deedle.Series<,>), value => Generic(value, typeof(Deedle.Series<,>)));
    }

    private static View Generic(object value, Type definition)
    {
        var type = value.GetType();
        while (!type.IsGenericType || type.GetGenericTypeDefinition() != definition)
        {
            type = type.BaseType ?? throw new ArgumentException($"{value.GetType()} is no {definition}.", nameof(value));
        }

        var method = typeof(DataTableView).GetMethods().Single(method =>
            method.Name == nameof(DataTableView.Of) && method.GetParameters()[0].ParameterType is { IsGenericType: true } parameter && parameter.GetGenericTypeDefinition() == definition);
        return (View)method.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [value])!;
    }

    private static void Register(Type type, Func<object, View> view)
    {
        Formatter.Register(type, (value, writer) => writer.Write(view(value).ToHtml()), "text/html");
        Formatter.Register(type, (value, writer) => writer.Write(view(value).ToString()), "text/plain");
        Formatter.SetPreferredMimeTypesFor(type, "text/html", "text/plain");
    }
}
