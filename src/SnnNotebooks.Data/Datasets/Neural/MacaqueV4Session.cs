using System.IO.Compression;
using SnnNotebooks.Datasets.Images;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// One session of macaque V4 responses to natural images, with the images, as B. Cowley, P. Stan, J. Pillow and M. Smith publish them
/// ("Compact deep neural network models of visual cortex", repository cowleygroup/V4_compact_models): spike counts in 100 ms.
/// </summary>
public sealed class MacaqueV4Session : IDisposable
{
    private const long MostImageBytes = 16 << 20;

    private MacaqueV4Session(string name, Tensor images, Tensor responses, Tensor? trials) =>
        (Name, Images, Responses, Trials) = (name, images, responses, trials);

    /// <summary>The session, for example <c>210325</c>.</summary>
    public string Name { get; }

    /// <summary>The images as they were shown: float32 [S, 3, H, W] of [0, 1].</summary>
    public Tensor Images { get; }

    /// <summary>Mean responses over repeats: float64 [S, N].</summary>
    public Tensor Responses { get; }

    /// <summary>Every repeat: float64 [S, repeats, N], NaN where there was none; null where the folder does not hold them.</summary>
    public Tensor? Trials { get; }

    /// <summary>Reads a session.</summary>
    /// <param name="folder">Holds <c>images/images_SESSION.zip</c>, <c>responses_repeat_averaged/responses_SESSION.npy</c> [N, S] and,
    /// where there are, <c>responses_raw/responses_SESSION.npy</c> [N, S, repeats].</param>
    /// <param name="session">Which one.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="DatasetException">A file is missing or damaged, or they do not fit each other.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty, or <paramref name="session"/> is empty.</exception>
    public static MacaqueV4Session Read(string folder, string session)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(session);
        using var scope = NewDisposeScope();
        var images = ReadImages(Path.Combine(folder, "images", $"images_{session}.zip"));
        var responses = ArrayFile.Read(Path.Combine(folder, "responses_repeat_averaged", $"responses_{session}.npy"), dimensions: 2).t()
            .contiguous();
        var raw = Path.Combine(folder, "responses_raw", $"responses_{session}.npy");
        var trials = File.Exists(raw) ? ArrayFile.Read(raw, dimensions: 3).permute(1, 2, 0).contiguous() : null;
        if (images.shape[0] != responses.shape[0]
            || (trials is not null && (trials.shape[0] != responses.shape[0] || trials.shape[2] != responses.shape[1])))
        {
            throw new DatasetException(
                $"Session {session} in {folder} has {images.shape[0]} images, mean responses [{responses.shape[1]} neurons, "
                + $"{responses.shape[0]} "
                + $"images]{(trials is null ? "" : $" and repeats [{trials.shape[2]} neurons, {trials.shape[0]} images]")}; expected the "
                + "same numbers.");
        }

        return new MacaqueV4Session(
            session, images.DetachFromDisposeScope(), responses.DetachFromDisposeScope(), trials?.DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Responses.Dispose();
        Trials?.Dispose();
    }

    private static Tensor ReadImages(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
            if (entries.Count == 0)
            {
                throw new DatasetException($"{path} holds no image (.jpg).");
            }

            using var scope = NewDisposeScope(); // keeps the pictures alive until they are stacked
            return stack(entries.Select(entry => Decode(entry, path))).MoveToOuterDisposeScope();
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private static Tensor Decode(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > MostImageBytes)
        {
            throw new DatasetException(
                $"{path}: {entry.FullName} has {entry.Length} bytes; an image of a session has at most {MostImageBytes}.");
        }

        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return RgbImage.Decode(bytes, $"{path}: {entry.FullName}").ToTensor();
    }
}
