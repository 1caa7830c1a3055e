using System.Text.RegularExpressions;

namespace Migrate.Evaluation;

/// <summary>What a row says about one path: the mean of its predictions over seeds. Barriers in eV.</summary>
/// <param name="Name">Name of the path.</param>
/// <param name="Ion">Symbol of the migrating element; empty where unknown.</param>
/// <param name="Class">Structural group; empty where unknown.</param>
/// <param name="Framework">Reduced formula of the host without the migrating element; empty where unknown.</param>
/// <param name="Expected">Reference barrier.</param>
/// <param name="Predicted">Predicted barrier.</param>
/// <param name="Lower">Lower end of the 90 % interval; null where there is none.</param>
/// <param name="Upper">Upper end of the 90 % interval; null where there is none.</param>
public sealed partial record PathPrediction(
    string Name, string Ion, string Class, string Framework, double Expected, double Predicted, double? Lower = null, double? Upper = null)
{
    /// <summary>Size of the error, eV.</summary>
    public double AbsoluteError => Math.Abs(Predicted - Expected);

    /// <summary>
    /// The structure a path runs through, as far as the columns tell: framework, ion, class, and the name without the number of the
    /// path ("Li2MnO3_4" is a path of "Li2MnO3"). Names hold the ion content, so charge states of one framework differ.
    /// </summary>
    public (string Framework, string Ion, string Class, string Structure) StructureKey =>
        (Framework, Ion, Class, StructureName(Name));

    /// <summary>The name of a path without its number: "Li2MnO3_4" is a path of "Li2MnO3".</summary>
    public static string StructureName(string name) => PathNumber().Replace(name, "");

    /// <summary>Whether a name has no number at its end, or number 1: the one path that a structure keeps where only one may stay.</summary>
    public static bool IsFirstOfStructure(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return PathNumber().Match(name) is not { Success: true } number || number.ValueSpan is "_1";
    }

    /// <summary>One prediction for each path, the mean over all rows with its name; intervals only where every row has one.</summary>
    /// <returns>In the order in which the paths appear first.</returns>
    public static IReadOnlyList<PathPrediction> Mean(IEnumerable<PredictionRow> rows) =>
    [
        .. rows.GroupBy(row => row.Name, StringComparer.Ordinal).Select(same =>
        {
            var first = same.First();
            var complete = same.All(row => row.Lower is not null && row.Upper is not null);
            return new PathPrediction(
                first.Name, first.Ion, first.Class, first.Framework, first.Expected, same.Average(row => row.Predicted),
                complete ? same.Average(row => row.Lower) : null, complete ? same.Average(row => row.Upper) : null);
        }),
    ];

    [GeneratedRegex(@"_\d+$")]
    private static partial Regex PathNumber();
}
