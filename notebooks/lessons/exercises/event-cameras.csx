// What is right, what is nearly right and what helps, for the exercises of "Event cameras".
// docs/teaching.md says how such a file is written.
using System;
using System.Linq;
using SnnNotebooks.Interactive.Exercises;

static class EventAnswers
{
    public static double[] Counts(double[] times, double duration, double frames)
    {
        var counts = new double[(int)frames];
        foreach (var time in times)
        {
            counts[(int)(time * frames / duration)]++;
        }

        return counts;
    }
}

Exercise.Define("polarity")
    .Given("direction", draw => draw.OneOf(-1, 1)).Given("contrast", draw => draw.OneOf(-1, 1)).Cases(30)
    .Truth(given => given[0] * given[1])
    .Almost("That is the edge in front. The right edge is in front only of a move to the right.", given => given[1])
    .Almost("A dark shape does the opposite of a bright one.", given => given[0])
    .Almost("That is so for a bright shape that moves to the right. What changes with the direction, what with the contrast?", _ => 1)
    .Almost("Two signs are multiplied, not added: the answer is 1 or -1.", given => given[0] + given[1])
    .Almost("That is the left edge of a shape that moves to the right. The direction must be in it.", given => -given[1])
    .WithHint("Take a bright shape that moves to the right. What does a pixel just right of it see next?")
    .WithHint("It becomes brighter: 1. Turning the direction round swaps the edges; turning the contrast round swaps the polarities.");

Exercise.Define("equal-time")
    .Given("times", draw => draw.Many(24, 0, 99_000).Order().ToArray()).Given("duration", _ => 100_000.0)
    .Given("frames", draw => draw.OneOf(4, 6, 8))
    .Truth(given => EventAnswers.Counts(given[0], given[1], given[2]))
    .Almost("These frames hold the same number of events each. Equal time is asked for.",
        given => Enumerable.Repeat(24 / given[2], (int)given[2]).ToArray())
    .Almost("These are shares of all events; counts are asked for.",
        given => EventAnswers.Counts(given[0], given[1], given[2]).Select(count => count / 24).ToArray())
    .Almost("These count the events up to the end of each frame, not those within it.", given =>
    {
        var sum = 0.0;
        return EventAnswers.Counts(given[0], given[1], given[2]).Select(count => sum += count).ToArray();
    })
    .Almost("A time is rounded to the nearest frame; it belongs to the one it lies in: cut off, do not round.",
        given => EventAnswers.Counts([.. given[0].Values.Select(time =>
            (Math.Min(given[2] - 1, Math.Round(time * given[2] / given[1])) + 0.5) * given[1] / given[2])], given[1], given[2]))
    .Almost("These are the frames of the events, one for each. Count how many fall into each frame.",
        given => given[0].Values.Select(time => Math.Floor(time * given[2] / given[1])).ToArray())
    .Almost("These are events per microsecond. Counts are asked for.",
        given => EventAnswers.Counts(given[0], given[1], given[2]).Select(count => count * given[2] / given[1]).ToArray())
    .Almost("The frames begin with the first event and end with the last. The recording lasts from 0 to duration.", given =>
    {
        var (first, last) = (given[0].Values.Min(), given[0].Values.Max());
        return EventAnswers.Counts(
            [.. given[0].Values.Select(time => Math.Min((time - first) / (last - first), 0.999999))], 1, given[2]);
    })
    .Almost("A frame may hold several events: add 1 for each, do not set 1.",
        given => EventAnswers.Counts(given[0], given[1], given[2]).Select(count => Math.Min(count, 1)).ToArray())
    .WithHint("The frame of an event is the whole part of time / (duration / frames).")
    .WithHint("Make an array of so many zeros and add 1 at the place of each event's frame.");

Exercise.Define("noise-events")
    .Given("ratePerSecond", draw => draw.Between(0.5, 30)).Given("width", draw => draw.Whole(10, 200))
    .Given("height", draw => draw.Whole(10, 200)).Given("milliseconds", draw => draw.Between(20, 400))
    .Truth(given => given[0] * given[1] * given[2] * given[3] / 1000)
    .Almost("That is the noise of one pixel. There are width times height of them.", given => given[0] * given[3] / 1000)
    .Almost("The rate is per second, the time in milliseconds: divide by 1000.", given => given[0] * given[1] * given[2] * given[3])
    .Almost("That is the noise of one second; the recording has its own length.", given => given[0] * given[1] * given[2])
    .Almost("A picture has width times height pixels, not width plus height.", given => given[0] * (given[1] + given[2]) * given[3] / 1000)
    .Almost("A rate is multiplied by the time that passes: twice the time, twice the noise.",
        given => given[0] * given[1] * given[2] / given[3] * 1000)
    .Almost("The rate is missing: that is right for one event a second.", given => given[1] * given[2] * given[3] / 1000)
    .Almost("More noise, more events: multiply by the rate, do not divide.", given => given[1] * given[2] * given[3] / 1000 / given[0])
    .WithHint("One pixel first: its rate times the recording's length in seconds.")
    .WithHint("Then all pixels: width times height of them.");

Exercise.Define("bandwidth")
    .Given("width", draw => draw.Whole(100, 1300)).Given("height", draw => draw.Whole(100, 800))
    .Given("bits", draw => draw.OneOf(16, 32, 40, 64))
    .Truth(given => given[0] * given[1] * 30 * 8 / given[2])
    .Almost("That is one picture; the video sends 30 a second.", given => given[0] * given[1] * 8 / given[2])
    .Almost("Bits and bytes: a pixel of the video has 8 bits.", given => given[0] * given[1] * 30 / given[2])
    .Almost("These are bits a second. How many events are that?", given => given[0] * given[1] * 30 * 8)
    .Almost("More bits for an event mean fewer events: divide by them.", given => given[0] * given[1] * 30 * 8 * given[2])
    .Almost("A picture has width times height pixels, not width plus height.",
        given => (given[0] + given[1]) * 30 * 8 / given[2])
    .Almost("That is for one pixel. There are width times height of them.", given => 30 * 8 / given[2])
    .Almost("Those are pixels a second. How many bits is that, and how many events do they make?", given => given[0] * given[1] * 30)
    .WithHint("How many bits does the video send in a second?")
    .WithHint("Divide them by the bits of one event.");
