namespace SnnNotebooks.Deployment;

/// <summary>y = W x + b, where each input that is not zero adds its row of weights.</summary>
internal sealed class DenseLayer(WeightRows weights, float[] bias) : SpreadingLayer(new MapShape(bias.Length, 1, 1))
{
    public override long WeightBytes => weights.Bytes + (bias.LongLength * sizeof(float));

    public override long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, Span<float> output)
    {
        output.Clear();
        weights.AddRows(places, amounts, output);
        weights.Finish(output, bias);
        return (long)places.Length * weights.Columns;
    }
}
