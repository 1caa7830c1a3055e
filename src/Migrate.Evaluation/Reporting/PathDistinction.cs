namespace Migrate.Evaluation;

/// <summary>
/// Whether a model tells the paths of one structure apart. Counted are structures (<see cref="PathPrediction.StructureKey"/>) of which
/// at least two paths were predicted and whose reference barriers differ by more than <see cref="Resolution"/>.
/// </summary>
/// <param name="Spreads">Each structure: largest − smallest reference barrier, and the same of the predictions, eV; by name.</param>
/// <param name="Paths">Paths in these structures.</param>
/// <param name="Distinct">Structures whose predictions differ by more than <see cref="Resolution"/>.</param>
/// <param name="Resolved">Structures whose predictions differ by more than <see cref="RequiredShare"/> of the true spread.</param>
/// <param name="KendallTau">
/// (Pairs in the right order − pairs in the wrong one) / pairs, over all pairs of paths within one structure with different reference
/// barriers; equal predictions count as neither. NaN without a pair.
/// </param>
/// <param name="SpearmanRho">Mean rank correlation over the structures with at least three paths; NaN without one.</param>
/// <param name="Ranked">Structures with at least three paths.</param>
public sealed record PathDistinction(
    IReadOnlyList<(string Structure, double Expected, double Predicted)> Spreads,
    int Paths,
    int Distinct,
    int Resolved,
    double KendallTau,
    double SpearmanRho,
    int Ranked)
{
    /// <summary>Barriers closer than this count as equal, eV.</summary>
    public const double Resolution = 1e-3;

    /// <summary>Share of the true spread that predictions must exceed to resolve a structure.</summary>
    public const double RequiredShare = 0.25;

    /// <summary>Structures with several paths.</summary>
    public int Structures => Spreads.Count;

    /// <summary>Counts and correlations of some predictions.</summary>
    /// <param name="paths">One prediction for each path.</param>
    public static PathDistinction Compute(IReadOnlyList<PathPrediction> paths)
    {
        var structures = paths.GroupBy(path => path.StructureKey)
            .Select(members => (Name: members.Key.Structure, Members: members.ToList()))
            .Where(s => s.Members.Count > 1 && Spread(s.Members, m => m.Expected) > Resolution)
            .OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
        var spreads = structures.ConvertAll(s => (s.Name, Spread(s.Members, m => m.Expected), Spread(s.Members, m => m.Predicted)));
        var (agree, pairs) = structures.Aggregate((0, 0), (sum, s) => Add(sum, Orders(s.Members)));
        var correlations = structures.Where(s => s.Members.Count > 2).Select(s => Spearman(s.Members)).ToList();
        return new PathDistinction(
            spreads,
            structures.Sum(s => s.Members.Count),
            spreads.Count(s => s.Item3 > Resolution),
            spreads.Count(s => s.Item3 > RequiredShare * s.Item2),
            pairs == 0 ? double.NaN : (double)agree / pairs,
            correlations.Count == 0 ? double.NaN : correlations.Average(),
            correlations.Count);
    }

    private static double Spread(List<PathPrediction> members, Func<PathPrediction, double> value) => members.Max(value) - members.Min(value);

    private static (int Agree, int Pairs) Add((int Agree, int Pairs) a, (int Agree, int Pairs) b) => (a.Agree + b.Agree, a.Pairs + b.Pairs);

    private static (int Agree, int Pairs) Orders(List<PathPrediction> members)
    {
        var (agree, pairs) = (0, 0);
        for (var i = 0; i < members.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var order = Math.Sign(members[i].Expected - members[j].Expected);
                agree += order * Math.Sign(members[i].Predicted - members[j].Predicted);
                pairs += Math.Abs(order);
            }
        }

        return (agree, pairs);
    }

    // Pearson correlation of the ranks; equal predictions correlate with nothing.
    private static double Spearman(List<PathPrediction> members)
    {
        var (x, y) = (Ranks([.. members.Select(m => m.Expected)]), Ranks([.. members.Select(m => m.Predicted)]));
        var mean = (members.Count + 1) / 2.0;
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }

        return yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }

    // Ranks from 1; equal values share the mean of their ranks.
    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(w => w < v) + ((values.Count(w => w == v) + 1) / 2.0))];
}
