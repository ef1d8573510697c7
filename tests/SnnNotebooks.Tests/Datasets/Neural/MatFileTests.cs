using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class MatFileTests
{
    private static readonly MatBytes Writer = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbers_of_either_byte_order_are_read_column_by_column(bool bigEndian)
    {
        var writer = new MatBytes(bigEndian);
        var file = MatFile.Parse(
            writer.File(writer.Doubles("a", [2, 3], 1, 2, 3, 4, 5, 6.5), writer.Packed(writer.Doubles("b", [1, 1], -7))), "test");
        using var a = file["a"].ToTensor();

        Assert.Equal(["a", "b"], file.Variables.Select(variable => variable.Name));
        Assert.Equal([2, 3], a.shape);
        Assert.Equal([1, 3, 5, 2, 4, 6.5], a.data<double>().ToArray());
        Assert.Equal([-7], file["b"].Doubles());
        Assert.Equal("float64", file["b"].ElementName);
    }

    [Fact]
    public void Narrow_storage_small_elements_and_truth_values_are_read()
    {
        // class double stored as uint8 inside the tag, as MATLAB does for small whole numbers
        var narrow = Writer.Array(6, "n", [1, 3], 0, Writer.Small(2, [7, 8, 255]));
        var logical = Writer.Numbers(9, 2, "l", [1, 2], 0x200, [1, 0]);
        var half = Writer.Numbers(10, 3, "h", [1, 2], 0, [0xfe, 0xff, 3, 0]);
        var file = MatFile.Parse(Writer.File(narrow, logical, half), "test");

        Assert.Equal([7, 8, 255], file["n"].Doubles());
        Assert.Equal("bool", file["l"].ElementName);
        Assert.Equal([-2, 3], file["h"].Doubles());
        Assert.Equal("int16", file["h"].ElementName);
    }

    [Fact]
    public void Cells_structs_and_text_are_read()
    {
        var text = Writer.Numbers(4, 4, "t", [1, 2], 0, Encoding.Unicode.GetBytes("hé"));
        var nested = Writer.Cells("c", [1, 3], Writer.Doubles("", [1, 1], 1), Writer.Cells("", [1, 1], text), Writer.Element(14, []));
        var records = Writer.Struct("s", [1, 2], ["x", "y"], Writer.Doubles("", [1, 1], 1), text, Writer.Doubles("", [1, 1], 3), text);
        var file = MatFile.Parse(Writer.File(Writer.Packed(nested), records), "test");

        Assert.Equal("hé", file["c"].Cells[1].Cells[0].Text());
        Assert.Equal(0, file["c"].Cells[2].Count);
        Assert.Equal(["x", "y"], file["s"].Fields);
        Assert.Equal([3], file["s"].Field("x", 1).Doubles());
        Assert.Equal("hé", file["s"].Field("y", 0).Text());
        Assert.Contains("has no field z", Assert.Throws<DatasetException>(() => file["s"].Field("z")).Message, StringComparison.Ordinal);
        Assert.Contains("c, s", Assert.Throws<DatasetException>(() => file["q"]).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => file["s"].Doubles());
    }

    [Fact]
    public void Spike_trains_are_found_where_they_are()
    {
        byte[] Train(params double[] times) => Writer.Doubles("", [times.Length, 1], times);
        var cells = Writer.Cells("SpTimes", [1, 3], Train(0.5, 1.5, 4), Train(0.25, 0.75, 3), Writer.Element(14, []));
        var units = Writer.Struct("units", [1, 2], ["id", "ts"], Train(9), Train(0.1, 0.2, 0.7), Train(8), Train(2));
        var inside = Writer.Struct("out_struct", [1, 1], ["vel", "units"], Writer.Doubles("", [2, 2], 4, 3, 2, 1), units);
        var clock = Writer.Struct("stimulus", [1, 1], ["time"], Train(0, 1, 2, 3));
        var table = Writer.Cells("rates", [1, 2], Writer.Doubles("", [2, 2], 1, 2, 3, 4), Train(1, 2, 5));

        Assert.Equal([3, 3], MatSpikes.Find(MatFile.Parse(Writer.File(cells), "test")).Select(unit => unit.SpikeTimes.Length));
        Assert.Equal([3, 1], MatSpikes.Find(MatFile.Parse(Writer.File(inside), "test")).Select(unit => unit.SpikeTimes.Length));
        Assert.Empty(MatSpikes.Find(MatFile.Parse(Writer.File(clock, table, Train(1, 2, 5)), "test")));
    }

    [Fact]
    public void One_regular_train_among_others_is_a_unit_and_regular_ones_alone_are_a_clock()
    {
        byte[] Train(params double[] times) => Writer.Doubles("", [times.Length, 1], times);
        int[] Of(params byte[][] cells) =>
            [.. MatSpikes.Find(MatFile.Parse(Writer.File(Writer.Cells("spikes", [1, cells.Length], cells)), "test"))
                .Select(unit => unit.SpikeTimes.Length)];

        Assert.Equal([3, 3, 2], Of(Train(0.1, 0.2, 0.3), Train(0.1, 0.25, 0.3), Train(0.5, 0.6)));
        Assert.Equal([2, 1], Of(Train(0.1, 0.2), Train(0.3)));
        Assert.Empty(Of(Train(0.1, 0.2, 0.3), Train(1, 2, 3, 4), Train(7)));
        Assert.Empty(Of(Train(1), Train(2)));
        Assert.Empty(Of(Train(0.1, 0.25, 0.3), Train(3, 2, 1)));
    }

    [Fact]
    public void A_file_without_numbers_says_what_it_holds()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("text.mat");
        File.WriteAllBytes(path, Writer.File(Writer.Numbers(4, 4, "title", [1, 2], 0, Encoding.Unicode.GetBytes("hi"))));
        Assert.Contains("it has title (", Assert.Throws<DatasetException>(() => NeuralSummary.Of(path)).Message, StringComparison.Ordinal);

        File.WriteAllBytes(path, Writer.File());
        Assert.Contains("no variables", Assert.Throws<DatasetException>(() => NeuralSummary.Of(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused_or_ends_between_variables()
    {
        var first = Writer.Packed(Writer.Cells("c", [1, 2], Writer.Doubles("", [1, 1], 1), Writer.Doubles("", [1, 1], 2)));
        var whole = Writer.File(first, Writer.Doubles("d", [1, 2], 3, 4));
        for (var length = 0; length < whole.Length; length++)
        {
            if (length == 128 || length == 128 + first.Length)
            {
                Assert.Equal(length == 128 ? 0 : 1, MatFile.Parse(whole.AsMemory(0, length), "test").Variables.Count);
            }
            else
            {
                var cut = length;
                Assert.StartsWith("test is ", Assert.Throws<DatasetException>(() => MatFile.Parse(whole.AsMemory(0, cut), "test")).Message,
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Absurd_sizes_are_refused_without_allocating_for_them()
    {
        byte[][] absurd =
        [
            Writer.Doubles("a", [int.MaxValue, int.MaxValue], 1),
            Writer.Doubles("a", [-1, 1], 1),
            Writer.Cells("a", [int.MaxValue, int.MaxValue]),
            Writer.Struct("a", [int.MaxValue, 1], ["x"]),
            [.. Writer.Word(14), .. Writer.Word(-1)],
            [.. Writer.Word(99), .. Writer.Word(0)],
            Writer.Array(1, "a", [1], 0, []),
            Writer.Array(50, "a", [1, 1], 0, []),
            Writer.Element(14, Writer.Element(14, [])),
            Writer.Packed([1, 2, 3]),
            [.. Writer.Word(15), .. Writer.Word(4), 1, 2, 3, 4],
        ];
        foreach (var bytes in absurd)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<DatasetException>(() => MatFile.Parse(Writer.File(bytes), "test"));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Deep_nesting_and_bombs_are_refused()
    {
        var deep = Writer.Doubles("", [1, 1], 1);
        for (var level = 0; level < 100; level++)
        {
            deep = Writer.Cells("", [1, 1], deep);
        }

        Assert.Contains("nested more than 64", Assert.Throws<DatasetException>(() => MatFile.Parse(Writer.File(deep), "test")).Message,
            StringComparison.Ordinal);
        var bomb = Writer.File(Writer.Packed(Writer.Numbers(8, 1, "z", [1, 5_000_000], 0, new byte[5_000_000])));
        Assert.True(bomb.Length < 10_000);
        Assert.Contains("1000000 bytes allowed",
            Assert.Throws<DatasetException>(() => MatFile.Parse(bomb, "test", largest: 1_000_000)).Message, StringComparison.Ordinal);
        Assert.Equal(5_000_000, MatFile.Parse(bomb, "test")["z"].Count);
    }

    [Fact]
    public void Random_damage_is_refused_or_gives_a_consistent_file()
    {
        var text = Writer.Numbers(4, 4, "t", [1, 2], 0, Encoding.Unicode.GetBytes("hé"));
        var whole = Writer.File(
            Writer.Struct("s", [1, 2], ["x", "ts"], Writer.Doubles("", [1, 1], 1), text, Writer.Doubles("", [2, 1], 3, 4), text),
            Writer.Packed(Writer.Cells("c", [1, 2], text, Writer.Doubles("", [1, 3], 1, 2, 4))), Writer.Doubles("d", [1, 2], 3, 4));
        var random = new Random(44);
        var (refused, taken) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(128, bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(16));
            }

            try
            {
                var file = MatFile.Parse(bytes, "test");
                MatSpikes.Find(file);
                foreach (var variable in file.Variables.Where(variable => variable.IsNumeric))
                {
                    Assert.Equal(variable.Count, variable.Doubles().Length);
                }

                taken++;
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.True(refused > 1000 && taken > 1000, $"{refused} refused, {taken} taken");
    }

    [Fact]
    public void Version_7_3_is_named()
    {
        var bytes = Writer.File();
        bytes[125] = 2;
        Assert.Contains("version 7.3, which is HDF5", Assert.Throws<DatasetException>(() => MatFile.Parse(bytes, "test")).Message,
            StringComparison.Ordinal);
    }

    [SharedFact("data/it_rdm_kriegeskorte92/rdm_mIT_92x92.npy")]
    public void Kriegeskortes_matrices_are_those_that_were_made_from_them()
    {
        using var scope = torch.NewDisposeScope();
        var folder = Repository.SharedPath("data/it_rdm_kriegeskorte92")!;
        var monkey = SnnNotebooks.Exchange.NumpyArchive.ReadArray(Path.Combine(folder, "rdm_mIT_92x92.npy"));
        var human = SnnNotebooks.Exchange.NumpyArchive.ReadArray(Path.Combine(folder, "rdm_hIT_92x92.npy"));
        Assert.Equal(0.984828, monkey.mean().ToDouble(), 6);
        Assert.Equal(0.838720, human.mean().ToDouble(), 6);
        Assert.Equal(0, (monkey - monkey.t()).abs().max().ToDouble(), 12);
        Assert.Equal(0, human.diagonal().abs().max().ToDouble(), 12);

        var upper = torch.triu_indices(92, 92, 1);
        var pairs = torch.stack([monkey[upper[0], upper[1]], human[upper[0], upper[1]]]);
        Assert.Equal(4186, pairs.shape[1]);
        Assert.Equal(0.491210, torch.corrcoef(pairs)[0, 1].ToDouble(), 6);

        var brain = MatFile.Read(Path.Combine(folder, "92_brainRDMs.mat"))["RDMs"];
        Assert.Equal([1, 4, 2], brain.Shape);
        Assert.Equal([92, 92], brain.Field("RDM").Shape);
        Assert.Equal(["RDM", "name", "color"], brain.Fields);
        using var sample = brain.Field("RDM").ToTensor();
        Assert.Equal(0.82878304, sample[1, 0].ToDouble(), 7);
        Assert.Equal(8, MatFile.Read(Path.Combine(folder, "92_modelRDMs.mat"))["Models"].Count);
        Assert.Equal(16, MatFile.Read(Path.Combine(folder, "92_behavRDMs.mat"))["rdms_behav_92"].Count);
        Assert.Equal("bool", MatFile.Read(Path.Combine(folder, "rdm92_V1model.mat"))["validConditionsLOG"].ElementName);
    }
}
