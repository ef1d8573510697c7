using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Keeps gradients within float16: the loss is multiplied by a scale before the backward pass, gradients are divided by it after, and a
/// step whose gradients hold an infinity or NaN is skipped (P. Micikevicius et al., arXiv:1710.03740, section 3.2). The scale follows
/// PyTorch's
/// <c>torch.amp.GradScaler</c> (<c>_amp_update_scale_</c>): times backoff after a skipped step, times growth after as many good ones in a
/// row as the
/// interval says, unless that is beyond float32. bfloat16 has the range of float32 and needs none.
/// </summary>
public sealed class GradientScaler
{
    private readonly float growth;
    private readonly float backoff;
    private readonly int interval;

    /// <summary>Starts with a scale; the defaults are PyTorch's.</summary>
    /// <param name="initialScale">Scale of the first step, above 0.</param>
    /// <param name="growth">Factor after good steps, above 1.</param>
    /// <param name="backoff">Factor after a skipped step, between 0 and 1.</param>
    /// <param name="interval">Good steps in a row before the scale grows, at least 1.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public GradientScaler(float initialScale = 65536, float growth = 2, float backoff = 0.5f, int interval = 2000)
    {
        if (!(initialScale > 0 && float.IsFinite(initialScale) && growth > 1 && float.IsFinite(growth) && backoff is > 0 and < 1)
            || interval < 1)
        {
            throw new ArgumentException(
                $"The scale must be above 0 (it is {initialScale}), growth above 1 ({growth}), backoff between 0 and 1 ({backoff}), all "
                + $"finite, the interval at least 1 ({interval}).");
        }

        (Scale, this.growth, this.backoff, this.interval) = (initialScale, growth, backoff, interval);
    }

    /// <summary>The scale of the step under way.</summary>
    public float Scale { get; private set; }

    /// <summary>Good steps since the scale changed or a step was skipped.</summary>
    public int GoodSteps { get; private set; }

    /// <summary>Steps skipped so far.</summary>
    public long Skipped { get; private set; }

    /// <summary>What to start the backward pass from.</summary>
    /// <param name="loss">The loss, float32 or float64.</param>
    /// <returns>The loss times the scale.</returns>
    public Tensor Scaled(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss * Scale;
    }

    /// <summary>Divides gradients by the scale, in place. Do it once for a step, before they are clipped or looked at.</summary>
    /// <param name="gradients">The gradients of all parameters, on one device; null for one that has none.</param>
    /// <returns>Whether all are finite. Where not, leave the step out; <see cref="Update"/> wants to know it, too.</returns>
    public bool Unscale(IEnumerable<Tensor?> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var inverse = (float)(1.0 / Scale);
        var finite = new List<Tensor>();
        foreach (var gradient in gradients.OfType<Tensor>())
        {
            finite.Add(gradient.isfinite().all());
            gradient.mul_(inverse);
        }

        return finite.Count == 0 || stack(finite).all().item<bool>(); // read once: a GPU is waited for
    }

    /// <summary>Changes the scale at the end of a step.</summary>
    /// <param name="finite">What <see cref="Unscale"/> said.</param>
    /// <exception cref="InvalidOperationException">Steps were skipped until no scale is left: the gradients are not finite at any
    /// scale.</exception>
    public void Update(bool finite)
    {
        if (!finite)
        {
            Skipped++;
            GoodSteps = 0;
            Scale = Scale * backoff is var less && float.IsNormal(less)
                ? less
                : throw new InvalidOperationException(
                    $"The gradients are infinite or NaN even at a scale of {Scale}: it is not float16 that makes them so. Lower the "
                    + "learning rate, or clip.");
            return;
        }

        GoodSteps++;
        if (GoodSteps == interval)
        {
            Scale = Scale * growth is var more && float.IsFinite(more) ? more : Scale;
            GoodSteps = 0;
        }
    }

    /// <summary>Goes on from where another one stood.</summary>
    /// <exception cref="FormatException">There is no such place.</exception>
    internal void Resume(float scale, int goodSteps, long skipped)
    {
        if (!(scale > 0 && float.IsFinite(scale)) || goodSteps < 0 || goodSteps >= interval || skipped < 0)
        {
            throw new FormatException(
                $"a scale of {scale} after {goodSteps} good steps and {skipped} skipped ones is no place of a scaler");
        }

        (Scale, GoodSteps, Skipped) = (scale, goodSteps, skipped);
    }
}
