using Migrate.Training.Protocol;

namespace Migrate.Training.Tests.Protocol;

/// <summary>Predicts a number that tells path and seed, and remembers what it was asked.</summary>
internal sealed class CountingLearner(string settings = "s", double? spread = null) : IBarrierLearner
{
    private readonly List<Call> _calls = [];

    public IReadOnlyList<Call> Calls => _calls;

    public string Size => "small";

    public long Parameters => 7;

    public string Settings => settings;

    public double? SecondsPerPath => null;

    public static double Barrier(int path, int seed) => (path / 3.0) + (100 * seed);

    public IReadOnlyList<LearnedBarrier> FitAndPredict(
        IReadOnlyList<int> training, IReadOnlyList<int> evaluated, int seed, string folder, CancellationToken cancel)
    {
        _calls.Add(new Call([.. training], [.. evaluated], seed, folder));
        return [.. evaluated.Select(i => new LearnedBarrier(Barrier(i, seed), spread))];
    }

    internal sealed record Call(int[] Training, int[] Evaluated, int Seed, string Folder);
}
