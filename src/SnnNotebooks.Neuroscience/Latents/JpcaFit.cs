namespace SnnNotebooks.Latents;

/// <summary>
/// How well linear dynamics foretell the change from bin to bin, as the published code has it: 1 - residual / sum of squares.
/// </summary>
/// <param name="Skew">By rotations alone (M_skew), in all components.</param>
/// <param name="Best">By any matrix.</param>
/// <param name="SkewInPlane">By rotations alone, in the first plane.</param>
/// <param name="BestInPlane">By any matrix, in the first plane.</param>
/// <param name="Planes">The planes, fastest first.</param>
public sealed record JpcaFit(double Skew, double Best, double SkewInPlane, double BestInPlane, IReadOnlyList<JpcaPlane> Planes);
