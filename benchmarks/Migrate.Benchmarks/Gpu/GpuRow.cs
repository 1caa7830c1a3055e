using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Migrate.Benchmarks.Gpu;

/// <summary>One measured number, or why there is none.</summary>
/// <param name="What">What was measured, the same words for everything that can be compared.</param>
/// <param name="Runner">What ran it.</param>
/// <param name="Value">The number, or null where the case did not run.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Note">The circumstances in a few words, or why there is no number.</param>
/// <param name="Details">Further numbers by name.</param>
internal sealed record GpuRow(string What, string Runner, double? Value, string Unit, string Note, Dictionary<string, double>? Details = null)
{
    /// <summary>The row of a case that did not run.</summary>
    public static GpuRow Without(GpuCase gpuCase, string reason) => new(gpuCase.What, gpuCase.Runner, null, "", reason);

    /// <summary>A row of the table in the summary; benchmarks/gpu/peers writes the same.</summary>
    public string ToMarkdown()
    {
        var value = Value is { } number ? Format(number) : "–";
        return $"| {What} | {Runner} | {value} | {Unit} | {Note.Replace('|', '/')} |";
    }

    private static string Format(double number) => Math.Abs(number) switch
    {
        >= 100 => number.ToString("n0", CultureInfo.InvariantCulture),
        >= 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
        _ => number.ToString("g3", CultureInfo.InvariantCulture),
    };
}

/// <summary>The rows of a run.</summary>
/// <param name="Device">What torch computed on.</param>
/// <param name="Date">UTC, ISO 8601.</param>
/// <param name="DryRun">True where the sizes were tiny and the numbers mean nothing.</param>
/// <param name="Rows">All rows.</param>
internal sealed record GpuReport(string Device, string Date, bool DryRun, List<GpuRow> Rows)
{
    public const string TableHead = "| what | runner | value | unit | note |\n|---|---|---:|---|---|";

    public static GpuReport Read(string path) => JsonSerializer.Deserialize(File.ReadAllText(path), GpuJson.Default.GpuReport)!;

    /// <summary>Writes the JSON, and the table's rows without its head beside it.</summary>
    public void Write(string path)
    {
        File.WriteAllText(path, JsonSerializer.Serialize(this, GpuJson.Default.GpuReport) + "\n");
        var rows = new StringBuilder();
        foreach (var row in Rows)
        {
            rows.Append(row.ToMarkdown()).Append('\n');
        }

        File.WriteAllText(Path.ChangeExtension(path, ".rows"), rows.ToString());
    }
}

/// <summary>Serialization without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    WriteIndented = true)]
[JsonSerializable(typeof(GpuReport))]
internal sealed partial class GpuJson : JsonSerializerContext;
