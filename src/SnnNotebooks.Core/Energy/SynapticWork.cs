namespace SnnNotebooks.Energy;

/// <summary>The synaptic operations of a run, as SpikingJelly's counters take them.</summary>
internal static class SynapticWork
{
    /// <summary>Additions caused by spikes.</summary>
    public static double Additions(EnergyRun run) => Maps(run).Where(layer => layer.IsSpiking).Sum(layer => layer.Products);

    /// <summary>Multiplications with addition of layers whose input was no spikes, zeros and padding included.</summary>
    public static double Multiplications(EnergyRun run) => Maps(run).Where(layer => !layer.IsSpiking)
        .Sum(layer => (double)layer.Outputs * layer.InputChannels * layer.KernelVolume);

    /// <summary>Linear layers and convolutions.</summary>
    public static IEnumerable<LayerRun> Maps(EnergyRun run) =>
        run.Layers.Where(layer => layer.Kind is LayerKind.Linear or LayerKind.Convolution);
}
