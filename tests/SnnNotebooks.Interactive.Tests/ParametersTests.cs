namespace SnnNotebooks.Interactive.Tests;

public sealed class ParametersTests : IDisposable
{
    public void Dispose()
    {
        Environment.SetEnvironmentVariable("Scale", null);
        Environment.SetEnvironmentVariable("SnnTestEpochs", null);
    }

    [Theory]
    [InlineData(null, Scale.Quick)]
    [InlineData("laptop", Scale.Laptop)]
    [InlineData("Paper", Scale.Paper)]
    public void Scale_is_read_from_its_variable(string? text, Scale expected)
    {
        Environment.SetEnvironmentVariable("Scale", text);

        Assert.Equal(expected, Parameters.Scale);
    }

    [Theory]
    [InlineData("big")]
    [InlineData("7")]
    public void An_unknown_scale_is_refused_with_the_known_ones(string text)
    {
        Environment.SetEnvironmentVariable("Scale", text);

        var refused = Assert.Throws<ArgumentException>(() => Parameters.Scale);

        Assert.Contains("quick, laptop or paper", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_falls_back_is_read_and_is_refused_by_name()
    {
        Assert.Equal(3, Parameters.Get("SnnTestEpochs", 3));

        Environment.SetEnvironmentVariable("SnnTestEpochs", "12");
        Assert.Equal(12, Parameters.Get("SnnTestEpochs", 3));

        Environment.SetEnvironmentVariable("SnnTestEpochs", "many");
        var refused = Assert.Throws<ArgumentException>(() => Parameters.Get("SnnTestEpochs", 3));
        Assert.Contains("SnnTestEpochs is 'many'", refused.Message, StringComparison.Ordinal);
    }
}
