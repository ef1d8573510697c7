using System.CommandLine;

namespace SnnNotebooks.Cli.Commands;

/// <summary>
/// The option <c>--device</c>. A name that is none is refused with the command line; a device that is missing by <c>Guard</c>s.
/// </summary>
internal static class DeviceOption
{
    /// <summary>The option.</summary>
    /// <param name="purpose">What is done on the device, as the beginning of a sentence.</param>
    public static Option<string> Create(string purpose)
    {
        var option = new Option<string>("--device")
        {
            Description = $"{purpose}: {ComputeDevice.Expected}.",
            DefaultValueFactory = _ => "cpu",
            HelpName = "DEVICE",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not "cpu" and var name && !ComputeDevice.IsName(name))
            {
                result.AddError($"--device {name}: expected {ComputeDevice.Expected}.");
            }
        });
        return option;
    }

    /// <summary>Why a device of that name cannot be used, or null.</summary>
    public static string? Refusal(string name)
    {
        try
        {
            ComputeDevice.Named(name);
            return null;
        }
        catch (ArgumentException refused)
        {
            return refused.Message;
        }
    }
}
