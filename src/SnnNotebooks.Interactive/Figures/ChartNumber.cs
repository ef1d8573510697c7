using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>Numbers as plotly reads them from JSON: null, a gap, for what is NaN or infinite.</summary>
internal sealed class ChartNumber : JsonConverter<double>
{
    /// <summary>How figures are written.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Converters = { new ChartNumber(), new Single() } };

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Figures are written only.");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => Write(writer, value);

    private static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private sealed class Single : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Figures are written only.");

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
