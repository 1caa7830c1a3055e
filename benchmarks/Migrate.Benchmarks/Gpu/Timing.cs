using System.Diagnostics;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Seconds of repeated runs.</summary>
/// <param name="Median">Median, seconds.</param>
/// <param name="Fastest">Fastest, seconds.</param>
/// <param name="Slowest">Slowest, seconds.</param>
/// <param name="Count">Runs.</param>
internal readonly record struct Timing(double Median, double Fastest, double Slowest, int Count)
{
    /// <summary>Runs something until enough is known: after one warm-up at least three times, then until the time is over.</summary>
    /// <param name="run">Returns when its work is done, on the device as well.</param>
    /// <param name="seconds">Time for all runs but the warm-up.</param>
    /// <param name="most">Most runs.</param>
    /// <param name="warmUps">Runs before the clock starts.</param>
    public static Timing Of(Action run, double seconds, int most = 1000, int warmUps = 1)
    {
        for (var i = 0; i < warmUps; i++)
        {
            run();
        }

        var (times, whole) = (new List<double>(), Stopwatch.StartNew());
        while (times.Count < most && (times.Count < Math.Min(3, most) || whole.Elapsed.TotalSeconds < seconds))
        {
            var clock = Stopwatch.StartNew();
            run();
            times.Add(clock.Elapsed.TotalSeconds);
        }

        times.Sort();
        return new Timing(times[times.Count / 2], times[0], times[^1], times.Count);
    }

    /// <summary>The spread, for notes.</summary>
    public string Spread => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"median of {Count}, {1000 * Fastest:0.##} to {1000 * Slowest:0.##} ms");
}
