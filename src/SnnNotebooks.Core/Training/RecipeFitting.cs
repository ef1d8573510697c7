namespace SnnNotebooks.Training;

/// <summary>A published recipe on other data, in another size or time: what is changed for it, and what cannot be followed.</summary>
public static class RecipeFitting
{
    /// <summary>The recipe with crops of the size of an input; what is cut out keeps its share of the resized picture.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="input">One input; event frames and spike trains, which are not cropped, change nothing.</param>
    /// <returns>A new recipe, or the same where nothing changes.</returns>
    public static TrainingRecipe AtSize(this TrainingRecipe recipe, InputShape input)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(input);
        return input.Kind is not (InputKind.Images or InputKind.Video) ? recipe : recipe with
        {
            Crop = recipe.Crop is { } crop && crop.Size != input.Height ? crop with { Size = input.Height } : recipe.Crop,
            TestCrop = recipe.TestCrop is { } middle && middle.Size != input.Height
                ? new MiddleCrop((int)((long)middle.Resize * input.Height / middle.Size), input.Height)
                : recipe.TestCrop,
            FrameCrop = recipe.FrameCrop is { } frames && frames.Size != input.Height
                ? new FrameCrop(Fit(frames.Height, frames), Fit(frames.Width, frames), Fit(frames.Square, frames), input.Height)
                : recipe.FrameCrop,
        };

        int Fit(int pixels, FrameCrop frames) => (int)Math.Max(1, (long)pixels * input.Height / frames.Size);
    }

    /// <summary>
    /// The recipe with another number of epochs: warm-up and mixing in proportion, none at the minimum after them.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="epochs">At least 1.</param>
    /// <returns>A new recipe.</returns>
    public static TrainingRecipe Shortened(this TrainingRecipe recipe, int epochs)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return epochs == recipe.Epochs ? recipe : recipe with
        {
            Epochs = epochs,
            Cooldown = 0,
            MixupOffEpoch = (int)Math.Min((long)recipe.MixupOffEpoch * epochs / recipe.Epochs, int.MaxValue),
            Schedule = recipe.Schedule with { WarmUpEpochs = recipe.Schedule.WarmUpEpochs * epochs / recipe.Epochs },
        };
    }

    /// <summary>The parts it asks for that data or build cannot follow: a <see cref="Trainer"/> refuses these.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="train">What is learned from.</param>
    /// <param name="test">What is tested on.</param>
    /// <returns>The parts, none where all can be followed.</returns>
    public static IReadOnlyList<RecipePart> NotFollowed(this TrainingRecipe recipe, TrainingSet train, TrainingSet test)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        return [.. recipe.Parts.Where(part => part == RecipePart.MixedPrecision
            ? !Autocast.IsAvailable
            : !(part is RecipePart.TestCrop or RecipePart.TestViews ? test : train).Follows.Contains(part)
                || (part is RecipePart.Normalisation or RecipePart.ConsecutiveClips or RecipePart.FrameCrop
                    && !test.Follows.Contains(part)))];
    }
}
