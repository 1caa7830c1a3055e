using System.Diagnostics;

namespace Migrate.Training.Protocol;

/// <summary>Wall time that something takes per path.</summary>
internal sealed class PredictionClock
{
    /// <summary>Of the last measurement, s; null before the first.</summary>
    public double? SecondsPerPath { get; private set; }

    /// <summary>Runs something over paths, and keeps its time.</summary>
    /// <param name="count">Paths.</param>
    /// <param name="work">What is measured.</param>
    public T Measure<T>(int count, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        SecondsPerPath = clock.Elapsed.TotalSeconds / Math.Max(1, count);
        return result;
    }
}
