using System.CommandLine;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn bench</c>: measures of the field's benchmarks, one sub-verb each.</summary>
internal static class BenchCommand
{
    public static Command Create() =>
        new("bench", "The field's benchmarks, and the kit's speed on a GPU.")
        {
            BenchNeuroBenchCommand.Create(), BenchMackeyGlassCommand.Create(), BenchGpuCommand.Create(),
        };
}
