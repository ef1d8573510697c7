namespace SnnNotebooks.Interactive;

/// <summary>One line of the table that ends a paper's notebook: what was published, and what this run measured.</summary>
/// <param name="Quantity">What it is, with its unit.</param>
/// <param name="Published">The published figure with its source, or a dash.</param>
/// <param name="ThisRun">The figure measured in this run, or null where it was not measured.</param>
/// <param name="Why">Why the two differ, or need not.</param>
public sealed record ReproducedResult(string Quantity, string Published, string? ThisRun, string Why);
