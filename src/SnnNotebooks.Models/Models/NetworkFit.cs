namespace SnnNotebooks.Models;

/// <summary>What a published network is built for when it is to learn other data than those of its paper.</summary>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">T; for event frames and clips that of the data.</param>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Size">Height and width of the input in pixels.</param>
public sealed record NetworkFit(int Classes, int TimeSteps, int Channels, int Size);
