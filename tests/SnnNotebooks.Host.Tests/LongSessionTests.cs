using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Tests;

public sealed class LongSessionTests
{
    private const int Cells = 1000;
    private const long Limit = 500L << 20;

    [Fact]
    public async Task A_thousand_declaring_cells_fit_into_memory_and_see_each_other()
    {
        var session = new NotebookSession(Path.Combine(Path.GetTempPath(), "long"));
        var number = 0;
        async Task Run(string code)
        {
            var failure = await session.RunAsync(new Cell(KernelNames.CSharp, code), ++number);
            Assert.True(failure is null, failure?.ToString());
        }

        await Run(
            "using System.Globalization; using Alias = System.Text.StringBuilder; var total = 0; Func<int> read = () => total; var log = "
            + "new List<int>();");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 1; i <= Cells; i++)
        {
            // variables, functions, types and closures, some under names that occur again
            await Run(FormattableString.Invariant((i % 4) switch
            {
                0 => (FormattableString)$"var x{i} = total++; var again = x{i};",
                1 => $"int F{i}(int v) => v + total; log.Add(F{i}(0));",
                2 => $"record R{i}(int A); class Again {{ public int Value = {i}; }} total++;",
                _ => $"var y{i} = await Task.FromResult(total); Action add = () => total += 0; add();",
            }));
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < Limit, $"{grown >> 20} MB after {Cells} cells");
        await Run(
            $"if (read() != total || total != {Cells / 2} || log.Count != {Cells / 4} || new Again().Value != {Cells - 2} || F1(1) != "
            + "total + 1 || new R2(7).A != 7 || new Alias().Append(y3).ToString() != \"1\" || CultureInfo.InvariantCulture is null) "
            + "throw new Exception($\"{total} {log.Count} {y3}\");");
    }

    [Fact]
    public async Task An_assembly_that_replaces_another_of_its_name_is_seen_by_all_cells()
    {
        var folder = Directory.CreateTempSubdirectory("snn-replaced-").FullName;
        try
        {
            string Build(string name, string code)
            {
                var path = Path.Combine(folder, name, "Replaced.dll");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var references = References.Default().Select(item => item.Reference);
                var built = Microsoft.CodeAnalysis.CSharp.CSharpCompilation.Create(
                    "Replaced", [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(code)], references, new(
                        Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary));
                using var file = File.Create(path);
                Assert.True(built.Emit(file).Success);
                return path;
            }

            var (old, current) = (Build("old", "public class Lib { public int Old() => 1; }"),
                Build("new", "public class Lib { public int New() => 2; }"));
            var session = new NotebookSession(Path.Combine(folder, "x"));
            async Task<string> Run(string code) => (await session.RunAsync(new Cell(KernelNames.CSharp, code), 1))?.Message ?? "";
            Assert.Equal("", await Run($"#r \"{old}\"\nvar first = 1; int Twice(int v) => 2 * v;"));
            Assert.Equal("", await Run("var second = Twice(first);"));
            Assert.Equal("",
                await Run($"#r \"{current}\"\nvar lib = new Lib(); if (lib.New() + second + first != 5) throw new Exception(\"wrong\");"));
            Assert.Contains("cannot come beside", await Run($"#r \"{old}\"\n1"), StringComparison.Ordinal);
            Assert.Equal("", await Run("second = lib.New() + Twice(second); if (second != 6) throw new Exception(second.ToString());"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
