namespace SnnNotebooks.Memristive.Devices;

/// <summary>A device with the source of its values.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Options">Its values.</param>
/// <param name="Source">Where they come from, and what is missing there.</param>
public sealed record TypicalDevice(string Name, DeviceOptions Options, string Source);

/// <summary>Devices to compare with. Those of the paper itself are not known here: its full text was not available.</summary>
public static class TypicalDevices
{
    private const string Default =
        "Defaults of this kit (spec binary_stochastic.md, section 3): 1 to 100 uS, 64 pulses; not measured on a device.";

    /// <summary>Linear steps, no noise.</summary>
    public static TypicalDevice Ideal { get; } = new("ideal", new DeviceOptions(), Default);

    /// <summary>Linear steps with spread.</summary>
    public static TypicalDevice Linear { get; } = new("linear", new DeviceOptions { CycleToCycle = 0.3, DeviceToDevice = 0.1 },
        Default + " Spread 30 % from cycle to cycle, 10 % from device to device.");

    /// <summary>Moderate soft bounds, with spread and read noise.</summary>
    public static TypicalDevice Moderate { get; } = new(
        "moderate", new DeviceOptions { PotentiationNonlinearity = 1, DepressionNonlinearity = 1, CycleToCycle = 0.3, DeviceToDevice = 0.3,
            ReadNoise = 0.05 }, Default + " nu = 1, spread 30 % and 30 %, read noise 5 %.");

    /// <summary>Strong soft bounds, with spread.</summary>
    public static TypicalDevice Strong { get; } = new(
        "strong", new DeviceOptions { PotentiationNonlinearity = 3, DepressionNonlinearity = 3, CycleToCycle = 0.3, DeviceToDevice = 0.1 },
        Default + " nu = 3, spread 30 % and 10 %.");

    /// <summary>
    /// Ag:a-Si: 97 levels up and 100 down, 26 megohm on, a ratio of 12.5, and noise of 3.5 % of the range for each pulse.
    /// </summary>
    public static TypicalDevice SilverSilicon { get; } = new(
        "Ag:a-Si",
        new DeviceOptions { MaximumConductance = 1 / 26e6, MinimumConductance = 1 / (26e6 * 12.5), Steps = 97, DepressionSteps = 100,
            WriteNoise = 0.035 * 97 },
        "S. H. Jo et al., Nano Letters 10 (2010) 1297, with the values MLP+NeuroSim V3.0 uses for it. Its non-linearity labels (2.4 and "
        + "-4.88) belong to another curve than this model's and are left out: nu is 0 here, so this is the device without its "
        + "non-linearity.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TypicalDevice> All { get; } = [Ideal, Linear, Moderate, Strong, SilverSilicon];
}
