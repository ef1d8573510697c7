using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Neurons;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive;

/// <summary>
/// Shows a bare tensor, trace, phase portrait, history, confusion matrix, recording or network as its picture when it is the last line of a
/// cell.
/// </summary>
public static class KitFormatters
{
    /// <summary>Registers the formatters with the notebook host's formatting; calling it again changes nothing.</summary>
    public static void Register()
    {
        Register<Tensor>(tensor => tensor.Show());
        Register<NeuronTrace>(trace => trace.Show());
        Register<PhasePortrait>(portrait => portrait.Show());
        Register<TrainingHistory>(history => history.Show());
        Register<ConfusionMatrix>(confusion => confusion.Show());
        Register<EventRecording>(events => events.Show());
        Register<nn.Module>(network => network.ShowSummary());
    }

    private static void Register<T>(Func<T, View> view)
    {
        Formatter.Register<T>(value => view(value).ToHtml(), "text/html");
        Formatter.Register<T>(value => view(value).ToString(), "text/plain");
        Formatter.SetPreferredMimeTypesFor(typeof(T), "text/html", "text/plain");
    }
}
