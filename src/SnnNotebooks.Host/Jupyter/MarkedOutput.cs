using System.Globalization;
using System.Text;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>
/// A stream of text that many write to and one thread reads. Marks written between tell how far the reader has come: it is on a thread of
/// its own, which a busy machine lets wait.
/// </summary>
internal sealed class MarkedOutput
{
    private const int Digits = 8;
    private static readonly byte[] Mark = [0, .. Encoding.ASCII.GetBytes($"snn-{Guid.NewGuid():N}-")];

    private readonly object gate = new();
    private readonly Stream writer;
    private int written;
    private int reached;
    private bool isLost;

    /// <summary>Begins to read.</summary>
    /// <param name="reader">The stream's end.</param>
    /// <param name="writer">Its beginning, for marks.</param>
    /// <param name="name">The name under which <paramref name="sink"/> receives what comes.</param>
    /// <param name="sink">Receives it.</param>
    public MarkedOutput(Stream reader, Stream writer, string name, IOutputSink sink)
    {
        this.writer = writer;
        new Thread(() => Read(reader, text => sink.Stream(name, text))) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Marks this place.</summary>
    public void Write()
    {
        int number;
        lock (gate)
        {
            number = ++written;
        }

        writer.Write([.. Mark, .. Encoding.ASCII.GetBytes(number.ToString("x8", CultureInfo.InvariantCulture))]);
        writer.Flush();
    }

    /// <summary>Waits until all before the last mark has been received.</summary>
    /// <param name="patience">
    /// The longest wait. A mark that does not come by then went elsewhere: the program has replaced the stream. None is waited for until
    /// one comes again.
    /// </param>
    public void Wait(TimeSpan patience)
    {
        lock (gate)
        {
            while (reached < written && !isLost)
            {
                isLost = !Monitor.Wait(gate, patience);
            }
        }
    }

    private void Reach(int number)
    {
        lock (gate)
        {
            (reached, isLost) = (number, false);
            Monitor.PulseAll(gate);
        }
    }

    private void Read(Stream reader, Action<string> send)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[1 << 16];
        var kept = 0;
        for (var read = reader.Read(bytes); read > 0; read = reader.Read(bytes, kept, bytes.Length - kept))
        {
            var data = bytes.AsSpan(0, kept + read);
            for (var mark = data.IndexOf(Mark); mark >= 0 && data.Length >= mark + Mark.Length + Digits; mark = data.IndexOf(Mark))
            {
                Send(data[..mark]);
                data = data[(mark + Mark.Length)..];
                Reach(int.Parse(Encoding.ASCII.GetString(data[..Digits]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                data = data[Digits..];
            }

            // the beginning of a mark may be all that has come of it
            kept = Begun(data);
            Send(data[..^kept]);
            data[^kept..].CopyTo(bytes);
        }

        void Send(ReadOnlySpan<byte> text)
        {
            var characters = new char[decoder.GetCharCount(text, flush: false)];
            if (decoder.GetChars(text, characters, flush: false) > 0)
            {
                send(new string(characters));
            }
        }
    }

    /// <summary>How many bytes at the end are a mark that is not whole.</summary>
    private static int Begun(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf(Mark) is >= 0 and var mark)
        {
            return data.Length - mark;
        }

        var kept = Math.Min(data.Length, Mark.Length - 1);
        while (kept > 0 && !data.EndsWith(Mark.AsSpan(0, kept)))
        {
            kept--;
        }

        return kept;
    }
}
