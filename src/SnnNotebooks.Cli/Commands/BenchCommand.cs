using System.CommandLine;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn bench</c>: measures of the field's benchmarks, one sub-verb each.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "What the field's benchmarks measure of a network.") { BenchNeuroBenchCommand.Create() };
}
