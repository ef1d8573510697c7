namespace SnnNotebooks.Training.Scaling;

/// <summary>What a message costs: latency plus bytes over bandwidth, whoever else sends (R. Hockney, 1994).</summary>
/// <param name="Latency">Seconds until the first byte of a message arrives; at least 0.</param>
/// <param name="Bandwidth">Bytes per second of one rank's link, each way; above 0.</param>
public sealed record Interconnect(double Latency, double Bandwidth)
{
    /// <summary>Seconds for one message.</summary>
    /// <param name="bytes">Its size; at least 0.</param>
    /// <returns>Latency and bytes over bandwidth, in seconds.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    /// <exception cref="ArgumentException">Latency or bandwidth is out of range.</exception>
    public double Seconds(double bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (!(Latency >= 0 && Bandwidth > 0 && double.IsFinite(Latency)))
        {
            throw new ArgumentException(
                $"An interconnect has a latency of {Latency} s and {Bandwidth} bytes/s; expected at least 0, and above 0.");
        }

        return Latency + (bytes / Bandwidth);
    }
}
