namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Conversion of ordinary networks: not built yet. Its file is in no index; it is one case.</summary>
internal sealed class ConversionSuite : IConformanceSuite
{
    public bool Claims(string path) => ReferenceFile.Family(path) == "ann2snn";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        yield return ConformanceResult.Skip("ann2snn", "conversion of ordinary networks is built by issue 11");
    }
}
