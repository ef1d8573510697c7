namespace SnnNotebooks.Training;

/// <summary>
/// The parts of a recipe that not every data set, and not every build, can follow. A trainer follows all that its recipe asks for, or
/// refuses the recipe and names them; <see cref="TrainingRecipe.Without"/> leaves them out.
/// </summary>
public enum RecipePart
{
    /// <summary>Random parts of the images, resized.</summary>
    Crop,

    /// <summary>RandAugment.</summary>
    RandAugment,

    /// <summary>Random erasing.</summary>
    Erasing,

    /// <summary>Channels of a given mean and deviation.</summary>
    Normalisation,

    /// <summary>Spikformer's augmentation of event frames.</summary>
    EventAugmentation,

    /// <summary>Some of a clip's frames, drawn for each training clip.</summary>
    FrameSubset,

    /// <summary>Each input several times in a batch, every time augmented anew.</summary>
    Repeats,

    /// <summary>The middle of resized images to test on.</summary>
    TestCrop,

    /// <summary>Several clips and crops of each video to test on, their scores summed.</summary>
    TestViews,

    /// <summary>
    /// Half-precision arithmetic where it does no harm: followed with any data set where <see cref="Autocast.IsAvailable"/>.
    /// </summary>
    MixedPrecision,

    /// <summary>Every clip of consecutive frames of each video, to learn from and to test on.</summary>
    ConsecutiveClips,

    /// <summary>Squares of resized frames, to learn from and to test on.</summary>
    FrameCrop,
}
