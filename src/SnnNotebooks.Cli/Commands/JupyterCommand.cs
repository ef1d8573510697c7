using System.CommandLine;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Jupyter;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn jupyter</c>: tells Jupyter of our kernel, or makes it forget.</summary>
internal static class JupyterCommand
{
    public static Command Create()
    {
        var force = new Option<bool>("--force") { Description = "Replaces another kernel of that name." };
        var anyAddress = new Option<bool>("--any-address")
        {
            Description = "Lets the kernel listen where other machines reach it; by default it serves the loopback address only.",
        };
        var install = new Command("install", "Installs the C# kernel, for yourself where nothing else is said.") { force, anyAddress };
        var installWhere = AddPlace(install);
        install.SetAction(parsed => Do(() =>
        {
            var (folder, name) = installWhere(parsed);
            Console.WriteLine(
                $"installed kernel {name} in {KernelSpec.Install(folder, name, parsed.GetValue(anyAddress), parsed.GetValue(force))}");
        }));

        var uninstall = new Command("uninstall", "Removes the C# kernel.");
        var uninstallWhere = AddPlace(uninstall);
        uninstall.SetAction(parsed => Do(() =>
        {
            var (folder, name) = uninstallWhere(parsed);
            Console.WriteLine(
                KernelSpec.Uninstall(folder, name) is { } removed ? $"removed {removed}" : $"there is no kernel {name} in {folder}");
        }));

        return new Command("jupyter", "Installs or removes the Jupyter kernel for C#.") { install, uninstall };
    }

    private static Func<ParseResult, (string Folder, string Name)> AddPlace(Command command)
    {
        var user = new Option<bool>("--user") { Description = "In your own Jupyter folder (the default)." };
        var sysPrefix = new Option<bool>("--sys-prefix") { Description = "In the Python environment in use." };
        var prefix = new Option<string?>("--prefix") { Description = "Under this folder, in share/jupyter/kernels.", HelpName = "DIR" };
        var name = new Option<string>("--name") { Description = "The kernel's name.", DefaultValueFactory = _ => KernelSpec.DefaultName };
        foreach (var option in new Option[] { user, sysPrefix, prefix, name })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if ((result.GetValue(user) ? 1 : 0) + (result.GetValue(sysPrefix) ? 1 : 0) + (result.GetValue(prefix) is null ? 0 : 1) > 1)
            {
                result.AddError("Expected one of --user, --sys-prefix and --prefix DIR.");
            }
        });
        return parsed => (
            parsed.GetValue(prefix) is { } folder
                ? KernelSpec.PrefixFolder(folder)
                : parsed.GetValue(sysPrefix) ? KernelSpec.PrefixFolder(KernelSpec.SysPrefix())
                : KernelSpec.UserFolder(),
            parsed.GetValue(name)!);
    }

    private static int Do(Action action)
    {
        try
        {
            action();
            return ExitCode.Success;
        }
        catch (NotebookException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return ExitCode.Failure;
        }
    }
}
