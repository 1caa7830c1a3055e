using System.Globalization;
using System.Xml.Linq;

namespace Migrate.Evaluation;

/// <summary>What was run, and at what cost.</summary>
internal static class RunSection
{
    public static IEnumerable<XNode> Build(ReportData data)
    {
        yield return Html.Table(
            "As the runs' row.json files say.",
            ["model", "size", "parameters", "protocol", "training paths", "time", "a prediction", "date", "commit"],
            data.Runs.Select(entry =>
            {
                var info = entry.Run!.Info;
                return ((string?)"run", (IReadOnlyList<string>)
                [
                    info.Title, info.Size, info.Parameters.ToString("N0", CultureInfo.InvariantCulture), info.Protocol,
                    info.TrainingPaths.ToString(CultureInfo.InvariantCulture), Time(info.Seconds),
                    info.SecondsPerPath is { } each ? Time(each) : "–",
                    info.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), info.Commit,
                ]);
            }));
    }

    private static string Time(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0.##} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };
}
