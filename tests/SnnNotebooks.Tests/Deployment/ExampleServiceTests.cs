using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using SnnNotebooks.Deployment;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Deployment;

/// <summary>The example service of <c>environment/example-service</c>, started as a user starts it.</summary>
public sealed class ExampleServiceTests
{
    private static readonly string Service = Path.Combine(
        Repository.Root, "environment", "example-service", "bin", "Release", "net10.0", "SnnNotebooks.ExampleService.dll");

    [Fact]
    public async Task It_answers_what_the_network_says_and_refuses_what_makes_no_sense()
    {
        using var folder = new TemporaryFolder();
        NirGraph graph;
        using (NewDisposeScope())
        {
            manual_seed(5);
            using var network = nn.Sequential(("l", new OverTime(nn.Linear(20, 4))), ("n", new IFNode(threshold: 0.2)));
            graph = NirExporter.Export(network, [20], new NirExportOptions());
        }

        NirFile.Write(folder.File("model.nir"), graph);
        using var process = Process.Start(
            new ProcessStartInfo("dotnet",
                [Service, folder.File("model.nir"), "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true,
                    RedirectStandardError = true })!;
        try
        {
            var address = await Address(process);
            using var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(10) };
            int[][] steps = [[1, 5, 19], [], [0, 1, 2, 3, 4], [7]];
            var expected = EventNetwork.From(graph, new NirOptions(1e-3));
            var counts = new float[4];
            foreach (var step in steps)
            {
                counts = [.. counts.Zip(expected.Step(step).ToArray(), (a, b) => a + b)];
            }

            for (var repeated = 0; repeated < 2; repeated++)
            {
                using var answer = await client.PostAsJsonAsync("classify", new { steps });
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
                Assert.Equal(counts, json.GetProperty("counts").EnumerateArray().Select(count => count.GetSingle()).ToArray());
                Assert.Equal(36, json.GetProperty("operations").GetInt64());
            }

            Assert.Contains(counts, count => count > 0);
            using var beyond = await client.PostAsJsonAsync("classify", new { steps = new int[][] { [20] } });
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, beyond.StatusCode);
            Assert.Contains("0 to 19", await beyond.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static async Task<string> Address(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at)
            {
                return line[at..].Trim();
            }
        }

        throw new InvalidOperationException($"The service ended: {await process.StandardError.ReadToEndAsync()}");
    }
}
