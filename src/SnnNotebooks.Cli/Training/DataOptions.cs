using System.CommandLine;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Models;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>The options that say which data a network is given, and in what form.</summary>
internal sealed class DataOptions
{
    private readonly Option<string> data = new("--data")
    {
        Description =
            $"{string.Join(", ", DataSources.Names)}, or folder:PATH for a folder with train and test, each with a folder for each "
            + "class.",
        DefaultValueFactory = _ => "fashion-mnist-mini",
    };

    private readonly Option<string?> folder = new("--data-folder")
    {
        Description = "The folder that holds the data set, or the data sets by name. By default $SNN_DATA, else where `snn data get` puts "
            + "them.",
    };

    private readonly Option<int> limit = new("--limit", "--images")
    {
        Description = "At most so many inputs to learn from and to test on, spread evenly over the set; 0 for all.",
    };

    private readonly Option<bool> partial = new("--partial")
    {
        Description = "Take a data set whose counts are not the official ones, say what there is, and check no checksums.",
    };

    private readonly Option<bool> skip = new("--skip-damaged")
    {
        Description = "Leave out files that turn out to be damaged, and count them. By default one ends the run.",
    };

    private readonly Option<int> split = new("--split")
    {
        Description = "Which of the official splits, where there are several (UCF101: 1 to 3).", DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> size = new("--size")
    {
        Description = "Height and width of an input, pixels; the network's own by default.",
    };

    private readonly Option<int?> steps = new("--time-steps") { Description = "T; the network's own by default." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { data, folder, limit, partial, skip, split, size, steps })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The data set asked for.</summary>
    public DataSource Source(ParseResult parsed)
    {
        if (parsed.GetValue(folder) is { Length: > 0 } place)
        {
            Environment.SetEnvironmentVariable("SNN_DATA", Path.GetFullPath(Named.Folder(place, "the data set, or the data sets by name")));
        }

        return Named.Of(() => DataSources.Get(parsed.GetValue(data)!));
    }

    /// <summary>Which data these are, wherever they lie.</summary>
    public string Describe(ParseResult parsed, LabelledData opened)
    {
        var name = DataSources.Names.Contains(opened.Name) ? opened.Name
            : $"a folder of classes from {opened.ClassNames[0]} to {opened.ClassNames[^1]}";
        return parsed.GetValue(split) == 1 ? name : $"{name}, split {parsed.GetValue(split)}";
    }

    /// <summary>The form in which a network takes it.</summary>
    public InputShape Shape(ParseResult parsed, ModelPreset network, InputShape source) =>
        network.ShapeFor(source, TimeSteps(parsed), AtLeast(1, parsed.GetValue(size), "--size"));

    /// <summary>T asked for; null for the network's own.</summary>
    public int? TimeSteps(ParseResult parsed) => AtLeast(1, parsed.GetValue(steps), "--time-steps");

    /// <summary>How it is opened.</summary>
    public DataRequest Request(ParseResult parsed, InputShape shape) => new(shape)
    {
        Limit = AtLeast(0, parsed.GetValue(limit), "--limit")!.Value, Partial = parsed.GetValue(partial), Split = parsed.GetValue(split),
        Damage = new DamageLog(parsed.GetValue(skip)),
    };

    private static int? AtLeast(int least, int? value, string option) => value < least
        ? throw new ArgumentException($"{option} is {value}; expected at least {least}.")
        : value;
}
