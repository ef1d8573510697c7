// A trained spiking network inside an ordinary web service: no notebook, no Python, no autograd.
//
//     dotnet run --project environment/example-service -- model.nir --urls http://127.0.0.1:5080
//     curl -d '{"steps":[[3,7],[],[49]]}' -H 'Content-Type: application/json' http://127.0.0.1:5080/classify
//
// The model is a NIR graph, for example of `snn nir export`. A request holds, for each time step, the places of the input that fired.
using System.Collections.Concurrent;
using SnnNotebooks.Deployment;
using SnnNotebooks.Exchange.Nir;

if (args is not [var model, .. var rest] || model.StartsWith('-'))
{
    Console.Error.WriteLine("usage: SnnNotebooks.ExampleService MODEL.nir [--urls http://127.0.0.1:PORT]");
    return 2;
}

NirGraph graph;
try
{
    graph = NirFile.Read(model);
    _ = EventNetwork.From(graph, new NirOptions(TimeStep: 1e-3));
}
catch (Exception unusable) when (unusable is NirException or FileNotFoundException)
{
    Console.Error.WriteLine(unusable.Message);
    return 1;
}

// a network remembers its membrane potentials, so that each request has one to itself
var idle = new ConcurrentBag<EventNetwork>();
var app = WebApplication.CreateBuilder(rest).Build();
app.MapPost("/classify", (ClassifyRequest request) =>
{
    if (request.Steps is not { Length: > 0 } steps || Array.Exists(steps, step => step is null))
    {
        return Results.BadRequest("expected {\"steps\":[[places that fired], ...]} with at least one step");
    }

    var network = idle.TryTake(out var free) ? free : EventNetwork.From(graph, new NirOptions(TimeStep: 1e-3));
    try
    {
        network.Reset();
        var counts = new float[network.OutputSize];
        foreach (var fired in steps)
        {
            var output = network.Step(fired);
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += output[i];
            }
        }

        return Results.Ok(new ClassifyAnswer(Array.IndexOf(counts, counts.Max()), counts, network.SynapticOperations));
    }
    catch (ArgumentException wrong)
    {
        return Results.BadRequest(wrong.Message);
    }
    finally
    {
        idle.Add(network);
    }
});
app.Run();
return 0;

/// <summary>What is asked.</summary>
/// <param name="Steps">For each time step the places of the input that fired, row-major.</param>
internal sealed record ClassifyRequest(int[][] Steps);

/// <summary>What is answered.</summary>
/// <param name="Class">The output that fired most.</param>
/// <param name="Counts">Spikes of every output.</param>
/// <param name="Operations">Weights added for this request.</param>
internal sealed record ClassifyAnswer(int Class, float[] Counts, long Operations);
