namespace SnnNotebooks.Latents.Controls;

/// <summary>What a control keeps of a recording, and what it ends.</summary>
public enum ControlKind
{
    /// <summary>
    /// Each neuron's trials, laid end to end, are turned round by a time of its own. Its rate and its rhythm stay; what neurons share,
    /// and what ties them to the trials, ends. Not where trials follow each other in a fixed order: then each neuron still knows its trial,
    /// at another time.
    /// </summary>
    TimeShift,

    /// <summary>Each neuron's bins are put into an order of their own. Only its distribution of counts stays.</summary>
    BinShuffle,

    /// <summary>
    /// Each neuron's trials of a condition are put into an order of their own. Its mean response to each condition stays; what neurons
    /// share in single trials ends.
    /// </summary>
    TrialShuffle,
}
