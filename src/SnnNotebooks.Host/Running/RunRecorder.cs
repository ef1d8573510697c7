using System.Diagnostics;
using System.Text;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Running;

/// <summary>Collects what a running notebook shows; called from several threads.</summary>
internal sealed class RunRecorder(Notebook notebook, IProgress<RunEvent> progress)
{
    /// <summary>Characters kept of one cell; an endless loop that prints must not fill the memory.</summary>
    public const int LargestOutput = 64 << 20;

    private readonly Lock gate = new();
    private readonly Record[] records = [.. notebook.Cells.Select(_ => new Record())];
    private readonly Dictionary<string, (int Cell, int Index)> displays = [];
    private int current;

    private sealed class Record
    {
        public CellStatus Status { get; set; }
        public long Started { get; set; }
        public TimeSpan Elapsed { get; set; }
        public long Size { get; set; }

        /// <summary>Outputs; console text that still grows is a <see cref="Text"/>.</summary>
        public List<object> Outputs { get; } = [];
    }

    private sealed record Text(string Name, StringBuilder Content);

    /// <summary>Number of the cell that is running, or 0.</summary>
    public int Running { get; private set; }

    public void Started(int number)
    {
        lock (gate)
        {
            current = Running = number;
            records[number - 1].Started = Stopwatch.GetTimestamp();
            records[number - 1].Status = CellStatus.Failed;
        }

        progress.Report(new CellStarted(number, records.Length, notebook.Cells[number - 1]));
    }

    public void Finished(int number, CellFailure? failure)
    {
        TimeSpan elapsed;
        lock (gate)
        {
            var record = records[number - 1];
            elapsed = record.Elapsed = Stopwatch.GetElapsedTime(record.Started);
            record.Status = failure is null ? CellStatus.Succeeded : CellStatus.Failed;
            Running = 0;
            if (failure is not null)
            {
                record.Outputs.Add(new ErrorOutput(failure));
            }
        }

        progress.Report(new CellFinished(number, elapsed, failure));
    }

    public void Stream(string name, string text)
    {
        int cell;
        lock (gate)
        {
            cell = Math.Max(current, 1);
            if (records.Length == 0 || !HasRoom(records[cell - 1], text.Length))
            {
                return;
            }

            var outputs = records[cell - 1].Outputs;
            if (outputs.Count > 0 && outputs[^1] is Text last && last.Name == name)
            {
                last.Content.Append(text);
            }
            else
            {
                outputs.Add(new Text(name, new StringBuilder(text)));
            }
        }

        progress.Report(new OutputText(cell, name, text));
    }

    public void Display(string id, IReadOnlyDictionary<string, string> data, bool isResult)
    {
        var output = new DisplayOutput(id, data, isResult);
        int cell;
        lock (gate)
        {
            cell = Math.Max(current, 1);
            if (records.Length == 0 || !HasRoom(records[cell - 1], data.Sum(item => (long)item.Value.Length)))
            {
                return;
            }

            displays[id] = (cell, records[cell - 1].Outputs.Count);
            records[cell - 1].Outputs.Add(output);
        }

        progress.Report(new DisplayShown(cell, output));
    }

    public void Update(string id, IReadOnlyDictionary<string, string> data)
    {
        DisplayOutput output;
        int cell;
        lock (gate)
        {
            if (!displays.TryGetValue(id, out var place))
            {
                return;
            }

            cell = place.Cell;
            output = (DisplayOutput)records[cell - 1].Outputs[place.Index] with { Data = data };
            records[cell - 1].Outputs[place.Index] = output;
        }

        progress.Report(new DisplayUpdated(cell, output));
    }

    public void Clear()
    {
        lock (gate)
        {
            if (current > 0)
            {
                // an update of what is gone has nowhere to go
                foreach (var id in displays.Where(item => item.Value.Cell == current).Select(item => item.Key).ToArray())
                {
                    displays.Remove(id);
                }

                records[current - 1].Outputs.Clear();
            }
        }
    }

    public IReadOnlyList<CellReport> Reports()
    {
        lock (gate)
        {
            return
            [
                .. records.Select((record, i) => new CellReport(i + 1, notebook.Cells[i], record.Status, record.Elapsed,
                    [.. record.Outputs.Select(
                        output => output is Text text ? new StreamOutput(text.Name, text.Content.ToString()) : (CellOutput)output)])),
            ];
        }
    }

    private static bool HasRoom(Record record, long size)
    {
        if (record.Size > LargestOutput)
        {
            return false;
        }

        record.Size += size + 16;
        if (record.Size > LargestOutput)
        {
            record.Outputs.Add(
                new Text("stderr", new StringBuilder(
                    $"\n[the rest of this cell's output was dropped: it had passed {LargestOutput >> 20} million characters]\n")));
            return false;
        }

        return true;
    }
}
