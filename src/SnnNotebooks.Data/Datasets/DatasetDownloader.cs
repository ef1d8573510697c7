using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace SnnNotebooks.Datasets;

/// <summary>
/// Brings a data set here: downloads its files and archives, goes on where an earlier download stopped, verifies, and only then gives a
/// file its name;
/// archives are then unpacked by <see cref="SafeArchive"/>.
/// </summary>
/// <param name="client">The HTTP client; the caller disposes it. Its timeout is also the longest silence within a body.</param>
public sealed class DatasetDownloader(HttpClient client)
{
    private const long MostUnknownBytes = 400_000_000_000; // larger than any archive of the registry

    /// <summary>
    /// Brings all files and archives that are not there yet into <paramref name="folder"/>. Archives that take a registration must lie
    /// there.
    /// </summary>
    /// <param name="entry">The data set; one that <see cref="DatasetEntry.CanGet"/>.</param>
    /// <param name="folder">Where the files go; made where it is missing.</param>
    /// <param name="progress">Told the file and the bytes it has so far.</param>
    /// <param name="cancellation">Stops; what was fetched is kept and used next time.</param>
    /// <exception cref="DatasetException">
    /// There is no URL; the server refuses, breaks off or falls silent (what came is kept); what came is not the file it should be (it is
    /// removed);
    /// a file that was there is damaged (it is left alone); or another process brings it at this moment.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task GetAsync(
        DatasetEntry entry, string folder, IProgress<(string File, long Bytes)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!entry.CanGet)
        {
            throw new DatasetException($"The data set {entry.Id} is not downloaded. {DatasetLocator.HowToGet(entry)}");
        }

        Directory.CreateDirectory(folder);
        using var turn = Turn(entry, folder);
        foreach (var archive in entry.Archives ?? [])
        {
            await GetArchiveAsync(entry, archive, folder, progress, cancellation).ConfigureAwait(false);
        }

        if (entry.Sources.FirstOrDefault(source => source.Kind == DatasetSourceKind.Url) is { } source)
        {
            await GetFilesAsync(entry, source, folder, progress, cancellation).ConfigureAwait(false);
        }

        if (entry.Contents?.FirstOrDefault(content => !Path.Exists(Path.Combine(folder, content.Path))) is { } missing)
        {
            throw new DatasetException(
                $"The data set {entry.Id} is not complete: {Path.Combine(folder, missing.Path)} is missing. "
                + $"{DatasetLocator.HowToGet(entry)}");
        }
    }

    // another process would cut a part short that was verified here and is about to get its name
    private static FileLock? Turn(DatasetEntry entry, string folder)
    {
        try
        {
            return FileLock.TryTake(Path.Combine(folder, ".getting.lock"), passing: true) ?? throw new DatasetException(
                $"Another process brings the data set {entry.Id} into {folder}: wait for its end, and call this again.");
        }
        catch (Exception fixedly) when (fixedly is IOException or UnauthorizedAccessException)
        {
            return null; // nothing can be written here, and nothing need be where all is there
        }
    }

    private static string Kept(string part)
    {
        if (new FileInfo(part) is { Exists: true, Length: > 0 })
        {
            return $"What came so far is kept in {part}; call this again to go on.";
        }

        File.Delete(part);
        return "Call this again, or use another source.";
    }

    private async Task GetFilesAsync(DatasetEntry entry, DatasetSource source, string folder,
        IProgress<(string File, long Bytes)>? progress, CancellationToken cancellation)
    {
        foreach (var file in entry.Files)
        {
            var target = Path.Combine(folder, file.Name);
            if (File.Exists(target))
            {
                VerifiedFile.Unpack(target, file, "Remove it and call this again.");
                continue;
            }

            var part = target + ".part";
            var url = new Uri(source.At + file.Name);
            // the worst compressors (deflate with fixed codes) spend nine bits on a byte: whatever is longer is not the file
            var limit = file.Bytes + (file.Bytes / 8) + 1024;
            await FetchVerifiedAsync(url, part, file.Name, limit, file.Bytes, progress,
                () => VerifiedFile.Unpack(part, file, $"It came from {url} and was removed; call this again, or use another source."),
                cancellation).ConfigureAwait(false);
            File.Move(part, target);
        }
    }

    private async Task GetArchiveAsync(DatasetEntry entry, DatasetArchive archive, string folder,
        IProgress<(string File, long Bytes)>? progress, CancellationToken cancellation)
    {
        var marker = Path.Combine(folder, $".unpacked-{archive.Name}");
        if (File.Exists(marker))
        {
            return;
        }

        var target = Path.Combine(folder, archive.Name);
        var wasHere = File.Exists(target);
        if (wasHere)
        {
            if (FileChecksum.Trouble(target, archive) is { } trouble)
            {
                throw new DatasetException($"{target} is not the file it should be: {trouble}. Remove it and call this again.");
            }
        }
        else if (archive.Url is { } url)
        {
            var part = target + ".part";
            var limit = archive.Bytes ?? MostUnknownBytes;
            await FetchVerifiedAsync(url, part, archive.Name, limit, limit, progress, () => Verify(part, archive, url), cancellation)
                .ConfigureAwait(false);
            File.Move(part, target);
        }
        else
        {
            throw new DatasetException(
                $"{archive.Name} of the data set {entry.Id} cannot be downloaded by a program. {DatasetLocator.HowToGet(entry)}");
        }

        SafeArchive.Unpack(target, folder, cancellation: cancellation);
        AtomicFile.Write(marker, []);
        if (!wasHere)
        {
            File.Delete(target);
        }
    }

    private static void Verify(string part, DatasetArchive archive, Uri url)
    {
        if (FileChecksum.Trouble(part, archive) is { } trouble)
        {
            throw new DatasetException(
                $"{url} is not the file it should be: {trouble}. What came was removed; call this again, or use another source.");
        }
    }

    /// <summary>Fetches to a part and verifies it; a part that is no good is removed, one that is merely unfinished is kept.</summary>
    private async Task FetchVerifiedAsync(Uri url, string part, string name, long limit, long expected,
        IProgress<(string File, long Bytes)>? progress, Action verify, CancellationToken cancellation)
    {
        try
        {
            await FetchAsync(url, part, name, limit, expected, progress, cancellation).ConfigureAwait(false);
            verify();
        }
        catch (DatasetException)
        {
            File.Delete(part);
            throw;
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new DatasetException($"{url} could not be fetched: {failed.Message} {Kept(part)}", failed);
        }
        catch (OperationCanceledException silent) when (!cancellation.IsCancellationRequested)
        {
            var waited = string.Create(CultureInfo.InvariantCulture, $"{client.Timeout.TotalSeconds:0.#}");
            throw new DatasetException($"{url} could not be fetched: nothing came for {waited} s. {Kept(part)}", silent);
        }
    }

    private async Task FetchAsync(Uri url, string part, string name, long limit, long expected,
        IProgress<(string File, long Bytes)>? progress, CancellationToken cancellation)
    {
        using var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (stream.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(stream.Length, null);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // all of it was there already
        }

        response.EnsureSuccessStatusCode();
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            if (response.Content.Headers.ContentRange?.From != stream.Length)
            {
                throw new DatasetException(
                    $"{url} was asked to go on at byte {stream.Length}, and sends '{response.Content.Headers.ContentRange}'. What was "
                    + $"there of {name} was removed; call this again to start over.");
            }

            stream.Seek(0, SeekOrigin.End);
        }
        else
        {
            stream.SetLength(0);
        }

        // the client's timeout ends with the headers: from here on it is the longest silence within the body
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(client.Timeout);
        using var body = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Report((name, stream.Position));
            if (stream.Position > limit)
            {
                throw new DatasetException(
                    $"{url} sends more than the {expected} bytes that {name} may hold: it is another file. What came was removed; use "
                    + "another source.");
            }

            patience.CancelAfter(client.Timeout);
        }

        stream.Flush(flushToDisk: true);
    }
}
