using System.CommandLine;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn mermaid</c>: sets up the script that draws mermaid cells.</summary>
internal static class MermaidCommand
{
    public static Command Create()
    {
        var command = new Command(
            "mermaid",
            $"Fetches mermaid {MermaidScript.Version} from the npm registry, so that exported pages draw mermaid cells; without it their "
            + "source is shown.");
        command.SetAction(_ =>
        {
            try
            {
                Console.WriteLine($"mermaid {MermaidScript.Version} is in {MermaidScript.Fetch()}");
                return ExitCode.Success;
            }
            catch (NotebookException failed)
            {
                Console.Error.WriteLine(failed.Message);
                return ExitCode.Failure;
            }
        });
        return command;
    }
}
