using System.CommandLine;
using System.Globalization;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn data</c>: what data sets there are, where they are, whether they are whole; fetches and builds them.</summary>
internal static class DataCommand
{
    public static Command Create() =>
        new("data", "The data sets: list, get, check, where, build.") { List(), Get(), Check(), Where(), Build() };

    private static Command List()
    {
        var command = new Command("list", "Every data set, its licence, size and purpose, and whether it is on this machine.");
        command.SetAction(_ =>
        {
            foreach (var entry in DatasetRegistry.All)
            {
                Console.WriteLine($"{entry.Id}: {entry.Title} (licence {entry.Licence}, {Size(entry)})");
                Console.WriteLine($"  {entry.Purpose}");
                Console.WriteLine(
                    "  " + (DatasetLocator.Find(entry) is { } folder
                        ? $"here: {folder}"
                        : (entry.IsGenerated ? string.Empty : "not here. ") + DatasetLocator.HowToGet(entry)));
            }
        });
        return command;
    }

    private static string Size(DatasetEntry entry) =>
        entry.Size ?? string.Create(CultureInfo.InvariantCulture, $"{entry.Files.Sum(file => file.Bytes) / 1e6:0.0} MB unpacked");

    private static Command Get()
    {
        var id = new Argument<string>("ID") { Description = "The data set." };
        var command = new Command("get", "Downloads a data set, goes on where an earlier download stopped, and verifies it.") { id };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var entry = Named.Of(() => DatasetRegistry.Get(parsed.GetValue(id)!));
            if (DatasetLocator.Find(entry) is { } folder)
            {
                Console.WriteLine($"{entry.Id} is here already: {folder}");
                return;
            }

            if (entry.IsGenerated)
            {
                Console.WriteLine($"{entry.Id}: nothing to get. {DatasetLocator.HowToGet(entry)}");
                return;
            }

            var target = DatasetLocator.Place(entry);
            foreach (var archive in entry.Archives?.Where(
                archive => archive.Url is not null && archive.Md5 is null && archive.Sha256 is null) ?? [])
            {
                Console.Error.WriteLine($"{archive.Name}: {archive.ChecksumSource}; it is taken as it comes.");
            }

            using var client = new HttpClient();
            await new DatasetDownloader(client).GetAsync(entry, target, new DownloadProgress(), cancellation).ConfigureAwait(false);
            Console.WriteLine($"{entry.Id} is in {target}");
        }));
        return command;
    }

    private static Command Check()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The data set; all that are here where none is named.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("check", "Compares the content of the files with the checksums of the registry.") { id };
        command.SetAction((parsed, _) => GuardAsync(() =>
        {
            var named = parsed.GetValue(id);
            foreach (var entry in named is null
                ? DatasetRegistry.All.Where(entry => DatasetLocator.Find(entry) is not null)
                : [Named.Of(() => DatasetRegistry.Get(named))])
            {
                if (entry.IsGenerated)
                {
                    Console.WriteLine($"{entry.Id}: nothing to check. {DatasetLocator.HowToGet(entry)}");
                    continue;
                }

                var (checkedSums, present) = DatasetCheck.Run(entry);
                Console.WriteLine(
                    $"{entry.Id}: {checkedSums} files have the checksums they should "
                    + $"have{(present > 0 ? $", {present} files or folders without known checksum are there" : string.Empty)}, in "
                    + $"{DatasetLocator.Folder(entry)}");
            }

            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Where()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The data set; the folder of all downloads where none is named.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("where",
            "The folder a data set is in; where it is not here, the folder it belongs in, and exit code 1.") { id };
        command.SetAction((parsed, _) => GuardAsync(() =>
        {
            if (parsed.GetValue(id) is not { } named)
            {
                Console.WriteLine(DatasetLocator.DownloadRoot);
                return Task.CompletedTask;
            }

            var entry = Named.Of(() => DatasetRegistry.Get(named));
            Console.WriteLine(DatasetLocator.Find(entry) ?? DatasetLocator.Place(entry));
            return DatasetLocator.Find(entry) is null
                ? throw new DatasetException($"The data set {entry.Id} is not on this machine. {DatasetLocator.HowToGet(entry)}")
                : Task.CompletedTask;
        }));
        return command;
    }

    private static Command Build()
    {
        var id = new Argument<string>("ID") { Description = "The data set; fashion-mnist-mini is the one that is built." };
        id.AcceptOnlyFromAmong("fashion-mnist-mini");
        var from = new Option<string>("--from") { Description = "Folder with the four files of Fashion-MNIST.", Required = true };
        var to = new Option<string>("--out") { Description = "Folder for the four files of the slice.", Required = true };
        var command = new Command("build", "Makes a data set that ships with the kit from its full set.") { id, from, to };
        command.SetAction((parsed, _) => GuardAsync(() =>
        {
            FashionMnist.BuildMini(Named.Folder(parsed.GetValue(from)!, "the four files of Fashion-MNIST"), parsed.GetValue(to)!);
            Console.WriteLine($"made {parsed.GetValue(to)}");
            return Task.CompletedTask;
        }));
        return command;
    }

    private static async Task<int> GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (Exception failed) when (failed is DatasetException or KeyNotFoundException or IOException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Of(failed);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. What was fetched is kept; the same command goes on from there.");
            return ExitCode.Failure;
        }
    }

    private sealed class DownloadProgress : IProgress<(string File, long Bytes)>
    {
        private long shown;

        public void Report((string File, long Bytes) value)
        {
            if (Math.Abs(value.Bytes - shown) >= 1 << 20)
            {
                shown = value.Bytes;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Bytes / 1e6:0.0} MB"));
            }
        }
    }
}
