using System.Diagnostics;
using PureHDF;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Tests.Datasets.Events;
using SnnNotebooks.Tests.Datasets.Neural;

namespace SnnNotebooks.Tests.Datasets.Sources;

/// <summary>Every data set in its official layout and its real formats, a few files of each.</summary>
internal static class OfficialLayouts
{
    /// <summary>An orange JPEG of 24 x 20 pixels, written by ffmpeg.</summary>
    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ub"
        + "m7q6srLZ2eD/////xABNAAEBAAAAAAAAAAAAAAAAAAAABgEBAQEAAAAAAAAAAAAAAAAAAAYHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgA"
        + "FAAYAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8ArQGOroAAAAAB/9k=");

    private static readonly string[] Digits = ["0", "1"];
    private static readonly string[] Synsets = ["n01440764", "n01443537"];
    private static readonly string[] CifarNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
        "ship", "truck"];
    private static readonly byte[] Atis = EventSamples.All["atis.bin"];

    /// <summary>Writes a data set under a folder of data sets.</summary>
    public static void Write(string root, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        switch (name)
        {
            case "mnist" or "fashion-mnist":
                Idx(folder, "train", 8);
                Idx(folder, "t10k", 4);
                break;
            case "cifar10":
                foreach (var file in Enumerable.Range(1, 5).Select(batch => $"data_batch_{batch}").Append("test_batch"))
                {
                    Put(Path.Combine(folder, "cifar-10-batches-bin", file + ".bin"), Records(labels: 1, 2));
                }

                break;
            case "cifar100":
                Put(Path.Combine(folder, "cifar-100-binary", "train.bin"), Records(labels: 2, 8));
                Put(Path.Combine(folder, "cifar-100-binary", "test.bin"), Records(labels: 2, 4));
                break;
            case "imagenet":
                Folders(folder, "train", Synsets, 4, "_1.JPEG", Jpeg);
                Folders(folder, "val", Synsets, 2, ".JPEG", Jpeg);
                break;
            case "cifar10-dvs":
                Folders(folder, string.Empty, CifarNames, 10, ".aedat", EventSamples.All["dvs128.aedat"]);
                break;
            case "n-mnist":
                Folders(folder, "Train", Digits, 4, ".bin", Atis);
                Folders(folder, "Test", Digits, 2, ".bin", Atis);
                break;
            case "n-caltech101":
                Folders(folder, "Caltech101", ["accordion", "wrench"], 10, ".bin", Atis);
                break;
            case "dvs128-gesture":
                Gestures(Path.Combine(folder, "DvsGesture"));
                break;
            case "ucf101":
                Ucf101(folder);
                break;
            default:
                Speech(Path.Combine(folder, name + "_train.h5"), 8);
                Speech(Path.Combine(folder, name + "_test.h5"), 4);
                break;
        }
    }

    /// <summary>The validation images of ImageNet flat, with the ground truth of the development kit or in the other form.</summary>
    public static void FlattenValidation(string imageNet, bool official)
    {
        var val = Path.Combine(imageNet, "val");
        Directory.Delete(val, recursive: true);
        foreach (var image in new[] { 1, 2, 3 })
        {
            Put(Path.Combine(val, $"ILSVRC2012_val_0000000{image}.JPEG"), Jpeg);
        }

        if (official)
        {
            var kit = Path.Combine(imageNet, "ILSVRC2012_devkit_t12", "data");
            var mat = new MatBytes();
            Put(Path.Combine(kit, "meta.mat"), mat.File(mat.Struct(
                "synsets", [2, 1], ["ILSVRC2012_ID", "WNID"], mat.Doubles(string.Empty, [1, 1], 1), Text(mat, Synsets[1]),
                mat.Doubles(string.Empty, [1, 1], 2), Text(mat, Synsets[0]))));
            File.WriteAllText(Path.Combine(kit, "ILSVRC2012_validation_ground_truth.txt"), "2\n1\n1\n");
        }
        else
        {
            File.WriteAllText(
                Path.Combine(imageNet, "LOC_val_solution.csv"),
                "ImageId,PredictionString\nILSVRC2012_val_00000001,n01440764 1 2 3 4 \nILSVRC2012_val_00000003,n01443537 1 2 3 4 "
                + "n01443537 5 6 7 8\n"
                + "ILSVRC2012_val_00000002,n01443537 1 2 3 4\n");
        }
    }

    /// <summary>Spikes of some samples, in lists of lengths of their own.</summary>
    public static void Speech(string path, int samples)
    {
        var places = Enumerable.Range(0, samples).ToArray();
        new H5File
        {
            ["spikes"] = new H5Group
            {
                ["times"] = places.Select(sample => Enumerable.Range(0, 3 + sample).Select(spike => 0.1f * spike).ToArray()).ToArray(),
                ["units"] = places.Select(
                    sample => Enumerable.Range(0, 3 + sample).Select(spike => (ushort)(699 - spike)).ToArray()).ToArray(),
            },
            ["labels"] = Array.ConvertAll(places, sample => (ushort)(sample % 2)),
        }.Write(path);
    }

    public static void Put(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static byte[] Text(MatBytes mat, string text) =>
        mat.Numbers(4, 16, string.Empty, [1, text.Length], 0, [.. text.Select(letter => (byte)letter)]);

    private static void Idx(string folder, string prefix, int count)
    {
        var random = new Random(count);
        var pixels = new byte[count * 28 * 28];
        random.NextBytes(pixels);
        Put(Path.Combine(folder, prefix + "-images-idx3-ubyte.gz"), new IdxArray([count, 28, 28], pixels).ToGzip());
        byte[] labels = [.. Enumerable.Range(0, count).Select(label => (byte)(label % 10))];
        Put(Path.Combine(folder, prefix + "-labels-idx1-ubyte.gz"), new IdxArray([count], labels).ToGzip());
    }

    private static byte[] Records(int labels, int count)
    {
        var random = new Random(count);
        var bytes = new byte[count * (labels + 3072)];
        random.NextBytes(bytes);
        for (var record = 0; record < count; record++)
        {
            for (var label = 0; label < labels; label++)
            {
                bytes[(record * (labels + 3072)) + label] = (byte)record;
            }
        }

        return bytes;
    }

    private static void Folders(string root, string part, string[] classes, int count, string ending, byte[] content)
    {
        foreach (var name in classes)
        {
            for (var file = 0; file < count; file++)
            {
                Put(Path.Combine(root, part, name, $"{name}_{file}{ending}"), content);
            }
        }
    }

    private static void Gestures(string folder)
    {
        Put(Path.Combine(folder, "user01_lab.aedat"), EventSamples.All["packets.aedat"]);
        Put(Path.Combine(folder, "user02_led.aedat"), EventSamples.All["packets.aedat"]);
        File.WriteAllText(Path.Combine(folder, "trials_to_train.txt"), "user01_lab.aedat\n");
        File.WriteAllText(Path.Combine(folder, "trials_to_test.txt"), "user02_led.aedat\n");
        const string Labels = "class,startTime_usec,endTime_usec\n1,10,4000\n2,10,70001\n11,4000,70200\n3,10,70400\n";
        File.WriteAllText(Path.Combine(folder, "user01_lab_labels.csv"), Labels);
        File.WriteAllText(Path.Combine(folder, "user02_led_labels.csv"), Labels);
    }

    private static void Ucf101(string folder)
    {
        string[] classes = ["ApplyEyeMakeup", "YoYo"];
        var lists = Directory.CreateDirectory(Path.Combine(folder, "ucfTrainTestlist")).FullName;
        File.WriteAllText(Path.Combine(lists, "classInd.txt"), "1 ApplyEyeMakeup\n2 YoYo\n");
        string[] Clips(string group) =>
            [.. classes.SelectMany(name => new[] { 1, 2 }.Select(clip => $"{name}/v_{name}_g{group}_c0{clip}.avi"))];
        for (var split = 1; split <= 3; split++)
        {
            File.WriteAllLines(
                Path.Combine(lists, $"trainlist0{split}.txt"), Clips("08")
                    .Select(clip => $"{clip} {Array.IndexOf(classes, clip.Split('/')[0]) + 1}"));
            File.WriteAllLines(Path.Combine(lists, $"testlist0{split}.txt"), Clips("01"));
        }

        foreach (var clip in Clips("08").Concat(Clips("01")))
        {
            var path = Path.Combine(folder, "UCF-101", clip);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var process = Process.Start(
                "/usr/bin/ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=0.4", "-c:v", "mpeg4", path]);
            process.WaitForExit();
        }
    }
}
