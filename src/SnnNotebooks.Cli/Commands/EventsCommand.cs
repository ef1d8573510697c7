using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SnnNotebooks.Datasets.Events;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn events</c>: what an event recording holds.</summary>
internal static class EventsCommand
{
    private static readonly Dictionary<string, EventTimeUnit> Units = new(StringComparer.Ordinal)
    {
        ["ns"] = EventTimeUnit.Nanoseconds,
        ["us"] = EventTimeUnit.Microseconds,
        ["ms"] = EventTimeUnit.Milliseconds,
        ["s"] = EventTimeUnit.Seconds,
    };

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "An event recording: .aedat, .aedat4, .bin, .bs2, .bs3, .dat, .raw, .es, .csv, .txt, .npz, .npy or HDF5.",
        };
        var json = new Option<bool>("--json")
        {
            Description =
                "One JSON object on stdout: format, width, height, events, firstTime, lastTime (microseconds, as in the file), on.",
        };
        var columns = new Option<string?>("--columns")
        {
            Description = "Of a table without names, what its columns are in order, such as t,x,y,p; - for others.",
        };
        var unit = new Option<string?>("--time-unit") { Description = "Of a table, the unit of its times: ns, us, ms or s." };
        unit.AcceptOnlyFromAmong([.. Units.Keys]);
        var size = new Option<string?>("--size") { Description = "The sensor, such as 346x260, where the file does not say it." };
        size.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && Size(text) is null)
            {
                result.AddError($"--size is '{text}'; expected columns x rows, such as 346x260.");
            }
        });
        var command = new Command("events", "What an event recording holds: format, sensor, events, times, ON events.") { file, json,
            columns, unit, size };
        command.SetAction(parsed =>
        {
            var (width, height) = parsed.GetValue(size) is { } text ? Size(text)!.Value : ((int?)null, (int?)null);
            var options = new EventFileOptions(
                parsed.GetValue(columns), parsed.GetValue(unit) is { } name ? Units[name] : null, width, height);
            return Run(parsed.GetValue(file)!, parsed.GetValue(json), options);
        });
        return command;
    }

    private static (int? Width, int? Height)? Size(string text) =>
        text.Split('x') is [var width, var height] && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? (columns, rows)
            : null;

    private static int Run(string file, bool json, EventFileOptions options)
    {
        if (!File.Exists(file))
        {
            Console.Error.WriteLine(
                Directory.Exists(file) ? $"{file} is a folder; expected an event recording." : $"There is no file {file}.");
            return ExitCode.Usage;
        }

        EventSummary summary;
        try
        {
            summary = EventSummary.Of(file, Environment.ProcessorCount, options);
        }
        catch (EventFileException damage)
        {
            Console.Error.WriteLine(damage.Sentence());
            return ExitCode.Failure;
        }
        catch (ArgumentException wrong)
        {
            Console.Error.WriteLine(wrong.Sentence());
            return ExitCode.Usage;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file} cannot be read: {unreadable.Message}".Shown());
            return ExitCode.Usage;
        }

        Console.WriteLine(json ? Json(summary) : Text(summary));
        foreach (var remark in summary.Remarks)
        {
            Console.Error.WriteLine($"{file}: {remark}.".Shown());
        }

        return ExitCode.Success;
    }

    private static string Json(EventSummary summary)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("format", summary.FormatName);
            writer.WriteNumber("width", summary.Size.Width);
            writer.WriteNumber("height", summary.Size.Height);
            writer.WriteNumber("events", summary.Events);
            WriteTime(writer, "firstTime", summary.FirstTime);
            WriteTime(writer, "lastTime", summary.LastTime);
            writer.WriteNumber("on", summary.On);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, long? time)
    {
        if (time is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string Text(EventSummary summary)
    {
        var origin = summary.Size.Origin switch
        {
            SensorSizeOrigin.Stated => string.Empty,
            SensorSizeOrigin.Given => " (as given)",
            SensorSizeOrigin.Camera => " (from the camera's name)",
            SensorSizeOrigin.KnownSensor => " (the file does not say; the smallest known sensor of this format that holds all events)",
            _ => " (the file does not say; the extent of the events)",
        };
        var sensor = summary.Size is { Width: 0, Height: 0 }
            ? "none: the events have no place"
            : $"{summary.Size.Width} x {summary.Size.Height}{origin}";
        var times = summary is { FirstTime: { } first, LastTime: { } last }
            ? string.Create(CultureInfo.InvariantCulture, $"{first} to {last} us ({(last - (decimal)first) / 1_000_000:0.000000} s)")
            : "none";
        return $"""
            format  {summary.FormatName}
            sensor  {sensor}
            events  {summary.Events} ({summary.On} ON)
            times   {times}
            """;
    }
}
