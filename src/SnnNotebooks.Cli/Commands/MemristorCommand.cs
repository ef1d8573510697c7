using System.CommandLine;
using System.Globalization;
using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn memristor</c>: fits a user's measured device to the kit's model.</summary>
internal static class MemristorCommand
{
    public static Command Create() => new("memristor", "Memristor devices: fit.") { Fit() };

    private static Command Fit()
    {
        var file = new Argument<string>("CSV")
        {
            Description = "Pulse number and conductance in each line; a heading may name the unit, for example `pulse,conductance (uS)`.",
        };
        var command = new Command("fit", "Fits a measured curve of pulses and conductance to the soft-bound device model.") { file };
        command.SetAction(parsed =>
        {
            try
            {
                Print(PulseFit.Of(PulseCurve.Read(parsed.GetValue(file)!)));
                return ExitCode.Success;
            }
            catch (Exception failed) when (failed is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(failed.Sentence());
                return ExitCode.Of(failed);
            }
        });
        return command;
    }

    private static void Print(PulseFit fit)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"conductance {fit.MinimumConductance:0.####e+0} to {fit.MaximumConductance:0.####e+0} S"));
        foreach (var (name, branch) in new[] { ("potentiation", fit.Potentiation), ("depression", fit.Depression) })
        {
            Console.WriteLine(branch is null
                ? $"{name}: not measured"
                : string.Create(CultureInfo.InvariantCulture,
                    $"{name}: nu {branch.Nonlinearity:0.###}, {branch.Steps:0.#} pulses for the range, fit within "
                    + $"{100 * branch.Residual:0.##} % of the range, step spread {branch.StepSpread:0.###}"));
        }
    }
}
