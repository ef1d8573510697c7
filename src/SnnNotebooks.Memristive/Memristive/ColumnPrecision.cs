namespace SnnNotebooks.Memristive;

/// <summary>
/// Digital-to-analog and analog-to-digital converters around a crossbar: values that go in are rounded to 2^Bits steps of their
/// range; column sums are clipped to the output range and rounded to as many. A range that is too narrow looks like device
/// failure (spec binary_stochastic.md, section 7.6): plus or minus 24 is safe for 784-256-10.
/// </summary>
/// <param name="Bits">2 to 16.</param>
/// <param name="OutputRange">Column sums beyond plus or minus this are clipped; above 0.</param>
public sealed record ColumnPrecision(int Bits = 8, float OutputRange = 24)
{
    /// <summary>Rounds values in [0, 1], as a converter in front of a row does.</summary>
    internal void RoundSignals(Span<float> values)
    {
        float steps = (1 << Bits) - 1;
        foreach (ref var value in values)
        {
            value = MathF.Round(value * steps) / steps;
        }
    }

    /// <summary>Clips and rounds column sums.</summary>
    internal void RoundColumns(Span<float> values) => Round(values, OutputRange);

    /// <summary>Rounds errors; their range is their largest size.</summary>
    internal void RoundErrors(Span<float> values)
    {
        var most = 0f;
        foreach (var value in values)
        {
            most = MathF.Max(most, MathF.Abs(value));
        }

        if (most > 0)
        {
            Round(values, most);
        }
    }

    private void Round(Span<float> values, float range)
    {
        float steps = (1 << (Bits - 1)) - 1;
        foreach (ref var value in values)
        {
            value = MathF.Round(Math.Clamp(value / range, -1, 1) * steps) / steps * range;
        }
    }
}
