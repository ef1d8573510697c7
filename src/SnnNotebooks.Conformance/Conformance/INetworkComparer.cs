using System.Text.Json;

namespace SnnNotebooks.Conformance;

/// <summary>Compares one kind of network in <c>golden_nets.json</c> with its reference.</summary>
internal interface INetworkComparer
{
    /// <summary>Whether an entry is of this kind, by its name.</summary>
    bool Claims(string name);

    /// <summary>Builds the network, runs it and compares.</summary>
    /// <param name="name">The entry's name, which gives sizes.</param>
    /// <param name="reference">What the published code gave.</param>
    ConformanceResult Compare(string name, JsonElement reference);
}
