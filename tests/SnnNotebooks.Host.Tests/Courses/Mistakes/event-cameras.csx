//// polarity: That is the edge in front
Func<int, int, int> polarity = (direction, contrast) => contrast;
//// polarity: A dark shape does the opposite
Func<int, int, int> polarity = (direction, contrast) => direction;
//// polarity: That is so for a bright shape
Func<int, int, int> polarity = (direction, contrast) => 1;
//// polarity: Two signs are multiplied
Func<int, int, int> polarity = (direction, contrast) => direction + contrast;
//// polarity: The sign is the other way round
Func<int, int, int> polarity = (direction, contrast) => -direction * contrast;
//// equal-time: These frames hold the same number
Func<double[], double, int, double[]> counts = (times, duration, frames) =>
    Enumerable.Repeat((double)times.Length / frames, frames).ToArray();
//// equal-time: These are shares
Func<double[], double, int, double[]> counts = (times, duration, frames) =>
{
    var result = new double[frames];
    foreach (var time in times) result[(int)(time * frames / duration)] += 1.0 / times.Length;
    return result;
};
//// equal-time: These count the events up to
Func<double[], double, int, double[]> counts = (times, duration, frames) =>
    Enumerable.Range(1, frames).Select(i => (double)times.Count(time => time < i * duration / frames)).ToArray();
//// equal-time: A time is rounded to the nearest
Func<double[], double, int, double[]> counts = (times, duration, frames) =>
{
    var result = new double[frames];
    foreach (var time in times) result[Math.Min(frames - 1, (int)Math.Round(time * frames / duration))]++;
    return result;
};
//// equal-time: These are the frames of the events
Func<double[], double, int, double[]> counts = (times, duration, frames) =>
    times.Select(time => Math.Floor(time * frames / duration)).ToArray();
//// equal-time: The order is reversed
Func<double[], double, int, double[]> counts = (times, duration, frames) =>
{
    var result = new double[frames];
    foreach (var time in times) result[frames - 1 - (int)(time * frames / duration)]++;
    return result;
};
//// noise-events: That is the noise of one pixel
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) => ratePerSecond * milliseconds / 1000;
//// noise-events: The rate is per second
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) => ratePerSecond * width * height * milliseconds;
//// noise-events: That is the noise of one second
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) => ratePerSecond * width * height;
//// noise-events: A picture has width times height
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) =>
    ratePerSecond * (width + height) * milliseconds / 1000;
//// noise-events: It is 1000 times too small
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) =>
    ratePerSecond * width * height * milliseconds / 1e6;
//// noise-events: A rate is multiplied by the time
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) =>
    ratePerSecond * width * height / (milliseconds / 1000);
//// bandwidth: That is one picture
Func<int, int, int, double> events = (width, height, bits) => width * height * 8.0 / bits;
//// bandwidth: Bits and bytes
Func<int, int, int, double> events = (width, height, bits) => width * height * 30.0 / bits;
//// bandwidth: These are bits a second
Func<int, int, int, double> events = (width, height, bits) => width * height * 30.0 * 8;
//// bandwidth: More bits for an event
Func<int, int, int, double> events = (width, height, bits) => width * height * 30.0 * 8 * bits;
//// bandwidth: A picture has width times height
Func<int, int, int, double> events = (width, height, bits) => (width + height) * 30.0 * 8 / bits;
//// bandwidth: It is the reciprocal
Func<int, int, int, double> events = (width, height, bits) => bits / (width * height * 30.0 * 8);
//// polarity: That is the left edge of a shape that moves to the right. The direction must be in it.
Func<int, int, int> polarity = (direction, contrast) => -contrast;
//// equal-time: These are events per microsecond. Counts are asked for.
Func<double[], double, int, double[]> counts = (times, duration, frames) => { var c = new double[frames]; foreach (var t in times) c[(int)(t * frames / duration)]++; return c.Select(n => n / (duration / frames)).ToArray(); };
//// equal-time: The frames begin with the first event and end with the last. The recording lasts from 0 to duration.
Func<double[], double, int, double[]> counts = (times, duration, frames) => { var c = new double[frames]; var (lo, hi) = (times.Min(), times.Max()); foreach (var t in times) c[Math.Min(frames - 1, (int)((t - lo) * frames / (hi - lo)))]++; return c; };
//// equal-time: A frame may hold several events: add 1 for each, do not set 1.
Func<double[], double, int, double[]> counts = (times, duration, frames) => { var c = new double[frames]; foreach (var t in times) c[(int)(t * frames / duration)] = 1; return c; };
//// noise-events: The rate is missing: that is right for one event a second.
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) => width * height * milliseconds / 1000;
//// noise-events: More noise, more events: multiply by the rate, do not divide.
Func<double, int, int, double, double> noise = (ratePerSecond, width, height, milliseconds) => width * height * (milliseconds / 1000) / ratePerSecond;
//// bandwidth: That is for one pixel. There are width times height of them.
Func<int, int, int, double> events = (width, height, bits) => 30.0 * 8 / bits;
//// bandwidth: Those are pixels a second. How many bits is that, and how many events do they make?
Func<int, int, int, double> events = (width, height, bits) => width * height * 30.0;
