namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>How a camera moves before an image: where its view has gone by a time.</summary>
public abstract record ImageMotion
{
    /// <summary>The place of the view at a time.</summary>
    /// <param name="seconds">Seconds from the start, 0 or more.</param>
    /// <returns>Shift to the right and downwards, pixels of the image, and turn, radians, clockwise as seen.</returns>
    public abstract (double Right, double Down, double Turn) At(double seconds);
}

/// <summary>A view that moves straight on.</summary>
/// <param name="Right">Pixels per second to the right.</param>
/// <param name="Down">Pixels per second downwards.</param>
public sealed record Translation(double Right, double Down) : ImageMotion
{
    /// <inheritdoc/>
    public override (double Right, double Down, double Turn) At(double seconds) => (Right * seconds, Down * seconds, 0);
}

/// <summary>A view that turns about its middle.</summary>
/// <param name="RadiansPerSecond">Its speed, clockwise as seen where positive.</param>
public sealed record Rotation(double RadiansPerSecond) : ImageMotion
{
    /// <inheritdoc/>
    public override (double Right, double Down, double Turn) At(double seconds) => (0, 0, RadiansPerSecond * seconds);
}

/// <summary>
/// Three small saccades along the sides of a triangle, again and again, as N-MNIST was recorded (G. Orchard et al., 2015): each starts and
/// ends at rest.
/// </summary>
/// <param name="Width">The triangle's base, pixels.</param>
/// <param name="Height">Its height, pixels.</param>
/// <param name="SecondsEach">The time of one saccade.</param>
public sealed record Saccades(double Width = 6, double Height = 6, double SecondsEach = 0.1) : ImageMotion
{
    /// <inheritdoc/>
    public override (double Right, double Down, double Turn) At(double seconds)
    {
        var side = seconds / SecondsEach % 3;
        var corners = new[] { (0.0, 0.0), (Width / 2, Height), (Width, 0.0), (0.0, 0.0) };
        var (fromRight, fromDown) = corners[(int)side];
        var (toRight, toDown) = corners[(int)side + 1];
        var way = (1 - Math.Cos(Math.PI * (side - (int)side))) / 2;
        return (fromRight + ((toRight - fromRight) * way), fromDown + ((toDown - fromDown) * way), 0);
    }
}
