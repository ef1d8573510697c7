//// silent-black: Black pixels still fire
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => Math.Round((steps - 1) * (1 - x))).ToArray();
//// silent-black: The order is turned round
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? Math.Round((steps - 1) * x) : -1).ToArray();
//// silent-black: The first step is step 0
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? 1 + Math.Round((steps - 1) * (1 - x)) : -1).ToArray();
//// silent-black: The line falls over steps - 1
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? Math.Round(steps * (1 - x)) : -1).ToArray();
//// silent-black: The time is cut off
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? (double)(int)((steps - 1) * (1 - x)) : -1).ToArray();
//// silent-black: The times are not whole
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? (steps - 1) * (1 - x) : -1).ToArray();
//// silent-black: A black pixel gets -1
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? Math.Round((steps - 1) * (1 - x)) : 0).ToArray();
//// rate-after: That is the rate in the long run
Func<double, int, double> rate = (input, T) =>
{
    var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0))));
    return 1 / n;
};
//// rate-after: That is the number of spikes
Func<double, int, double> rate = (input, T) =>
{
    var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0))));
    return Math.Floor(T / n);
};
//// rate-after: The first spike does not come
Func<double, int, double> rate = (input, T) =>
{
    var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0))));
    return Math.Ceiling(T / n) / T;
};
//// rate-after: That is 0 for every input
Func<double, int, double> rate = (input, T) =>
{
    var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0))));
    return (int)(T / n) / T;
};
//// rate-after: That is one spike too many
Func<double, int, double> rate = (input, T) =>
{
    var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0))));
    return (Math.Floor(T / n) + 1) / T;
};
//// rate-after: A stretch that is more than half
Func<double, int, double> rate = (input, T) =>
{
    var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0))));
    return Math.Round(T / n) / T;
};
//// stop-early: Either class may lead
Func<double[], double[], int, int> stop = (a, b, lead) =>
{
    var ahead = 0.0;
    for (var t = 0; t < a.Length; t++)
    {
        ahead += a[t] - b[t];
        if (ahead >= lead) return t + 1;
    }

    return a.Length;
};
//// stop-early: It must lead by this many
Func<double[], double[], int, int> stop = (a, b, lead) =>
{
    var ahead = 0.0;
    for (var t = 0; t < a.Length; t++)
    {
        ahead += a[t] - b[t];
        if (Math.Abs(ahead) > lead) return t + 1;
    }

    return a.Length;
};
//// stop-early: The answer is a number of steps
Func<double[], double[], int, int> stop = (a, b, lead) =>
{
    var ahead = 0.0;
    for (var t = 0; t < a.Length; t++)
    {
        ahead += a[t] - b[t];
        if (Math.Abs(ahead) >= lead) return t;
    }

    return a.Length - 1;
};
//// stop-early: That stops when a class
Func<double[], double[], int, int> stop = (a, b, lead) =>
{
    var (first, second) = (0.0, 0.0);
    for (var t = 0; t < a.Length; t++)
    {
        first += a[t];
        second += b[t];
        if (first >= lead || second >= lead) return t + 1;
    }

    return a.Length;
};
//// stop-early: If no class ever leads
Func<double[], double[], int, int> stop = (a, b, lead) =>
{
    var ahead = 0.0;
    for (var t = 0; t < a.Length; t++)
    {
        ahead += a[t] - b[t];
        if (Math.Abs(ahead) >= lead) return t + 1;
    }

    return -1;
};
//// stop-early: The lead is that of one step
Func<double[], double[], int, int> stop = (a, b, lead) =>
{
    for (var t = 0; t < a.Length; t++)
    {
        if (Math.Abs(a[t] - b[t]) >= lead) return t + 1;
    }

    return a.Length;
};
//// rate-levels: Silence is a rate
Func<int, int> levels = T => T;
//// rate-levels: Only the number of spikes
Func<int, int> levels = T => 1 << T;
//// rate-levels: That is what one step can say
Func<int, int> levels = T => 2;
//// rate-levels: Another step adds one
Func<int, int> levels = T => 2 * T;
//// rate-levels: It is one too large
Func<int, int> levels = T => T + 2;
//// silent-black: Black pixels are left out. They have a place in the answer, too: -1.
Func<double[], int, double[]> times = (pixels, steps) => pixels.Where(x => x > 0).Select(x => Math.Round((steps - 1) * (1 - x))).ToArray();
//// silent-black: The time is rounded up; it must be rounded to the nearest step.
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? Math.Ceiling((steps - 1) * (1 - x)) : -1).ToArray();
//// silent-black: The line falls over steps - 1, and the time is rounded, not cut off.
Func<double[], int, double[]> times = (pixels, steps) => pixels.Select(x => x > 0 ? (double)(int)(steps * (1 - x)) : -1).ToArray();
//// rate-after: That is how many intervals fit into T, with a part of one. Cut it off, then divide by T.
Func<double, int, double> rate = (input, T) => { var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0)))); return T / n; };
//// rate-after: All T steps count: a spike may come in the last one.
Func<double, int, double> rate = (input, T) => { var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0)))); return Math.Floor((T - 1) / n) / T; };
//// rate-after: The spikes are divided by n. A rate is spikes by all steps, T.
Func<double, int, double> rate = (input, T) => { var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0)))); return Math.Floor(T / n) / n; };
//// rate-after: n is how long it takes to a spike. How many times does it fit into T?
Func<double, int, double> rate = (input, T) => { var n = Math.Max(1, Math.Ceiling(Math.Log(1 - (1 / input)) / Math.Log(1 - (1 / 2.0)))); return n / T; };
//// stop-early: 0 steps decide nothing: if no class ever leads by so many, all steps are used.
Func<double[], double[], int, int> stop = (a, b, lead) => { var d = 0.0; for (var t = 0; t < a.Length; t++) { d += a[t] - b[t]; if (Math.Abs(d) >= lead) return t + 1; } return 0; };
//// stop-early: There is no step after the last: if no class ever leads by so many, all steps are used.
Func<double[], double[], int, int> stop = (a, b, lead) => { var d = 0.0; for (var t = 0; t < a.Length; t++) { d += a[t] - b[t]; if (Math.Abs(d) >= lead) return t + 1; } return a.Length + 1; };
//// stop-early: That is how many spikes came in all. A lead is the difference.
Func<double[], double[], int, int> stop = (a, b, lead) => { var d = 0.0; for (var t = 0; t < a.Length; t++) { d += a[t] + b[t]; if (d >= lead) return t + 1; } return a.Length; };
//// stop-early: Each step's difference is taken absolute, so that b's spikes never make up for a's. Add up first.
Func<double[], double[], int, int> stop = (a, b, lead) => { var d = 0.0; for (var t = 0; t < a.Length; t++) { d += Math.Abs(a[t] - b[t]); if (d >= lead) return t + 1; } return a.Length; };
