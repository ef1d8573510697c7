using System.Text.Json;
using System.Text.Json.Serialization;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>
/// Metrics as JSON lines, one object a line: the run, then steps (a few a second at most), then each epoch. Lines are added to a file that
/// is there, so that a run taken up again goes on in it; epochs a killed run had not kept come twice, and the later line counts.
/// </summary>
internal sealed class TrainingLog : IProgress<TrainingProgress>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly FileStream file;
    private TimeSpan? last;

    /// <summary>Opens the log.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="run">What is run, as an object.</param>
    public TrainingLog(string path, object run)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        DropTornLine();
        Write(new { run });
    }

    public void Report(TrainingProgress value)
    {
        if (value.Finished is { } epoch)
        {
            Write(new { epoch });
        }
        else if (last is null || value.Elapsed - last >= Pause || value.Batch == value.Batches)
        {
            last = value.Elapsed;
            Write(new { step = new { value.Epoch, value.Batch, value.Batches, value.Loss, value.Accuracy,
                seconds = value.Elapsed.TotalSeconds } });
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Cuts off what a killed process had not ended.</summary>
    private void DropTornLine()
    {
        var length = file.Length;
        while (length > 0)
        {
            file.Position = length - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }

            length--;
        }

        file.SetLength(length);
        file.Position = length;
    }

    private void Write(object line)
    {
        file.Write(JsonSerializer.SerializeToUtf8Bytes(line, Options));
        file.Write("\n"u8);
        file.Flush();
    }
}
