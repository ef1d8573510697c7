using System.Globalization;
using System.Text.RegularExpressions;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;

namespace SnnNotebooks.Tests.Training;

/// <summary>
/// Every field of every published recipe against what the specifications say of the published code. A field is taken from a cell of a
/// table or a place in a text; one that no place gives must be the recipe's default, or stand among the few that say why.
/// </summary>
public sealed class PublishedRecipeTests
{
    /// <summary>
    /// What the specifications do not say: torchvision's reference script, which SEW-ResNet's is, and MAE's, which QKFormer's is.
    /// </summary>
    private static readonly HashSet<string> NotSpecified =
    [
        "sew-imagenet/Normalisation.Mean", "sew-imagenet/Normalisation.Deviation", "qkformer-imagenet/Crop.Bicubic",
        "qkformer-imagenet/TestCrop.Size", "sew-imagenet/TestCrop.Size", "sew-imagenet/Crop.LeastArea", "cortex-imagenet/Crop.LeastArea",
    ];

    private readonly HashSet<string> compared = [];

    [SharedFact("specs/spikformer.md")]
    public void No_published_recipe_is_left_uncompared()
    {
        Spikformers_recipes_are_those_of_its_table();
        Recipes_of_its_successors_differ_from_Spikformers_where_their_texts_say_so();
        QKFormers_recipe_for_ImageNet_is_that_of_its_text();
        SEW_ResNets_recipes_are_those_of_its_table();
        The_recipe_of_the_visual_cortex_pairs_is_that_of_its_text();
        The_movie_papers_recipes_are_those_of_its_table();
        SVFormers_recipe_is_that_of_its_text();

        Assert.Equal(TrainingRecipes.All.Keys.Except(["plain"]).Order(), compared.Order());
    }

    [SharedFact("specs/visual_cortex_static.md")]
    public void The_recipe_of_the_visual_cortex_pairs_is_that_of_its_text()
    {
        var text = Text("specs/visual_cortex_static.md").Split('\n')
            .Single(line => line.StartsWith("Training [", StringComparison.Ordinal));
        var found = Of("cortex-imagenet");
        found.Take("Epochs", text, @"(\d+) epochs, batch");
        found.Take("BatchSize", text, @"batch (\d+) per GPU");
        found.Take("Devices", text, @"per GPU × (\d)");
        found.Is("Optimizer", "Sgd", text.Contains("SGD momentum 0.9", StringComparison.Ordinal));
        found.Take("WeightDecay", text, @"weight decay (\d)");
        found.Take("Schedule.Peak", text, @"lr (0\.1),");
        found.Is("Schedule.Shape", "CosineAfterWarmUp", text.Contains("T_max = epochs − warmup", StringComparison.Ordinal));
        found.Take("Schedule.WarmUpEpochs", text, @"warm-up (\d) epochs");
        found.Is("Schedule.WarmUpStart", "0.001", text.Contains("from factor 0.01", StringComparison.Ordinal));
        found.Take("TimeSteps", text, @"T=(\d)");
        found.Is("MixedPrecision", "True", text.Contains("AMP", StringComparison.Ordinal));
        found.Take("Crop.Size", text, @"RandomResizedCrop (\d+) bilinear");
        found.Is("Flip", "True", text.Contains("horizontal flip 0.5", StringComparison.Ordinal));
        found.Take("TestCrop.Resize", text, @"resize (\d+)");
        found.Take("TestCrop.Size", text, @"centre crop (\d+)");
        found.Is("Normalisation.Mean", "0.485 0.456 0.406", text.Contains(".485,.456,.406", StringComparison.Ordinal));
        found.Is("Normalisation.Deviation", "0.229 0.224 0.225", text.Contains(".229,.224,.225", StringComparison.Ordinal));
        found.Match(NotSpecified);
    }

    [SharedFact("specs/visual_cortex_movie.md")]
    public void The_movie_papers_recipes_are_those_of_its_table()
    {
        string[] names = ["lorafb-ucf101", "cortex-imagenet"]; // on ImageNet that of the static paper
        for (var column = 1; column <= 2; column++)
        {
            var cells = Table("specs/visual_cortex_movie.md", "## 3. Training [P,C]", column);
            var isVideo = column == 1;
            var found = Of(names[column - 1]);
            found.Take("Epochs", cells["epochs / batch"], @"^(\d+) /");
            found.Take("BatchSize", cells["epochs / batch"], @"/ (\d+) per GPU");
            found.Take("Devices", cells["epochs / batch"], @"(\d)×V100");
            found.Is("Optimizer", "Sgd", cells.ContainsKey("SGD"));
            found.Take("Schedule.Peak", cells["SGD"], @"lr (\.1)");
            Assert.Contains("mom .9", cells["SGD"], StringComparison.Ordinal);
            found.Take("WeightDecay", cells["SGD"], @"wd (\S+)$");
            found.Take("Schedule.WarmUpEpochs", cells["schedule"], @"warm-up (\d+)");
            found.Is("Schedule.WarmUpStart", "0.0001", cells["schedule"].Contains("from 0.001×", StringComparison.Ordinal));
            found.Is("Schedule.WarmUpStart", "0.001", cells["schedule"].Contains("from 0.01×", StringComparison.Ordinal));
            found.Is("Schedule.Shape", "CosineAfterWarmUp", cells["schedule"].Contains(
                isVideo ? "T_max=90 (per epoch)" : "T_max=315", StringComparison.Ordinal));
            found.Take("TimeSteps", cells["clip"], @"T=(\d+)");
            found.Take("ClipStep", cells["clip"], @"stride between clips (\d+)", required: isVideo);
            found.Take("FrameCrop.Height", cells["train transforms"], @"Resize \((\d+),", required: isVideo);
            found.Take("FrameCrop.Width", cells["train transforms"], @"Resize \(\d+,(\d+)\)", required: isVideo);
            found.Take("FrameCrop.Square", cells["train transforms"], @"RandomCrop (\d+)", required: isVideo);
            found.Take("FrameCrop.Size", cells["train transforms"], @", Resize (\d+), Normalize", required: isVideo);
            found.Take("Crop.Size", cells["train transforms"], @"RandomResizedCrop (\d+)", required: !isVideo);
            found.Is("Flip", "True", cells["train transforms"].Contains("flip", StringComparison.Ordinal));
            found.Take("TestCrop.Resize", cells["test"], @"^(\d+) / centre", required: !isVideo);
            found.Take("TestCrop.Size", cells["test"], @"centre (\d+)", required: !isVideo);
            Assert.Equal(isVideo, cells["test"] == "CenterCrop 256 → 224");
            found.Is("Normalisation.Mean", isVideo ? "0.5 0.5 0.5" : "0.485 0.456 0.406", cells["train transforms"].EndsWith(
                isVideo ? "Normalize .5/.5" : "ImageNet mean/std", StringComparison.Ordinal));
            found.Is("Normalisation.Deviation", isVideo ? "0.5 0.5 0.5" : "0.229 0.224 0.225", true);
            found.Is("MixedPrecision", "True", Text("specs/visual_cortex_movie.md").Contains("AMP on, seed", StringComparison.Ordinal));
            found.Match(NotSpecified);
        }
    }

    [SharedFact("specs/spikformer.md")]
    public void Spikformers_recipes_are_those_of_its_table()
    {
        string[] names = ["spikformer-imagenet", "spikformer-cifar", "spikformer-cifar10dvs"];
        for (var column = 1; column <= 3; column++)
        {
            var cells = Table("specs/spikformer.md", "## 4. Training recipes", column);
            var found = Of(names[column - 1]);
            found.Take("TimeSteps", cells["T"], @"^(\d+)");
            found.Take("Epochs", cells["epochs"], @"^(\d+) \+");
            found.Take("Cooldown", cells["epochs"], @"\+ (\d+)");
            found.Take("BatchSize", cells["batch"], @"^(\d+)");
            found.Take("Devices", cells["batch"], @"× (\d+)", required: column == 1);
            found.Take("Optimizer", cells["optimiser"], "^(AdamW)");
            found.Take("WeightDecay", cells["optimiser"], @"wd (0\.\d+)");
            found.Is("DecaysVectors", "False", Table("specs/spikformer.md", "## 4. Training recipes", 1)["optimiser"].Contains(
                "no decay for 1-D", StringComparison.Ordinal));
            found.Take("Schedule.Peak", cells["lr / warm-up lr / min"], @"^(\S+)");
            found.Take("Schedule.WarmUpStart", cells["lr / warm-up lr / min"], @"/ (\S+) /");
            found.Take("Schedule.Minimum", cells["lr / warm-up lr / min"], @"/ (\S+)$");
            found.Take("Schedule.WarmUpEpochs", cells["warm-up"], @"^(\d+)");
            found.Take("LabelSmoothing", cells["label smoothing"], @"^(0\.\d)");
            found.Take("Mixup", cells["mixup"], @"^mixup (\.\d)");
            found.Take("CutMix", cells["mixup"], @"cutmix (\d)", required: column == 1);
            found.Take("MixupProbability", cells["mixup"], @"prob ([\d.]+)");
            found.Take("MixupOffEpoch", cells["mixup"], @"off at epoch (\d+)", required: column > 1);
            found.Take("RandAugment", cells["aug"], @"RandAug (m9\S+?),", required: column < 3, prefix: "rand-");
            found.Take("Erasing.Probability", cells["aug"], @"erase (\.\d+) const", required: column < 3);
            found.Is("Erasing.Fill", "Constant", column < 3 && cells["aug"].Contains("const", StringComparison.Ordinal));
            found.Is("Flip", "True", column < 3 && cells["aug"].Contains("hflip .5", StringComparison.Ordinal));
            found.Is("EventAugmentation", "True", column == 3 && cells["aug"].Contains("SNNAugmentWide", StringComparison.Ordinal));
            found.Is("MixedPrecision", "True", cells["seed / AMP"].EndsWith("yes", StringComparison.Ordinal));
            if (column == 1)
            {
                Assert.Contains("scale [1,1], ratio [1,1]", cells["aug"], StringComparison.Ordinal);
                Assert.Contains("ImageNet mean/std", cells["normalise"], StringComparison.Ordinal);
                foreach (var (field, value) in new[] { ("Crop.Size", "224"), ("Crop.LeastArea", "1"), ("Crop.MostArea", "1"),
                    ("Crop.LeastAspect", "1"), ("Crop.MostAspect", "1") })
                {
                    found.Is(field, value, true);
                }

                found.Is("Crop.Bicubic", "True", cells["aug"].Contains("bicubic", StringComparison.Ordinal));
                found.Is("Normalisation.Mean", "0.485 0.456 0.406", true);
                found.Is("Normalisation.Deviation", "0.229 0.224 0.225", true);
            }
            else if (column == 2)
            {
                found.Numbers("Normalisation.Mean", cells["normalise"], 0);
                found.Numbers("Normalisation.Deviation", cells["normalise"], 3);
            }

            found.Match(NotSpecified);
        }
    }

    [SharedFact("specs/spikingformer.md")]
    public void Recipes_of_its_successors_differ_from_Spikformers_where_their_texts_say_so()
    {
        var (spikingformer, cml, qkformer) = (Text("specs/spikingformer.md"), Text("specs/cml.md"), Text("specs/qkformer.md"));
        Derived("spikingformer-imagenet", "spikformer-imagenet", ("BatchSize", spikingformer, @"yml batch (\d+) per GPU"));
        Derived("spikingformer-cifar", "spikformer-cifar", ("BatchSize", spikingformer, @"CIFAR: batch (\d+)"),
            ("Epochs", spikingformer, @"CIFAR: batch \d+, epochs (\d+)\+10"));
        Derived("spikingformer-cifar10dvs", "spikformer-cifar10dvs");
        Derived("spikingformer-dvs128", "spikformer-cifar10dvs", ("Epochs", spikingformer, @"DVS128: (\d+)\+10"));
        Assert.Matches(@"ImageNet yml batch 24/GPU", cml);
        Derived("cml-imagenet", "spikformer-imagenet");
        Derived("cml-cifar", "spikformer-cifar", ("BatchSize", cml, @"CIFAR yml 400\+10 epochs, batch (\d+)"),
            ("Epochs", cml, @"CIFAR yml (\d+)\+10"));
        Derived(
            "qkformer-cifar", "spikformer-cifar", ("Schedule.Peak", qkformer, @"CIFAR: yml = Spikformer CIFAR with lr \*\*(\S+)\*\*"),
            ("BatchSize", qkformer, @"CIFAR: .*batch (\d+), 400"), ("Epochs", qkformer, @"CIFAR: .*batch \d+, (\d+)\+10"));
        Derived("qkformer-cifar10dvs", "spikformer-cifar10dvs", ("Schedule.Peak", qkformer, @"CIFAR10-DVS: AdamW lr \*\*(\S+)\*\*"));
        Derived(
            "qkformer-dvs128", "spikformer-cifar10dvs", ("Schedule.Minimum", qkformer, @"DVS128: lr 1e-3, min (\S+),"),
            ("Epochs", qkformer, @"DVS128: .*, (\d+)\+10"));
        Derived(
            "qkformer-imagenet-768", "qkformer-imagenet", ("Schedule.Peak", qkformer, @"([\d.e-]+) at \*\*576\*\* for 768"),
            ("BatchSize", qkformer, @"32×2, 32×2, (\d+)×"), ("Accumulation", qkformer, @"32×2, 32×2, \d+×(\d)"));
    }

    [SharedFact("specs/qkformer.md")]
    public void QKFormers_recipe_for_ImageNet_is_that_of_its_text()
    {
        var text = Text("specs/qkformer.md").Split('\n')
            .Single(line => line.StartsWith("ImageNet (MAE-style script)", StringComparison.Ordinal));
        var found = Of("qkformer-imagenet");
        found.Take("Optimizer", text, "(AdamW)");
        found.Take("WeightDecay", text, @"wd (0\.05)");
        found.Is("DecaysVectors", "False", text.Contains("ndim ≠ 1 only", StringComparison.Ordinal));
        found.Take("Schedule.Peak", text, @"logs: ([\d.e-]+) at 512");
        found.Take("Epochs", text, @"(\d+) epochs");
        found.Take("Schedule.WarmUpEpochs", text, @"warm-up (\d+) epochs from 0");
        found.Take("Schedule.Minimum", text, @"half-cosine to (\S+),");
        found.Is("Schedule.Shape", "CosineAfterWarmUp", true);
        found.Is("Schedule.PerIteration", "True", text.Contains("both per iteration", StringComparison.Ordinal));
        found.Take("LabelSmoothing", text, @"label smoothing CE (0\.1)");
        found.Take("RandAugment", text, @"RandAug (m9\S+?),", prefix: "rand-");
        found.Take("Crop.LeastArea", text, @"crop \((\.\d+)–1\)");
        found.Is("Crop.Size", "224", true);
        found.Is("Crop.MostArea", "1", true);
        found.Is("Flip", "True", text.Contains("hflip", StringComparison.Ordinal));
        found.Take("Erasing.Probability", text, @"erase (\.25) \*pixel\*");
        found.Is("Erasing.Fill", "Pixel", true);
        found.Is("MixedPrecision", "True", text.Contains("AMP", StringComparison.Ordinal));
        found.Take("TestCrop.Resize", text, @"eval resize (\d+)");
        found.Take("BatchSize", text, @"8: (\d+)×2");
        found.Take("Accumulation", text, @"8: 32×(\d)");
        found.Take("Devices", text, @"accumulation × (\d)");
        found.Is("Normalisation.Mean", "0.485 0.456 0.406", true);
        found.Is("Normalisation.Deviation", "0.229 0.224 0.225", true);
        found.Match(NotSpecified);
    }

    [SharedFact("specs/sew_resnet.md")]
    public void SEW_ResNets_recipes_are_those_of_its_table()
    {
        string[] names = ["sew-imagenet", "sew-dvsgesture", "sew-cifar10dvs"];
        for (var column = 1; column <= 3; column++)
        {
            var cells = Table("specs/sew_resnet.md", "## 6. Training", column);
            var found = Of(names[column - 1]);
            found.Is("Optimizer", "Sgd", cells["optimiser"].StartsWith("SGD 0.9", StringComparison.Ordinal));
            found.Take("Schedule.Peak", cells["lr"], @"^([\d.]+)");
            found.Take("Epochs", cells["epochs"], @"^(\d+)");
            found.Take("BatchSize", cells["batch"], @"^(\d+)");
            found.Take("Devices", cells["batch"], @"× (\d+) GPUs", required: column == 1);
            found.Take("TimeSteps", cells["T"], @"^(\d+)");
            found.Take("FrameSubset", cells["T"], @"subset of (\d+)", required: column == 2);
            found.Is("Schedule.Shape", "Steps", cells["schedule"].StartsWith("step", StringComparison.Ordinal));
            found.Take("Schedule.StepEpochs", cells["schedule"], @"step (\d+), ×0\.1", required: column == 2);
            found.Take("Crop.Size", cells["aug"], @"RandomResizedCrop (\d+)", required: column == 1);
            found.Is("Flip", "True", cells["aug"].Contains("hflip", StringComparison.Ordinal));
            found.Take("TestCrop.Resize", cells["aug"], @"eval (\d+)/224", required: column == 1);
            found.Is("MixedPrecision", "True", cells["other"].StartsWith("AMP", StringComparison.Ordinal));
            found.Match(NotSpecified);
        }
    }

    [SharedFact("specs/svformer.md")]
    public void SVFormers_recipe_is_that_of_its_text()
    {
        var text = Text("specs/svformer.md");
        text = text[text.IndexOf("## 5. Training", StringComparison.Ordinal)..];
        var found = Of("svformer-ucf101");
        found.Take("Epochs", text, @"(\d+) epochs \(610");
        found.Take("Optimizer", text, "(AdamW)");
        found.Take("WeightDecay", text, @"wd (\.05)");
        found.Is("DecaysVectors", "False", text.Contains("1-D 0", StringComparison.Ordinal));
        found.Take("Schedule.Peak", text, @"lr (6e-3) peak");
        found.Take("Schedule.WarmUpEpochs", text, @"warm-up (\d+) epochs");
        found.Take("Schedule.WarmUpStart", text, @"epochs from (\S+),");
        found.Take("Schedule.Minimum", text, @"after warm-up to (\S+),");
        found.Is("Schedule.Shape", "CosineAfterWarmUp", true);
        found.Is("Schedule.PerIteration", "True", text.Contains("fractional epochs", StringComparison.Ordinal));
        found.Take("Devices", text, @"on (\d) GPUs");
        found.Take("Repeats", text, @"NUM_SAMPLE (\d)");
        found.Is("BatchSize", "32",
            text.Contains("batch 64 clips on 4 GPUs", StringComparison.Ordinal) && text.Contains("→ 128", StringComparison.Ordinal));
        found.Take("ClipNorm", text, @"grad-norm clip (\d+)");
        found.Is("MixedPrecision", "True", text.Contains("AMP", StringComparison.Ordinal));
        found.Is("Normalisation.Mean", "0.45 0.45 0.45", text.Contains("mean .45", StringComparison.Ordinal));
        found.Is("Normalisation.Deviation", "0.225 0.225 0.225", text.Contains("std .225", StringComparison.Ordinal));
        found.Take("Crop.LeastArea", text, @"crop area \[(\.\d+),1\]");
        found.Is("Crop.MostArea", "1", true);
        found.Take("Crop.LeastAspect", text, @"aspect \[(\.\d+),");
        found.Take("Crop.Size", text, @"1\.333\] to (\d+)");
        found.Is("Flip", "True", text.Contains("flip", StringComparison.Ordinal));
        found.Take("RandAugment", text, @"RandAug (m5\S+) ", prefix: "rand-");
        found.Take("Erasing.Probability", text, @"erase (\.25) pixel");
        found.Is("Erasing.Fill", "Pixel", true);
        found.Take("Mixup", text, @"mixup (\.8)");
        found.Take("CutMix", text, @"cutmix (1)\.0");
        found.Take("LabelSmoothing", text, @"smoothing (\.1)");
        found.Take("TestViews.Clips", text, @"Test: (\d) clips");
        found.Take("TestViews.Crops", text, @"clips × (\d) spatial");
        found.Take("TimeSteps", text, @"Clip: (\d+) frames");
        found.Match(NotSpecified);
    }

    private Fields Of(string name)
    {
        compared.Add(name);
        return new Fields(name);
    }

    private void Derived(string name, string from, params (string Field, string Text, string Pattern)[] changes)
    {
        compared.Add(name);
        var (recipe, source) = (RecipeFields.Of(TrainingRecipes.All[name]), RecipeFields.Of(TrainingRecipes.All[from]));
        var differing = recipe.Keys.Union(source.Keys).Where(field => recipe.GetValueOrDefault(field) != source.GetValueOrDefault(field));
        Assert.Equal(changes.Select(change => change.Field).Order(), differing.Order());
        foreach (var (field, text, pattern) in changes)
        {
            Assert.Equal(Number(Found(text, pattern)!), Number(recipe[field]));
        }
    }

    private static string Text(string path) => File.ReadAllText(Repository.SharedPath(path)!);

    private static Dictionary<string, string> Table(string path, string heading, int column) => Text(path).Split('\n')
        .SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim('|', ' ').Split(" | "))
        .Where(cells => cells.Length > column)
        .ToDictionary(cells => cells[0].Trim(), cells => cells[column].Trim() == "same" ? cells[column - 1].Trim() : cells[column].Trim(),
            StringComparer.Ordinal);

    private static string? Found(string text, string pattern) =>
        Regex.Match(text, pattern) is { Success: true } match ? match.Groups[1].Value : null;

    private static string Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : text;

    /// <summary>What a specification says of one recipe, field by field.</summary>
    private sealed class Fields(string name)
    {
        private readonly Dictionary<string, string> said = new(StringComparer.Ordinal);

        public void Take(string field, string text, string pattern, bool required = true, string prefix = "")
        {
            if (Found(text, pattern) is { } value)
            {
                said[field] = Number(prefix + value);
            }
            else
            {
                Assert.False(required, $"{name}: the specification does not say {field} in '{text}'");
            }
        }

        public void Is(string field, string value, bool says)
        {
            if (says)
            {
                said[field] = value;
            }
        }

        public void Numbers(string field, string text, int from) =>
            said[field] = string.Join(
                ' ', Regex.Matches(text, @"\.\d+").Skip(from).Take(3)
                    .Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)));

        public void Match(HashSet<string> notSpecified)
        {
            var nothing = RecipeFields.Of(new TrainingRecipe(OptimizerKind.AdamW, new LearningRateSchedule(0), 1, 1)
            {
                Crop = new CropRange(0), TestCrop = new MiddleCrop(0, 0),
            });
            var own = RecipeFields.Of(TrainingRecipes.All[name]);
            foreach (var field in own.Keys.Union(said.Keys))
            {
                var value = own.GetValueOrDefault(field) ?? string.Empty;
                if (said.TryGetValue(field, out var expected))
                {
                    Assert.True(Number(value) == expected, $"{name}: {field} is {value}, and the specification says {expected}");
                }
                else
                {
                    Assert.True(value == nothing.GetValueOrDefault(field) || notSpecified.Contains($"{name}/{field}"),
                        $"{name}: {field} is {value}, and no place of the specification was read for it");
                }
            }
        }
    }
}
