using System.Net;
using System.Net.Http.Headers;

namespace SnnNotebooks.Datasets;

/// <summary>Downloads the files of a data set: goes on where an earlier download stopped, verifies, and only then gives a file its name.</summary>
/// <param name="client">The HTTP client; the caller disposes it.</param>
public sealed class DatasetDownloader(HttpClient client)
{
    /// <summary>Brings all files that are not there yet into <paramref name="folder"/>.</summary>
    /// <param name="entry">The data set; it must have a source of kind <see cref="DatasetSourceKind.Url"/>.</param>
    /// <param name="folder">Where the files go; made where it is missing.</param>
    /// <param name="progress">Told the file and the bytes it has so far.</param>
    /// <param name="cancellation">Stops; what was fetched is kept and used next time.</param>
    /// <exception cref="DatasetException">There is no URL, the server refuses, or what came is not the file it should be.</exception>
    public async Task GetAsync(DatasetEntry entry, string folder, IProgress<(string File, long Bytes)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var source = entry.Sources.FirstOrDefault(source => source.Kind == DatasetSourceKind.Url)
            ?? throw new DatasetException($"The data set {entry.Id} is not downloaded. {DatasetLocator.HowToGet(entry)}");
        Directory.CreateDirectory(folder);
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
            await FetchAsync(url, part, file, progress, cancellation).ConfigureAwait(false);
            try
            {
                VerifiedFile.Unpack(part, file, $"It came from {url} and was removed; call this again, or use another source.");
            }
            catch (DatasetException)
            {
                File.Delete(part);
                throw;
            }

            File.Move(part, target);
        }
    }

    private async Task FetchAsync(Uri url, string part, DatasetFile file, IProgress<(string File, long Bytes)>? progress, CancellationToken cancellation)
    {
        // deflate grows content by an eighth at the very worst (nine bits for a literal): whatever is longer is not the file
        var limit = file.Bytes + (file.Bytes / 8) + 1024;
        try
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
                stream.Seek(0, SeekOrigin.End);
            }
            else
            {
                stream.SetLength(0);
            }

            using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                progress?.Report((file.Name, stream.Position));
                if (stream.Position > limit)
                {
                    throw new DatasetException($"{url} sends more than the {file.Bytes} bytes that {file.Name} may hold: it is another file.");
                }
            }

            stream.Flush(flushToDisk: true);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new DatasetException($"{url} could not be fetched: {failed.Message} What came so far is kept in {part}; call this again to go on.", failed);
        }
    }
}
