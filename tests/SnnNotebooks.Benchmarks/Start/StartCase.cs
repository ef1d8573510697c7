namespace SnnNotebooks.Benchmarks.Start;

/// <summary>Something that begins and ends: the command of each tool that has it.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Commands">Program and arguments, by tool; <c>{notebook}</c> and <c>{folder}</c> are filled in.</param>
/// <param name="Reply">How <c>first_reply.py</c> speaks to each tool, or null where the command is timed to its end.</param>
internal sealed record StartCase(
    string Name, IReadOnlyDictionary<string, string[]> Commands, IReadOnlyDictionary<string, string>? Reply = null)
{
    public const string Kit = "kit";
    public const string Repl = "dotnet-repl";
    public const string Interactive = ".NET Interactive";

    /// <summary>All of them.</summary>
    /// <param name="snn">The tool.</param>
    /// <param name="tools">The folder of the other tools.</param>
    public static IReadOnlyList<StartCase> All(string snn, string tools)
    {
        var (repl, interactive) = (Path.Combine(tools, "dotnet-repl"), Path.Combine(tools, "dotnet-interactive"));
        return
        [
            new("--help", new Dictionary<string, string[]>
            {
                [Kit] = [snn, "--help"], [Repl] = [repl, "--help"], [Interactive] = [interactive, "--help"],
            }),
            new("a notebook of two cells, run and written", new Dictionary<string, string[]>
            {
                [Kit] = [snn, "run", "{notebook}", "--out", "{folder}"],
                [Repl] =
                [
                    repl, "--run", "{notebook}", "--exit-after-run", "--output-format", "ipynb", "--output-path", "{folder}/repl.ipynb",
                ],
            }),
            new(
                "Jupyter kernel, first reply", new Dictionary<string, string[]>
                {
                    [Kit] = [snn, "jupyter", "kernel", "{connection_file}"],
                    [Interactive] = [interactive, "jupyter", "--default-kernel", "csharp", "{connection_file}"],
                },
                new Dictionary<string, string> { [Kit] = "jupyter", [Interactive] = "jupyter" }),
            new(
                "an editor's kernel, first reply", new Dictionary<string, string[]>
                {
                    [Kit] = [snn, "serve", "{notebook}"], [Interactive] = [interactive, "stdio", "--default-kernel", "csharp"],
                },
                new Dictionary<string, string> { [Kit] = "serve", [Interactive] = "stdio" }),
        ];
    }
}
