namespace SnnNotebooks.Training.Scaling;

/// <summary>What a message costs: latency plus bytes over bandwidth, whoever else sends (R. Hockney, 1994).</summary>
/// <param name="Latency">Seconds until the first byte of a message arrives; at least 0.</param>
/// <param name="Bandwidth">Bytes per second of one rank's link, each way; above 0.</param>
public sealed record Interconnect(double Latency, double Bandwidth)
{
    /// <summary>Seconds for one message.</summary>
    /// <param name="bytes">Its size; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A figure is out of range.</exception>
    public double Seconds(double bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (!(Latency >= 0 && Bandwidth > 0 && double.IsFinite(Latency)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytes), $"An interconnect with latency {Latency} s and bandwidth {Bandwidth} bytes/s; expected >= 0 and > 0.");
        }

        return Latency + (bytes / Bandwidth);
    }
}
