using System.CommandLine;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn index</c>: a page that lists a folder's notebooks.</summary>
internal static class IndexCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder with notebooks." };
        var output = new Option<string?>("--out") { Description = "The markdown file; DIR/README.md where none is given." };
        var junit = new Option<string?>("--junit") { Description = "Results of `snn run --junit`, for the times." };
        var command = new Command("index",
            "Lists a folder's notebooks in a README, from their own headings and the times of a run.") { folder, output, junit };
        command.SetAction(parsed =>
        {
            try
            {
                var path = parsed.GetValue(output) ?? Path.Combine(parsed.GetValue(folder)!, "README.md");
                ExportFile.Write(path, NotebookIndex.Write(parsed.GetValue(folder)!, parsed.GetValue(junit)));
                Console.WriteLine(path);
                return ExitCode.Success;
            }
            catch (NotebookException unreadable)
            {
                Console.Error.WriteLine(unreadable.Message);
                return ExitCode.Usage;
            }
        });
        return command;
    }
}
