using System.CommandLine;
using SnnNotebooks.Host.Serving;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn serve</c>: the process behind a notebook that is open in an editor.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The notebook; its folder must exist, the file need not." };
        var pipe = new Option<string?>("--pipe")
        {
            Description = "Name of the pipe, or a path for its socket where the system has them; one that nobody has where not given.",
            HelpName = "NAME",
        };
        var parameters = new ParameterOptions();
        var command = new Command("serve", "Serves one notebook to an editor on a named pipe; says where in one line of JSON.") { file,
            pipe, parameters.Scale, parameters.Device, parameters.Set };
        command.SetAction(async (parsed, _) =>
        {
            var given = parameters.Read(parsed);
            if (ParameterOptions.Refusal(given) is { } refusal)
            {
                Console.Error.WriteLine(refusal);
                return ExitCode.Usage;
            }

            return await NotebookServer.RunAsync(
                new ServeRequest(parsed.GetValue(file)!, given) { PipeName = parsed.GetValue(pipe) }, [KitExtension.Create()])
                .ConfigureAwait(false);
        });
        return command;
    }
}
