using SnnNotebooks.Datasets.Synthetic;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Synthetic;

public sealed class MovingShapeClipsTests
{
    [Fact]
    public void A_seed_gives_the_same_clips_and_another_seed_others()
    {
        var source = new MovingShapeClips { ClipsPerClass = 2, Frames = 4, Size = 24, Seed = 5 };
        using var one = source.Generate();
        using var again = source.Generate();
        using var other = (source with { Seed = 6 }).Generate();

        Assert.Equal([16, 4, 3, 24, 24], one.Clips.shape);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7], one.Labels.data<long>().ToArray());
        Assert.True(one.Clips.equal(again.Clips).all().item<bool>());
        Assert.False(one.Clips.equal(other.Clips).all().item<bool>());
    }

    [Fact]
    public void The_shape_stays_in_the_frame_and_moves_as_its_class_says()
    {
        var source = new MovingShapeClips { ClipsPerClass = 25, Frames = 9, Size = 20, Seed = 1 };
        for (var clip = 0; clip < 200; clip++)
        {
            var course = source.Course(clip);
            var (first, last) = (course[0], course[^1]);
            Assert.All(course, place =>
            {
                Assert.InRange(place.X, place.Radius, 19 - place.Radius);
                Assert.InRange(place.Y, place.Radius, 19 - place.Radius);
            });
            var moved = MovingShapeClips.ClassNames[clip % 8] switch
            {
                "right" => last.X > first.X && last.Y == first.Y,
                "left" => last.X < first.X && last.Y == first.Y,
                "down" => last.Y > first.Y && last.X == first.X,
                "up" => last.Y < first.Y && last.X == first.X,
                "clockwise" => Turned(course) > 0,
                "counter-clockwise" => Turned(course) < 0,
                "growing" => last.Radius > first.Radius && (last.X, last.Y) == (first.X, first.Y),
                _ => last.Radius < first.Radius && (last.X, last.Y) == (first.X, first.Y),
            };
            Assert.True(moved, $"clip {clip}");
        }
    }

    /// <summary>The pixels that differ from the corner's shade have their middle where the course says.</summary>
    [Fact]
    public void What_is_drawn_is_where_the_course_says()
    {
        var source = new MovingShapeClips { ClipsPerClass = 3, Frames = 5, Size = 48, Noise = 0, Seed = 2 };
        using var clips = source.Generate();
        var bytes = clips.Clips.data<byte>().ToArray();
        for (var clip = 0; clip < clips.Count; clip++)
        {
            for (var frame = 0; frame < 5; frame++)
            {
                var start = ((clip * 5) + frame) * 3 * 48 * 48;
                var (sumX, sumY, area) = (0.0, 0.0, 0);
                for (var at = 0; at < 48 * 48; at++)
                {
                    if (Math.Abs(bytes[start + at] - bytes[start]) > 80)
                    {
                        (sumX, sumY, area) = (sumX + (at % 48), sumY + (at / 48), area + 1);
                    }
                }

                var place = source.Course(clip)[frame];
                Assert.InRange(sumX / area, place.X - (0.4 * place.Radius), place.X + (0.4 * place.Radius));
                Assert.InRange(sumY / area, place.Y - (0.4 * place.Radius), place.Y + (0.4 * place.Radius));
            }
        }
    }

    [Fact]
    public void Batches_have_time_first_and_all_clips_once()
    {
        using var clips = new MovingShapeClips { ClipsPerClass = 2, Frames = 3, Size = 20 }.Generate();
        using var scope = NewDisposeScope();
        var batches = clips.Batches(6, shuffleSeed: 1).ToList();

        Assert.Equal([3, 6, 3, 20, 20], batches[0].Clips.shape);
        Assert.Equal([3, 4, 3, 20, 20], batches[^1].Clips.shape);
        Assert.Equal(clips.Labels.data<long>().ToArray().Order(), batches.SelectMany(batch => batch.Labels.data<long>().ToArray()).Order());
        Assert.InRange(batches[0].Clips.max().item<float>(), 0.5f, 1f);
    }

    [Fact]
    public void Impossible_clips_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MovingShapeClips { ClipsPerClass = 0 }.Generate());
        Assert.Throws<ArgumentException>(() => new MovingShapeClips { Frames = 1 }.Generate());
        Assert.Throws<ArgumentException>(() => new MovingShapeClips { Size = 19 }.Generate());
        Assert.Throws<ArgumentException>(() => new MovingShapeClips { Noise = double.NaN }.Generate());
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingShapeClips { ClipsPerClass = 1 }.Course(8));
    }

    private static double Turned(IReadOnlyList<(double X, double Y, double Radius)> course)
    {
        var (middleX, middleY) = Middle(course);
        var turned = 0.0;
        for (var i = 1; i < course.Count; i++)
        {
            var (ax, ay, bx, by) = (course[i - 1].X - middleX, course[i - 1].Y - middleY, course[i].X - middleX, course[i].Y - middleY);
            turned += Math.Atan2((ax * by) - (ay * bx), (ax * bx) + (ay * by));
        }

        return turned;
    }

    /// <summary>The middle of the circle through the first, middle and last place.</summary>
    private static (double X, double Y) Middle(IReadOnlyList<(double X, double Y, double Radius)> course)
    {
        var (a, b, c) = (course[0], course[course.Count / 2], course[^1]);
        var d = 2 * ((a.X * (b.Y - c.Y)) + (b.X * (c.Y - a.Y)) + (c.X * (a.Y - b.Y)));
        var (aa, bb, cc) = ((a.X * a.X) + (a.Y * a.Y), (b.X * b.X) + (b.Y * b.Y), (c.X * c.X) + (c.Y * c.Y));
        return (((aa * (b.Y - c.Y)) + (bb * (c.Y - a.Y)) + (cc * (a.Y - b.Y))) / d,
            ((aa * (c.X - b.X)) + (bb * (a.X - c.X)) + (cc * (b.X - a.X))) / d);
    }
}
