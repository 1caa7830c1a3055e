using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Migrate.Evaluation;

/// <summary>Everything that is said about one prediction of barriers: metrics, classes, groups, and the floor to beat. Values in eV.</summary>
/// <param name="Name">What was predicted with.</param>
/// <param name="Regression">Metrics with uncertainties.</param>
/// <param name="Classification">As a classifier of good conductors.</param>
/// <param name="Groups">By structural group; empty where groups are not known.</param>
/// <param name="Floor">What a constant would reach; null where the training values are not known.</param>
public sealed record EvaluationReport(
    string Name,
    RegressionEstimates Regression,
    ClassificationEstimates Classification,
    IReadOnlyList<GroupMetrics> Groups,
    Floor? Floor)
{
    /// <summary>Evaluates a prediction.</summary>
    /// <param name="name">What was predicted with.</param>
    /// <param name="expected">[n] reference barriers, eV.</param>
    /// <param name="predicted">[n] predicted barriers, eV, same order.</param>
    /// <param name="groups">[n] structural groups, or null.</param>
    /// <param name="training">[n_training] barriers the model was trained on, eV, or null.</param>
    /// <param name="threshold">Largest barrier of a good conductor, eV.</param>
    /// <param name="bootstrap">Resampling; 1,000 draws when null.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no pair, or a value is not finite.</exception>
    public static EvaluationReport Create(
        string name,
        IReadOnlyList<double> expected,
        IReadOnlyList<double> predicted,
        IReadOnlyList<string?>? groups = null,
        IReadOnlyList<double>? training = null,
        double threshold = ClassificationEstimates.PaperThreshold,
        Bootstrap? bootstrap = null) => new(
            name,
            RegressionEstimates.Compute(expected, predicted, bootstrap),
            ClassificationEstimates.Compute(expected, predicted, threshold, bootstrap),
            groups is null ? [] : GroupMetrics.Compute(groups, expected, predicted),
            training is null ? null : Floor.Compute(training, expected));

    /// <summary>The metrics, one row each: value with standard error, 95 % interval.</summary>
    public TextTable MetricsTable()
    {
        var m = Regression.Metrics;
        var table = new TextTable("metric", "value", "95 % interval")
            .Add("R²", Regression.R2.ToString(), Regression.R2.Interval())
            .Add("MAE / eV", Regression.Mae.ToString(), Regression.Mae.Interval())
            .Add("RMSE / eV", Regression.Rmse.ToString(), Regression.Rmse.Interval())
            .Add("bias / eV", Regression.Bias.ToString(), Regression.Bias.Interval())
            .Add("largest error / eV", Estimate.Format(m.MaxError), "")
            .Add("errors below 0.1 eV", Estimate.Percent(m.ShareBelow), "")
            .Add("errors 0.1 to 0.3 eV", Estimate.Percent(m.ShareBetween), "")
            .Add("errors above 0.3 eV", Estimate.Percent(m.ShareAbove), "");
        return Floor is null
            ? table
            : table
                .Add("MAE / eV of the training median", Estimate.Format(Floor.OfMedian.Mae), "")
                .Add("MAE / eV of the training mean", Estimate.Format(Floor.OfMean.Mae), "");
    }

    /// <summary>The confusion matrix with precision and recall, one row for each class.</summary>
    public TextTable ClassificationTable()
    {
        var c = Classification;
        var limit = c.Threshold.ToString("0.##", CultureInfo.InvariantCulture);
        string Count(int n) => n.ToString(CultureInfo.InvariantCulture);
        return new TextTable("expected", "predicted good", "predicted poor", "precision", "recall")
            .Add($"good (Em <= {limit} eV)", Count(c.Matrix.TruePositive), Count(c.Matrix.FalseNegative), c.GoodPrecision.ToPercent(), c.GoodRecall.ToPercent())
            .Add($"poor (Em > {limit} eV)", Count(c.Matrix.FalsePositive), Count(c.Matrix.TrueNegative), c.PoorPrecision.ToPercent(), c.PoorRecall.ToPercent());
    }

    /// <summary>One row for each structural group, largest first.</summary>
    public TextTable GroupTable()
    {
        var table = new TextTable("group", "paths", "MAE / eV", "bias / eV", "largest / eV");
        foreach (var (group, m) in Groups)
        {
            table.Add(
                group.Length == 0 ? "(none)" : group, m.Count.ToString(CultureInfo.InvariantCulture),
                Estimate.Format(m.Mae), Estimate.Format(m.Bias), Estimate.Format(m.MaxError));
        }

        return table;
    }

    /// <summary>All tables as plain text.</summary>
    public string ToText() => Compose(table => table.ToText(), "");

    /// <summary>All tables as Markdown.</summary>
    public string ToMarkdown() => Compose(table => table.ToMarkdown(), "## ");

    /// <summary>The report as JSON; numbers that do not exist are null.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            ReportJson.Write(json, this);
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>Writes <see cref="ToJson"/> to a file, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void WriteJson(string path) => AtomicFile.WriteText(path, ToJson());

    /// <summary>Writes <see cref="ToMarkdown"/> to a file, whole or not at all.</summary>
    /// <param name="path">Replaced if it exists.</param>
    public void WriteMarkdown(string path) => AtomicFile.WriteText(path, ToMarkdown());

    private string Compose(Func<TextTable, string> format, string heading)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{heading}{Name}: {Regression.Metrics.Count} paths").AppendLine();
        text.AppendLine(format(MetricsTable()));
        text.Append(format(ClassificationTable()));
        text.AppendLine(CultureInfo.InvariantCulture, $"{Environment.NewLine}Accuracy: {Classification.Accuracy.ToPercent()}");
        return Groups.Count == 0 ? text.ToString() : text.AppendLine().Append(format(GroupTable())).ToString();
    }
}
