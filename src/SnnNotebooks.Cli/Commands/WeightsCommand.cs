using System.CommandLine;
using SnnNotebooks.Exchange;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn weights</c>: looks into checkpoint files and converts them.</summary>
internal static class WeightsCommand
{
    public static Command Create() => new("weights", "Checkpoints: safetensors, and PyTorch's .pt and .pth.") { Inspect(), Convert() };

    private static Command Inspect()
    {
        var file = new Argument<string>("FILE") { Description = "The checkpoint." };
        var command = new Command("inspect",
            "What a checkpoint holds: each tensor's key, shape and type, and what else there is.") { file };
        command.SetAction(parsed => Guard(() =>
        {
            using var checkpoint = Checkpoint.Read(parsed.GetValue(file)!);
            foreach (var (key, value) in checkpoint.Tensors)
            {
                Console.WriteLine($"{key.Shown()}\t[{string.Join(", ", value.shape)}]\t{value.dtype.ToString().ToLowerInvariant()}");
            }

            foreach (var (name, text) in checkpoint.Metadata)
            {
                Console.WriteLine($"# {name.Shown()}: {text.Shown()}");
            }

            foreach (var remark in checkpoint.Remarks)
            {
                Console.WriteLine($"# {remark.Shown()}");
            }

            Console.WriteLine(
                $"# {checkpoint.Format}: {checkpoint.Tensors.Count} tensors, "
                + $"{checkpoint.Tensors.Sum(entry => entry.Value.numel())} numbers");
        }));
        return command;
    }

    private static Command Convert()
    {
        var file = new Argument<string>("FILE") { Description = "The checkpoint." };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "The safetensors file to write; FILE with the ending .safetensors where none is given.",
        };
        var command = new Command("convert", "Writes a checkpoint's tensors as a safetensors file.") { file, output };
        command.SetAction(parsed => Guard(() =>
        {
            var path = parsed.GetValue(file)!;
            using var checkpoint = Checkpoint.Read(path);
            var target = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".safetensors");
            checkpoint.Write(target);
            Console.WriteLine($"wrote {target}: {checkpoint.Tensors.Count} tensors");
        }));
        return command;
    }

    private static int Guard(Action work)
    {
        try
        {
            work();
            return ExitCode.Success;
        }
        catch (Exception failed) when (failed is CheckpointException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Of(failed);
        }
    }
}
