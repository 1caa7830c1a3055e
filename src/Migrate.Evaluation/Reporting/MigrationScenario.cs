namespace Migrate.Evaluation;

/// <summary>How near the training data come to a predicted path: the three scenarios of the paper.</summary>
public enum MigrationScenario
{
    /// <summary>Another path of the same structure was in training.</summary>
    SamePathFamily,

    /// <summary>The same host with another content of the same ion was in training.</summary>
    OtherChargeState,

    /// <summary>Only other ions or other chemistries were in training.</summary>
    OtherChemistry,
}

/// <summary>
/// The rule that sorts paths into scenarios, from the columns of <c>predictions.csv</c> alone. A: a training path has the same
/// <see cref="PathPrediction.StructureKey"/>. B: none has, but one has the same framework and ion, so its name differs: another
/// content of the ion (LiMn2O4 and Mn2O4_Li), in a few cases another polymorph. C: all others. An unknown framework is C.
/// </summary>
public sealed class ScenarioRule
{
    private readonly HashSet<(string, string, string, string)> _structures;
    private readonly HashSet<(string, string)> _hosts;

    /// <summary>The rule for one training set.</summary>
    /// <param name="training">The paths that were trained on.</param>
    public ScenarioRule(IEnumerable<PathPrediction> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var known = training.Where(path => path.Framework.Length > 0).ToList();
        _structures = [.. known.Select(path => path.StructureKey)];
        _hosts = [.. known.Select(path => (path.Framework, path.Ion))];
    }

    /// <summary>The scenario of a path that was not trained on.</summary>
    public MigrationScenario Of(PathPrediction path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _structures.Contains(path.StructureKey) ? MigrationScenario.SamePathFamily
            : _hosts.Contains((path.Framework, path.Ion)) ? MigrationScenario.OtherChargeState
            : MigrationScenario.OtherChemistry;
    }
}
