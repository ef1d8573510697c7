using System.Text.Json;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>
/// The cases that every reader of the format passes; the editor's own reader has them too (editors/vscode/test/dib.test.js).
/// </summary>
public sealed class DibSpecTests
{
    private static readonly JsonElement Spec =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "dib-cases.json"))).RootElement;

    public static TheoryData<string> Reads =>
        [.. Spec.GetProperty("reads").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    public static TheoryData<string> Edits =>
        [.. Spec.GetProperty("edits").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Reads))]
    public void Text_is_read_as_these_cells(string name)
    {
        var item = Find("reads", name);
        var expected = item.GetProperty("cells").EnumerateArray().Select(cell => (cell[0].GetString()!, cell[1].GetString()!));
        Assert.Equal(
            expected, DibReader.Parse(item.GetProperty("text").GetString()!, "x.dib").Cells.Select(cell => (cell.Kernel, cell.Source)));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void What_the_editor_saves_is_read_as_what_was_edited(string name)
    {
        var item = Find("edits", name);
        List<(string, string)> cells = item.GetProperty("text").GetString() is { } text
            ? [.. DibReader.Parse(text, "x.dib").Cells.Select(cell => (cell.Kernel, cell.Source))]
            : [];
        foreach (var edit in item.GetProperty("edits").EnumerateArray())
        {
            var at = edit[1].GetInt32();
            switch (edit[0].GetString())
            {
                case "change":
                    cells[at] = (cells[at].Item1, edit[2].GetString()!);
                    break;
                case "add" when edit[3].GetString()!.Trim('\n').Length == 0:
                    break;
                case "add":
                    cells.Insert(at, (edit[2].GetString()!, edit[3].GetString()!));
                    break;
                case "remove":
                    cells.RemoveAt(at);
                    break;
                case "move":
                    var moved = cells[at];
                    cells.RemoveAt(at);
                    cells.Insert(edit[2].GetInt32(), moved);
                    break;
                case "language":
                    cells[at] = (edit[2].GetString()!, cells[at].Item2);
                    break;
                default:
                    Assert.Fail($"an unknown edit: {edit}");
                    break;
            }
        }

        Assert.Equal(
            cells, DibReader.Parse(item.GetProperty("result").GetString()!, "x.dib").Cells.Select(cell => (cell.Kernel, cell.Source)));
    }

    private static JsonElement Find(string list, string name) =>
        Spec.GetProperty(list).EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
}
