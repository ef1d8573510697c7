using System.Globalization;
using TorchSharp;

namespace SnnNotebooks.Interactive;

/// <summary>
/// A notebook's parameters, read from environment variables so that they work in every notebook host;
/// <c>snn run --set Name=Value</c>, <c>--scale</c> and <c>--device</c> set them.
/// </summary>
public static class Parameters
{
    private const string CalledFrom = "SNN_CALLED_FROM"; // set by the process of snn run

    /// <summary>The parameter <c>Scale</c>: <c>quick</c> where it is not set.</summary>
    /// <exception cref="ArgumentException">It is set to something else than quick, laptop or paper.</exception>
    public static Scale Scale
    {
        get
        {
            var text = Environment.GetEnvironmentVariable(nameof(Scale));
            if (string.IsNullOrEmpty(text))
            {
                return Scale.Quick;
            }

            return Array.Find(Enum.GetNames<Scale>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Enum.Parse<Scale>(known)
                : throw new ArgumentException($"Scale is '{text}'; expected quick, laptop or paper.");
        }
    }

    /// <summary>The parameter <c>Device</c>, where networks compute: the CPU where it is not set.</summary>
    /// <exception cref="ArgumentException">
    /// It is set to something else than cpu, cuda or cuda:N, or to a device that is not here.
    /// </exception>
    public static torch.Device Device =>
        Environment.GetEnvironmentVariable(nameof(Device)) is { Length: > 0 } name ? ComputeDevice.Named(name) : torch.CPU;

    /// <summary>The value of one parameter, or <paramref name="fallback"/> where it is not set.</summary>
    /// <typeparam name="T">A number or another type that is read from text, in the invariant culture.</typeparam>
    /// <param name="name">The parameter's name, which is the environment variable's.</param>
    /// <param name="fallback">The notebook's own choice.</param>
    /// <returns>The value, converted to the type.</returns>
    /// <exception cref="ArgumentException">The text does not read as a <typeparamref name="T"/>.</exception>
    public static T Get<T>(string name, T fallback)
        where T : IParsable<T>
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var text = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }

        return T.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ArgumentException(
                $"The parameter {name} is '{text}', which is not a {typeof(T).Name} (the notebook's own value is {fallback}).");
    }

    /// <summary>
    /// Where a file or folder lies that a parameter names: in the notebook's folder, in which cells run, or else in the folder in which
    /// <c>snn run</c> was called.
    /// </summary>
    /// <param name="name">A path, or something else, such as the name of a table.</param>
    /// <returns>The path; the name as it is where it lies in neither.</returns>
    public static string PathOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && !Path.Exists(name) && Environment.GetEnvironmentVariable(CalledFrom) is { Length: > 0 } folder
            && Path.Combine(folder, name) is var there && Path.Exists(there)
            ? there
            : name;
    }
}
