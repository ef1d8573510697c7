using System.Diagnostics;
using System.Security.Cryptography;
using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Native;

/// <summary>A stranger's programs that refer to packages: built, built again, published, each with the SDK alone.</summary>
public sealed class PackagedProgramTests : IDisposable
{
    private const string Core = "SnnNotebooks.Core", Data = "SnnNotebooks.Data";
    private readonly TemporaryFolder folder = new();
    private readonly string version = $"0.0.0-test.{Environment.ProcessId}";
    private bool isElsewhere; // on a machine that never restored libtorch

    private static string Cache => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public void Dispose()
    {
        folder.Dispose();
        foreach (var package in new[] { Core, Data })
        {
            var unpacked = Path.Combine(Cache, package.ToLowerInvariant(), version);
            if (Directory.Exists(unpacked))
            {
                Directory.Delete(unpacked, recursive: true);
            }
        }
    }

    [Fact]
    public async Task A_program_that_refers_to_the_package_keeps_its_arguments_and_the_package_cache_is_only_read()
    {
        var original = Path.Combine(
            Cache, "torchsharp", typeof(torch).Assembly.GetName().Version!.ToString(3), "lib", "net8.0", "TorchSharp.dll");
        var before = Checksum(original);
        await PackAsync(Core);
        WriteProgram(
            """
            using var neuron = new SnnNotebooks.Neurons.LIFNode(tau: 2);
            System.Console.WriteLine($"spikes: {neuron.call(TorchSharp.torch.full(4, 1, 3, 3f)).sum().item<float>()}");
            var sum = TorchSharp.torch.ones(2, 3).sum().item<float>();
            System.Console.WriteLine($"keeps arguments: {SnnNotebooks.Native.TorchSharpAssembly.KeepsArguments}, {sum}");
            """,
            (Core, version),
            LibtorchPackage());

        await SdkAsync("build", "program.csproj", "-c", "Release");
        var restored = File.ReadAllText(folder.File("obj/project.assets.json"));
        Assert.Contains("\"TorchSharp/", restored, StringComparison.Ordinal);
        string[] strangers = ["PureHDF", "K4os", "ZstdSharp", "StbImageSharp", "MathNet", "FSharp.Core", "Plotly", "SnnNotebooks.Data"];
        Assert.DoesNotContain(strangers, stranger => restored.Contains(stranger, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("spikes: 12", await RunAsync("bin/Release/net10.0/program.dll"), StringComparison.Ordinal);
        Assert.Contains("keeps arguments: True, 6", await RunAsync("bin/Release/net10.0/program.dll"), StringComparison.Ordinal);
        var woven = Directory.GetFiles(Path.Combine(folder.Path, "obj"), "TorchSharp.dll", SearchOption.AllDirectories);
        var written = File.GetLastWriteTimeUtc(Assert.Single(woven));

        await SdkAsync("build", "program.csproj", "-c", "Release");
        Assert.Equal(written, File.GetLastWriteTimeUtc(woven[0]));

        await SdkAsync("publish", "program.csproj", "-c", "Release", "--no-build", "-o", "published");
        Assert.Contains("keeps arguments: True, 6", await RunAsync("published/program.dll"), StringComparison.Ordinal);

        await SdkAsync("build", "program.csproj", "-c", "Release", "-p:SnnWeaveTorchSharp=false");
        Assert.Contains("keeps arguments: False, 6", await RunAsync("bin/Release/net10.0/program.dll"), StringComparison.Ordinal);
        Assert.Equal(before, Checksum(original));
    }

    [Fact]
    public async Task A_program_has_the_data_that_ships_beside_it_and_says_in_a_sentence_that_it_lacks_libtorch()
    {
        await PackAsync(Core);
        await PackAsync(Data);
        WriteProgram(
            """
            using SnnNotebooks.Datasets;
            System.Console.WriteLine($"data: {DatasetLocator.Folder(DatasetRegistry.Get("fashion-mnist-mini"))}");
            try
            {
                using var neuron = new SnnNotebooks.Neurons.LIFNode(tau: 2);
            }
            catch (SnnNotebooks.Native.LibTorchException missing)
            {
                System.Console.WriteLine(missing.Message);
            }
            """,
            (Data, version));

        await SdkAsync("publish", "program.csproj", "-c", "Release", "-o", "published");
        isElsewhere = true;
        var output = await RunAsync("published/program.dll");

        Assert.Contains($"data: {folder.File("published/data/embedded/fashion-mnist-mini")}", output, StringComparison.Ordinal);
        Assert.Contains("libtorch_cpu.so was not found", output, StringComparison.Ordinal);
        Assert.Contains($"dotnet add package libtorch-cpu-linux-x64 --version {NativeFolders.LibTorchVersion}", output,
            StringComparison.Ordinal);
    }

    private async Task PackAsync(string package)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var project = Path.Combine(Repository.Root, "src", package, $"{package}.csproj");
        await SdkAsync(
            "pack", project, "--no-build", "-c", framework.Parent!.Name, "-o", "packages", $"-p:MinVerVersionOverride={version}");
    }

    private void WriteProgram(string program, params (string Id, string Version)[] packages)
    {
        File.WriteAllText(folder.File("nuget.config"), """
            <configuration><packageSources><clear /><add key="here" value="packages" /></packageSources></configuration>
            """);
        var references = packages.Select(package => $"<PackageReference Include=\"{package.Id}\" Version=\"{package.Version}\" />");
        File.WriteAllText(folder.File("program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(references)}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(folder.File("Program.cs"), program);
    }

    /// <summary>The package that this process's libtorch came from.</summary>
    private static (string Id, string Version) LibtorchPackage()
    {
        var id = Directory.GetDirectories(Cache, "libtorch-cpu-*").Select(Path.GetFileName)
            .First(name => Directory.Exists(Path.Combine(Cache, name!)))!;
        return (id, Path.GetFileName(Directory.GetDirectories(Path.Combine(Cache, id)).Order(StringComparer.Ordinal).Last()));
    }

    private static string Checksum(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private Task<string> SdkAsync(params string[] arguments) => RunAsync([.. arguments, "-nologo", "-v:q", "-nodeReuse:false"]);

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isElsewhere)
        {
            start.Environment["NUGET_PACKAGES"] = folder.File("empty");
            start.Environment.Remove(ChosenLibTorch.Variable);
        }

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name); // this process may have been started by the SDK itself
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var text = await output + await errors;
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{text}");
        return text;
    }
}
