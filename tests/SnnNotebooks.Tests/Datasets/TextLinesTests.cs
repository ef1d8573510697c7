using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

/// <summary>Lines of texts are those that .NET reads, and never longer than memory should hold.</summary>
public sealed class TextLinesTests : IDisposable
{
    /// <summary>Readers of lists and tables, each of a file that is one endless line.</summary>
    private static readonly Dictionary<string, (string Name, Action<string> Read)> Readers = new()
    {
        ["tables"] = ("table.csv", path => TextTable.Open(path)),
        ["the lists of UCF101"] = (
            "ucfTrainTestlist/classInd.txt", path => ActionLists.Ucf101(Path.GetDirectoryName(Path.GetDirectoryName(path))!, 1, true)),
        ["labels of gestures"] = ("user01_labels.csv", path => DvsGesture.ReadLabels(path)),
        ["recordings of gestures"] = ("trials_to_train.txt", path => DvsGesture.Recordings(Path.GetDirectoryName(path)!, true).Count()),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Readers.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\n\nb\n")]
    [InlineData("a\r\nb\rc\n\r\r\nd\r")]
    [InlineData("\n\r")]
    [InlineData("\uFEFFä,β\n")]
    public void They_are_what_NET_reads_wherever_a_buffer_ends(string text)
    {
        var path = folder.File("lines.txt");
        foreach (var padding in new[] { 0, 65_533, 65_534, 65_535, 65_536 })
        {
            File.WriteAllText(path, new string('x', padding) + text + text, new UTF8Encoding(false));
            Assert.Equal(File.ReadLines(path), TextLines.Of(path));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_line_without_end_is_refused_by_name(string reader)
    {
        var path = folder.File(Readers[reader].Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = File.CreateText(path))
        {
            var part = new string('1', 1 << 20);
            for (var i = 0; i <= TextLines.Longest >> 20; i++)
            {
                file.Write(part);
            }
        }

        var refused = Assert.Throws<DatasetException>(() => Readers[reader].Read(path));
        Assert.Contains($"Line 1 of {path} has more than", refused.Message, StringComparison.Ordinal);
    }
}
