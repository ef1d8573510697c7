namespace SnnNotebooks.Host.Execution;

/// <summary>A text that is already a representation of a certain mime type.</summary>
internal sealed record Representation(string MimeType, string Text);
