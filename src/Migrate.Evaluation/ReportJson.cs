using System.Text.Json;

namespace Migrate.Evaluation;

/// <summary>The JSON form of an <see cref="EvaluationReport"/>. JSON has no NaN, so a number that does not exist is null.</summary>
internal static class ReportJson
{
    public static void Write(Utf8JsonWriter json, EvaluationReport report)
    {
        json.WriteStartObject();
        json.WriteString("name", report.Name);
        json.WriteStartObject("regression");
        Write(json, report.Regression.Metrics);
        Write(json, "r2_bootstrap", report.Regression.R2);
        Write(json, "mae_ev_bootstrap", report.Regression.Mae);
        Write(json, "rmse_ev_bootstrap", report.Regression.Rmse);
        Write(json, "bias_ev_bootstrap", report.Regression.Bias);
        json.WriteEndObject();
        Write(json, report.Classification);
        json.WriteStartArray("groups");
        foreach (var (group, metrics) in report.Groups)
        {
            json.WriteStartObject();
            json.WriteString("group", group);
            Write(json, metrics);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.Floor is { } floor)
        {
            WriteFloor(json, "training_mean", floor.Mean, floor.OfMean);
            WriteFloor(json, "training_median", floor.Median, floor.OfMedian);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RegressionMetrics metrics)
    {
        json.WriteNumber("count", metrics.Count);
        Number(json, "r2", metrics.R2);
        Number(json, "mae_ev", metrics.Mae);
        Number(json, "rmse_ev", metrics.Rmse);
        Number(json, "bias_ev", metrics.Bias);
        Number(json, "max_error_ev", metrics.MaxError);
        Number(json, "share_below_0.1_ev", metrics.ShareBelow);
        Number(json, "share_0.1_to_0.3_ev", metrics.ShareBetween);
        Number(json, "share_above_0.3_ev", metrics.ShareAbove);
    }

    private static void Write(Utf8JsonWriter json, ClassificationEstimates classes)
    {
        json.WriteStartObject("classification");
        json.WriteNumber("threshold_ev", classes.Threshold);
        json.WriteNumber("true_positive", classes.Matrix.TruePositive);
        json.WriteNumber("false_positive", classes.Matrix.FalsePositive);
        json.WriteNumber("false_negative", classes.Matrix.FalseNegative);
        json.WriteNumber("true_negative", classes.Matrix.TrueNegative);
        Write(json, "accuracy", classes.Accuracy);
        Write(json, "good_precision", classes.GoodPrecision);
        Write(json, "good_recall", classes.GoodRecall);
        Write(json, "poor_precision", classes.PoorPrecision);
        Write(json, "poor_recall", classes.PoorRecall);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteStartObject(name);
        Number(json, "value", estimate.Value);
        Number(json, "standard_error", estimate.StandardError);
        Number(json, "low", estimate.Low);
        Number(json, "high", estimate.High);
        json.WriteEndObject();
    }

    private static void WriteFloor(Utf8JsonWriter json, string name, double value, RegressionMetrics metrics)
    {
        json.WriteStartObject(name);
        Number(json, "prediction_ev", value);
        Write(json, metrics);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
