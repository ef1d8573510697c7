using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Energy;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A network as a tree of its modules: parameters, which of them are trained, buffers, what carries a state from step to step; and, where
/// it was run on a sample, each module's output, the firing rate of its neurons and its synaptic operations.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class NetworkSummaryView : View
{
    private readonly List<(int Depth, string[] Cells)> rows = [];
    private readonly string[] columns;
    private readonly string caption;

    /// <summary>
    /// Reads the network, and runs it where there is a sample: in evaluation mode, without gradients, twice; mode is restored, state reset.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="sample">An input as the network takes it; null to run nothing.</param>
    /// <exception cref="ArgumentException">There is a sample, but the network does not map one tensor to one.</exception>
    public NetworkSummaryView(nn.Module network, Tensor? sample)
    {
        ArgumentNullException.ThrowIfNull(network);
        var runs = new Dictionary<nn.Module, (string Shape, double? Rate)>(ReferenceEqualityComparer.Instance);
        var operations = new Dictionary<string, double>(StringComparer.Ordinal);
        if (sample is not null)
        {
            var whole = network as nn.Module<Tensor, Tensor>
                ?? throw new ArgumentException(
                    $"{network.GetName()} does not map one tensor to one; show its summary without a sample.", nameof(sample));
            Run(whole, sample, runs);
            var report = new EnergyProfiler().Measure(whole, [sample], 1);
            foreach (var (name, acs) in report.Layers.Select(layer => (layer.Name, layer.Acs))
                .Concat(report.Attention.Select(attention => (attention.Name, attention.Acs))))
            {
                operations[name] = operations.GetValueOrDefault(name) + (acs * sample.shape[0]);
            }
        }

        columns = sample is null
            ? ["module", "type", "parameters", "trained", "buffers", "state"]
            : ["module", "type", "parameters", "trained", "buffers", "state", "output", "rate", "SOPs"];
        Add(network, network.GetName(), string.Empty, 0);
        var (all, trained) = (network.parameters().Sum(p => p.numel()),
            network.parameters().Where(p => p.requires_grad).Sum(p => p.numel()));
        caption = string.Create(CultureInfo.InvariantCulture, $"{all:N0} parameters, {trained:N0} of them trained");
        if (sample is not null)
        {
            caption += string.Create(
                CultureInfo.InvariantCulture,
                $"; on an input of [{string.Join(", ", sample.shape)}]: {operations.Values.Sum():N0} synaptic operations (SOPs: "
                + $"additions caused by spikes, all samples and steps together; layers whose input is no spikes have none)");
        }

        void Add(nn.Module module, string name, string path, int depth)
        {
            var own = module.parameters().ToArray();
            List<string> cells =
            [
                name,
                module.GetType().Name,
                own.Sum(p => p.numel()).ToString("N0", CultureInfo.InvariantCulture),
                own.Length == 0 ? string.Empty : own.All(p => p.requires_grad) ? "yes" : own.Any(p => p.requires_grad) ? "partly" : "no",
                module.named_buffers().Sum(buffer => buffer.buffer.numel()).ToString("N0", CultureInfo.InvariantCulture),
                module is IStateful ? "carried" : string.Empty,
            ];
            if (sample is not null)
            {
                var (shape, rate) = runs.GetValueOrDefault(module, (string.Empty, null));
                cells.AddRange(
                    [shape, rate is { } spikes ? spikes.ToString("0.0000", CultureInfo.InvariantCulture) : string.Empty, Operations(path)]);
            }

            rows.Add((depth, [.. cells]));
            foreach (var (childName, child) in module.named_children())
            {
                Add(child, childName, path.Length == 0 ? childName : $"{path}.{childName}", depth + 1);
            }
        }

        // a module's own and those of all below it
        string Operations(string path)
        {
            var below = operations.Where(
                layer => path.Length == 0 || layer.Key == path || layer.Key.StartsWith(path + ".", StringComparison.Ordinal)).ToArray();
            return below.Length == 0 ? string.Empty : below.Sum(layer => layer.Value).ToString("N0", CultureInfo.InvariantCulture);
        }
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(
            "<div style=\"overflow-x:auto\"><table style=\"border-collapse:collapse;font-size:13px\"><caption "
            + "style=\"text-align:left;padding:2px 0\">").Append(Markup.Escape(caption)).Append("</caption><thead><tr>");
        for (var i = 0; i < columns.Length; i++)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<th scope=\"col\" style=\"{Style(i)};border-bottom:2px solid {Palette.Grey}\">{columns[i]}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var (depth, cells) in rows)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\" "
                + $"style=\"{Style(0)};padding-left:{10 + (18 * depth)}px;font-weight:{(depth == 0 ? 600 : 400)};border-bottom:1px solid "
                + $"rgba(128,128,128,0.3)\">{Markup.Escape(cells[0])}</th>");
            for (var i = 1; i < cells.Length; i++)
            {
                html.Append(CultureInfo.InvariantCulture,
                    $"<td style=\"{Style(i)};border-bottom:1px solid rgba(128,128,128,0.3)\">{Markup.Escape(cells[i])}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();

        string Style(int column) =>
            $"padding:3px "
            + $"10px;white-space:nowrap;background:none;text-align:"
            + $"{(columns[column] is "parameters" or "buffers" or "rate" or "SOPs" ? "right" : "left")}";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var tree = rows.Select(row => row.Cells.Skip(1).Prepend(new string(' ', 2 * row.Depth) + row.Cells[0]).ToArray()).ToArray();
        return new TableView(caption, columns, tree).ToString();
    }

    private static void Run(nn.Module<Tensor, Tensor> network, Tensor sample, Dictionary<nn.Module, (string Shape, double? Rate)> runs)
    {
        var removals = new List<Action>();
        foreach (var module in network.modules().Append(network).OfType<nn.Module<Tensor, Tensor>>().Distinct())
        {
            var hook = module.register_forward_hook((_, _, output) =>
            {
                using var inner = NewDisposeScope();
                var rate = module is SpikingNeuron ? output.detach().to(ScalarType.Float64).mean().item<double>() : (double?)null;
                runs[module] = ($"[{string.Join(", ", output.shape)}]", rate);
                return output;
            });
            removals.Add(hook.remove);
        }

        var training = network.training;
        try
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            network.eval();
            Functional.Reset(network);
            network.call(sample.to(ComputeDevice.Of(network)));
        }
        finally
        {
            removals.ForEach(remove => remove());
            Functional.Reset(network);
            network.train(training);
        }
    }
}
