using SnnNotebooks.Weave;

// run by SnnNotebooks.Core.targets, which shows the line as MSBuild's error
if (args is not [var from, var to])
{
    Console.Error.WriteLine("expected two arguments: an assembly, and where its copy goes");
    return 2;
}

try
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    var temporary = $"{to}.{Environment.ProcessId}";
    LivingArguments.Copy(from, temporary);
    File.Move(temporary, to, overwrite: true); // what stands there may be a hard link to a program's own copy
    return 0;
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or BadImageFormatException)
{
    Console.Error.WriteLine(
        $"error SNN0001: {from} cannot be copied with arguments that stay alive: {failed.Message} "
        + "Restore the package TorchSharp again, or build with -p:SnnWeaveTorchSharp=false and take the risk.");
    return 1;
}
