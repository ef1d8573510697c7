using System.Security.Cryptography;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Events;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets;

public sealed class LoaderTests : IDisposable
{
    private readonly DataFolder data = new();

    public void Dispose() => data.Dispose();

    [SharedFact("data/mnist/train-images-idx3-ubyte.gz")]
    public void MNIST_has_the_stated_mean_and_first_labels()
    {
        var place = Directory.CreateDirectory(Path.Combine(data.Path, "mnist")).FullName;
        foreach (var file in Directory.GetFiles(Repository.SharedPath("data/mnist")!, "*.gz"))
        {
            File.CreateSymbolicLink(Path.Combine(place, Path.GetFileName(file)), file);
        }

        var (train, test) = Mnist.Load();
        using (train)
        using (test)
        {
            Assert.Equal([60_000, 1, 28, 28], train.Images.shape);
            Assert.Equal(10_000, test.Count);
            Assert.Equal(0.13066048, train.Images.mean([0, 1, 2, 3], type: ScalarType.Float64).item<double>(), 7);
            Assert.Equal([5, 0, 4, 1], train.Labels.data<long>().Take(4));
            Assert.Equal([7, 2, 1, 0], test.Labels.data<long>().Take(4));
        }
    }

    [SharedFact("data/cifar10/sprites_png/cifar10_batch_9.png")]
    public void The_first_file_of_CIFAR10_is_rebuilt_from_sprites_to_the_byte()
    {
        var records = Cifar.FromSprites(Repository.SharedPath("data/cifar10/sprites_png")!, 1);
#pragma warning disable CA5351 // the published sum
        Assert.Equal("5dd7e06a14cb22eb9f671a540d1b7c25", Convert.ToHexStringLower(MD5.HashData(records)));
#pragma warning restore CA5351
        var path = Path.Combine(data.Path, "data_batch_1.bin");
        File.WriteAllBytes(path, records);
        using var images = Cifar.ReadTen(path);

        Assert.Equal([10_000, 3, 32, 32], images.Images.shape);
        Assert.Equal([6, 9, 9, 4, 1, 1, 2, 7, 8, 3], images.Labels.data<long>().Take(10));
        Assert.Equal(121.041034, images.Images.mean([0, 1, 2, 3], type: ScalarType.Float64).item<double>() * 255, 4);
        var labels = images.Labels.data<long>().ToArray();
        Assert.Equal([1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981],
            Enumerable.Range(0, 10).Select(label => labels.Count(found => found == label)));
        Assert.Contains("cifar10_batch_12.png is missing",
            Assert.Throws<DatasetException>(() => Cifar.FromSprites(Repository.SharedPath("data/cifar10/sprites_png")!, 2)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void CIFAR100_gives_fine_labels_and_damage_is_refused()
    {
        var place = Directory.CreateDirectory(Path.Combine(data.Path, "cifar100", "cifar-100-binary")).FullName;
        File.WriteAllBytes(Path.Combine(place, "train.bin"), [3, 77, .. new byte[3072], 19, 99, .. Enumerable.Repeat((byte)255, 3072)]);
        File.WriteAllBytes(Path.Combine(place, "test.bin"), [0, 0, .. new byte[3072]]);
        var (train, test) = Cifar.LoadHundred();
        using (train)
        using (test)
        {
            Assert.Equal([77, 99], train.Labels.data<long>().ToArray());
            Assert.Equal(0.5f, train.Images.mean().item<float>());
            Assert.Equal(100, test.ClassNames.Count);
        }

        File.WriteAllBytes(Path.Combine(place, "train.bin"), new byte[3073]);
        Assert.Contains("no whole number of records of 3074 bytes", Assert.Throws<DatasetException>(() => Cifar.LoadHundred()).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(place, "train.bin"), [0, 100, .. new byte[3072]]);
        Assert.Contains("a label is 100", Assert.Throws<DatasetException>(() => Cifar.LoadHundred()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sets_that_are_not_here_say_how_to_get_them()
    {
        Assert.Contains("snn data get mnist", Assert.Throws<DatasetException>(() => Mnist.Load()).Message, StringComparison.Ordinal);
        Assert.Contains("snn data get cifar10", Assert.Throws<DatasetException>(() => Cifar.LoadTen()).Message, StringComparison.Ordinal);
        Assert.Contains("snn data get n-mnist", Assert.Throws<DatasetException>(() => EventFolders.NMnist(true)).Message,
            StringComparison.Ordinal);
        Assert.Contains("DvsGesture.tar.gz", Assert.Throws<DatasetException>(() => DvsGesture.Load(true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_images_are_classes_in_order()
    {
        byte[] bitmap = [0x42, 0x4D, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 4,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 20, 10, 0];
        foreach (var (name, file) in new[] { ("n02", "b.bmp"), ("n01", "c.bmp"), ("n01", "a.bmp"), ("n03", "readme.txt") })
        {
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(data.Path, "images", name)).FullName, file), bitmap);
        }

        var images = ImageFolder.Open(Path.Combine(data.Path, "images"));

        Assert.Equal(["n01", "n02"], images.ClassNames);
        Assert.Equal([("a.bmp", 0), ("c.bmp", 0), ("b.bmp", 1)], images.Items.Select(item => (Path.GetFileName(item.Path), item.Label)));
        Assert.Equal([10, 20, 30], images.Read(0).Pixels);
        File.WriteAllBytes(images.Items[0].Path, bitmap[..40]);
        Assert.Throws<DatasetException>(() => images.Read(0));
        Assert.Throws<DatasetException>(() => ImageFolder.Open(Path.Combine(data.Path, "none")));
    }

    [Fact]
    public void Folders_of_recordings_are_a_data_set_of_your_own()
    {
        foreach (var name in new[] { "wave", "clap" })
        {
            EventSamples.Write(Directory.CreateDirectory(Path.Combine(data.Path, "mine", name)).FullName, "evt3.raw");
            EventSamples.Write(Path.Combine(data.Path, "mine", name), "atis.bin");
        }

        var recordings = EventFolders.Open(Path.Combine(data.Path, "mine"));

        Assert.Equal(["clap", "wave"], recordings.ClassNames);
        Assert.Equal([0, 0, 1, 1], recordings.Items.Select(item => item.Label));
        Assert.Equal(17, recordings.Read(3).Count);
    }

    [Fact]
    public void CIFAR10_DVS_has_the_axes_of_published_loaders()
    {
        // an address with column bits 3, row bits 5 and polarity bit 1
        var path = EventSamples.Write(data.Path, "one.aedat", [.. "#!AER-DAT2.0\r\n"u8, 0, 0, 5, (3 << 1) | 1, 0, 0, 0, 9]);
        var turned = EventFolders.TurnCifar10Dvs(EventRecording.Load(path));

        Assert.Equal((127 - 5, 127 - 3, 0), (turned.X[0], turned.Y[0], turned.On[0]));
    }

    [Fact]
    public void Gestures_are_cut_by_their_label_files()
    {
        var folder = Directory.CreateDirectory(Path.Combine(data.Path, "dvs128-gesture", "DvsGesture")).FullName;
        EventSamples.Write(folder, "user01_lab.aedat", EventSamples.All["packets.aedat"]);
        File.WriteAllText(Path.Combine(folder, "trials_to_train.txt"), "user01_lab.aedat\n\n");
        File.WriteAllText(Path.Combine(folder, "trials_to_test.txt"), "../evil.aedat\n");
        File.WriteAllText(Path.Combine(folder, "user01_lab_labels.csv"), "class,startTime_usec,endTime_usec\n1,25,4000\n11,4000,70001\n");
        var samples = DvsGesture.Load(train: true).ToList();

        Assert.Equal([(3, 0), (3, 10)], samples.Select(sample => (sample.Sample.Count, sample.Label)));
        Assert.Equal([25, 25, 140], samples[0].Sample.Times.ToArray());
        Assert.Throws<DatasetException>(() => DvsGesture.Load(train: false).ToList());
        File.WriteAllText(Path.Combine(folder, "user01_lab_labels.csv"), "class,start,end\n12,1,2\n");
        Assert.Contains("line 2: '12,1,2' is no class (1 to 11)",
            Assert.Throws<DatasetException>(() => DvsGesture.Load(train: true).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_by_class_take_the_first_or_a_drawn_part()
    {
        int[] labels = [1, 0, 1, 0, 0, 1, 1];
        var (train, test) = ClassSplit.First(labels, 0.5);
        Assert.Equal([1, 3, 0, 2], train);
        Assert.Equal([4, 5, 6], test);

        var drawn = ClassSplit.Random(labels, 0.5, seed: 3);
        Assert.Equal(drawn.Train, ClassSplit.Random(labels, 0.5, seed: 3).Train);
        Assert.Equal(Enumerable.Range(0, 7), drawn.Train.Concat(drawn.Test).Order());
        Assert.Equal([2, 2], drawn.Train.GroupBy(sample => labels[sample]).Select(group => group.Count()));
        Assert.Equal((9000, 1000), (ClassSplit.First([.. Enumerable.Range(0, 10_000).Select(i => i / 1000)], 0.9).Train.Count, 1000));
    }

    [Fact]
    public void Official_lists_of_UCF101_and_HMDB51_are_read()
    {
        var ucf = Directory.CreateDirectory(Path.Combine(data.Path, "ucf", "ucfTrainTestlist")).Parent!.FullName;
        File.WriteAllText(Path.Combine(ucf, "ucfTrainTestlist", "classInd.txt"), "1 ApplyEyeMakeup\r\n2 Archery\r\n");
        File.WriteAllText(Path.Combine(ucf, "ucfTrainTestlist", "trainlist01.txt"),
            "Archery/v_Archery_g08_c01.avi 2\r\nApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\r\n");
        File.WriteAllText(Path.Combine(ucf, "ucfTrainTestlist", "testlist01.txt"), "Archery/v_Archery_g01_c01.avi\n");
        var (classes, clips) = ActionLists.Ucf101(ucf, 1, train: true);
        Assert.Equal(["ApplyEyeMakeup", "Archery"], classes);
        Assert.Equal([(Path.Combine(ucf, "UCF-101", "Archery", "v_Archery_g08_c01.avi"), 1),
            (Path.Combine(ucf, "UCF-101", "ApplyEyeMakeup", "v_ApplyEyeMakeup_g08_c01.avi"), 0)], clips);
        Assert.Equal(1, Assert.Single(ActionLists.Ucf101(ucf, 1, train: false).Clips).Label);
        Assert.Throws<DatasetException>(() => ActionLists.Ucf101(ucf, 2, train: true));
        File.WriteAllText(Path.Combine(ucf, "ucfTrainTestlist", "testlist01.txt"), "../../etc/passwd\n");
        Assert.Throws<DatasetException>(() => ActionLists.Ucf101(ucf, 1, train: false));

        var hmdb = Directory.CreateDirectory(Path.Combine(data.Path, "hmdb", "testTrainMulti_7030_splits")).Parent!.FullName;
        File.WriteAllText(Path.Combine(hmdb, "testTrainMulti_7030_splits", "wave_test_split1.txt"), "a#1.avi 1 \nb.avi 2 \nc.avi 0 \n");
        File.WriteAllText(Path.Combine(hmdb, "testTrainMulti_7030_splits", "brush_hair_test_split1.txt"), "d.avi 1\n");
        var (names, training) = ActionLists.Hmdb51(hmdb, 1, train: true);
        Assert.Equal(["brush_hair", "wave"], names);
        Assert.Equal([("d.avi", 0), ("a#1.avi", 1)], training.Select(clip => (Path.GetFileName(clip.Path), clip.Label)));
        Assert.Equal("b.avi", Path.GetFileName(Assert.Single(ActionLists.Hmdb51(hmdb, 1, train: false).Clips).Path));
    }

    [Theory]
    [InlineData("1 YoYo\n2 Archery\n", "YoYo/v_Yo Yo \u00FC_g08.avi 1\nArchery/a 7.avi 2\n", null)]
    [InlineData("1 YoYo\n3 Archery\n", "YoYo/a.avi 1\n", "classInd.txt, line 2: '3 Archery' is not the number 2 and a class of its own")]
    [InlineData("1 YoYo\n2 YoYo\n", "YoYo/a.avi 1\n", "classInd.txt, line 2: '2 YoYo'")]
    [InlineData("YoYo\n", "YoYo/a.avi 1\n", "classInd.txt, line 1: 'YoYo'")]
    [InlineData("1 YoYo\n2 Archery\n", "YoYo/a.avi 1\nArchery/b.avi 1\n", "trainlist01.txt, line 2: 'Archery/b.avi 1'")]
    [InlineData("1 YoYo\n", "YoYo\\a.avi 1\n", "trainlist01.txt, line 1")]
    [InlineData("1 YoYo\n", "YoYo/../a.avi 1\n", "trainlist01.txt, line 1")]
    public void Lists_of_UCF101_name_clips_and_classes_as_they_are_and_agree(string classes, string clips, string? wrong)
    {
        var lists = Directory.CreateDirectory(Path.Combine(data.Path, "ucf", "ucfTrainTestlist")).FullName;
        File.WriteAllText(Path.Combine(lists, "classInd.txt"), classes);
        File.WriteAllText(Path.Combine(lists, "trainlist01.txt"), clips);
        if (wrong is null)
        {
            Assert.Equal(["v_Yo Yo \u00FC_g08.avi", "a 7.avi"],
                ActionLists.Ucf101(Path.Combine(data.Path, "ucf"), 1, train: true).Clips.Select(clip => Path.GetFileName(clip.Path)));
            return;
        }

        var refused = Assert.Throws<DatasetException>(() => ActionLists.Ucf101(Path.Combine(data.Path, "ucf"), 1, train: true));
        Assert.Contains(wrong, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("S001C002P003R002A013_rgb.avi", false, true)]
    [InlineData("S017C001P008R001A060.skeleton", true, false)]
    [InlineData("S001C003P001R001A001", true, true)]
    public void NTU_splits_follow_from_names(string name, bool bySubject, bool byView)
    {
        Assert.Equal(bySubject, ActionLists.IsNtuTraining(name, NtuProtocol.CrossSubject));
        Assert.Equal(byView, ActionLists.IsNtuTraining(name, NtuProtocol.CrossView));
        Assert.Throws<DatasetException>(() => ActionLists.IsNtuTraining("S001C001P001R001A061_rgb.avi", NtuProtocol.CrossView));
    }
}
