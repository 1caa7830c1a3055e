using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrate.Crystals;
using Migrate.Crystals.Writers;
using Migrate.Evaluation;
using Migrate.Potentials.Neb;

namespace Migrate.Cli;

/// <summary>A path to compute, or why it cannot be.</summary>
/// <param name="Path">The two ends.</param>
/// <param name="Entry">What its library says of it, if it came from one.</param>
/// <param name="Expected">Barrier to compare with, eV, if there is one.</param>
/// <param name="Error">Why there is no path.</param>
internal sealed record NebInput(NebPath? Path, PathEntry? Entry, double? Expected, string? Error);

/// <summary>What comes of bands: a table or JSON, a folder per path, a result folder.</summary>
/// <param name="streams">Standard output and error.</param>
/// <param name="potential">Name of the potential.</param>
/// <param name="settings">How the bands were computed.</param>
internal sealed class NebSinks(Streams streams, string potential, NebSettings settings)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<int, (NebInput Input, NebResult Result)> _results = [];

    /// <summary>Folder for a folder per path, or null.</summary>
    public string? Folder { get; init; }

    /// <summary>Result folder for reports, or null.</summary>
    public string? Report { get; init; }

    /// <summary>Library of the paths whose bands converged, with relaxed ends and barriers, or null.</summary>
    public string? Labelled { get; init; }

    /// <summary>Whether standard output is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Takes a result, and writes its folder.</summary>
    public void Add(int index, NebInput input, NebResult result)
    {
        _results.Add(index, (input, result));
        if (result.Error is { } error)
        {
            streams.Note($"{result.Path.Name}: {error}");
        }
        else if (!result.IsConverged)
        {
            streams.Note(FormattableString.Invariant(
                $"{result.Path.Name}: not converged in {settings.MaxSteps} steps, the largest force is {result.BandLog[^1].Force:f3} eV/Å, not {settings.Tolerance}"));
        }

        if (Folder is not null)
        {
            NebFiles.Write(System.IO.Path.Combine(Folder, NebFiles.FolderName(result.Path.Name, index)), result, Describe(input, result));
        }
    }

    /// <summary>Prints, and writes what is about all paths.</summary>
    /// <param name="seconds">Wall time of all.</param>
    /// <returns>Paths without a converged barrier.</returns>
    public int Finish(double seconds)
    {
        if (Json)
        {
            streams.Output.WriteLine(JsonSerializer.Serialize(new { potential, settings, seconds, paths = _results.Values.Select(r => Describe(r.Input, r.Result)) }, Format));
        }
        else if (_results.Count > 0)
        {
            streams.Output.WriteLine(Table());
            streams.Output.WriteLine(FormattableString.Invariant(
                $"{potential}; {_results.Values.Sum(r => r.Result.Evaluations)} evaluations in {seconds:f1} s, {seconds / _results.Count:f1} s a path"));
        }

        if (Folder is not null && _results.Count > 0)
        {
            Barriers().WriteCsv(System.IO.Path.Combine(Folder, "barriers.csv"));
        }

        if (Report is not null)
        {
            WriteReport(seconds);
        }

        if (Labelled is not null)
        {
            WriteLabelled();
        }

        return _results.Values.Count(r => !r.Result.IsConverged);
    }

    private static string Text(double value) => value.ToString("f3", CultureInfo.InvariantCulture);

    private static object Describe(NebInput input, NebResult result)
    {
        var sound = result.Error is null;
        return new
        {
            name = result.Path.Name,
            error = result.Error,
            converged = result.IsConverged,
            barrier_ev = sound ? result.Barrier : (double?)null,
            forward_barrier_ev = sound ? result.ForwardBarrier : (double?)null,
            reverse_barrier_ev = sound ? result.ReverseBarrier : (double?)null,
            interpolated_barrier_ev = sound ? result.InterpolatedBarrier : (double?)null,
            expected_ev = input.Expected,
            energies_ev = result.Images.Select(i => i.Energy),
            lengths_angstrom = result.Images.Select(i => i.Coordinate),
            steps = new { initial = Math.Max(0, result.InitialLog.Count - 1), final = Math.Max(0, result.FinalLog.Count - 1), band = Math.Max(0, result.BandLog.Count - 1) },
            evaluations = result.Evaluations,
        };
    }

    private string Table()
    {
        var labelled = _results.Values.Any(r => r.Input.Expected is not null);
        string[] headers = ["path", "atoms", "steps", "Em / eV", "forward", "reverse", "spline", "converged", "given"];
        var table = new TextTable(labelled ? headers : headers[..^1]);
        foreach (var (input, result) in _results.Values)
        {
            string Of(Func<NebResult, double> value) => result.Error is null ? Text(value(result)) : "–";
            table.Add(
            [
                result.Path.Name, $"{result.Path.Initial.Count}", $"{Math.Max(0, result.BandLog.Count - 1)}", Of(r => r.Barrier), Of(r => r.ForwardBarrier),
                Of(r => r.ReverseBarrier), Of(r => r.InterpolatedBarrier), result.Error is not null ? "failed" : result.IsConverged ? "yes" : "no",
                .. labelled ? [input.Expected is { } e ? Text(e) : "–"] : Array.Empty<string>(),
            ]);
        }

        return table.ToText();
    }

    // All paths in one file, to the last digit; empty cells where there is no number.
    private TextTable Barriers()
    {
        static string Exact(double? value) => value?.ToString("r", CultureInfo.InvariantCulture) ?? "";
        var table = new TextTable(
            "name", "atoms", "steps", "evaluations", "barrier_ev", "forward_barrier_ev", "reverse_barrier_ev", "interpolated_barrier_ev", "largest_force_ev_per_angstrom",
            "converged", "expected_ev", "error");
        foreach (var (input, r) in _results.Values)
        {
            var sound = r.Error is null;
            table.Add(
                r.Path.Name, $"{r.Path.Initial.Count}", $"{Math.Max(0, r.BandLog.Count - 1)}", $"{r.Evaluations}", Exact(sound ? r.Barrier : null),
                Exact(sound ? r.ForwardBarrier : null), Exact(sound ? r.ReverseBarrier : null), Exact(sound ? r.InterpolatedBarrier : null),
                Exact(sound ? r.BandLog[^1].Force : null), r.IsConverged ? "yes" : "no", Exact(input.Expected), r.Error ?? "");
        }

        return table;
    }

    // What a network can be trained on. A relaxed end may be no hop any more, and is left out then.
    private void WriteLabelled()
    {
        using var file = new PendingFile(Labelled!);
        using (var library = JsonPathWriter.Compressed(file.Stream, Labelled!))
        {
            foreach (var (input, result) in _results.Values.Where(r => r.Result.IsConverged))
            {
                var name = result.Path.Name;
                try
                {
                    var path = MigrationPath.FromEndpoints(result.Images[0].Structure.WithName(name), result.Images[^1].Structure.WithName(name), input.Entry is null ? null : 0);
                    JsonPathWriter.Write(library, path, result.Barrier, input.Entry?.Group);
                }
                catch (InvalidInputException e)
                {
                    streams.Note($"{name}: not in {Labelled}: {e.Message}");
                }
            }
        }

        file.Complete();
    }

    // What the published predictions were compared with: bands that did not converge have a barrier too, those that failed have none.
    private void WriteReport(double seconds)
    {
        List<PredictionRow> rows =
        [
            .. _results.Values.Where(r => r.Input.Expected is not null && r.Result.Error is null).Select(r => new PredictionRow
            {
                Split = PredictionSplit.Test,
                Seed = 1,
                TrainSize = 0,
                Name = r.Result.Path.Name,
                Ion = r.Input.Entry!.Band.MobileIon.Symbol,
                Class = r.Input.Entry.Group ?? "",
                Expected = r.Input.Expected!.Value,
                Predicted = r.Result.Barrier,
            }),
        ];
        if (rows.Count == 0)
        {
            streams.Note("--report: no path has a barrier to compare with; nothing was written");
            return;
        }

        var relaxed = settings.RelaxEnds ? "relaxed" : "not relaxed";
        PredictionSet.Write(Report!, rows);
        new RowInfo
        {
            Row = $"neb-{(settings.RelaxEnds ? "relax" : "no-relax")}",
            Title = $"NEB, {potential}, ends {relaxed}",
            Size = potential,
            Parameters = 0,
            Protocol = FormattableString.Invariant(
                $"{settings.Images} inner images, {settings.Method}, {settings.Optimizer}, force below {settings.Tolerance} eV/Å; {_results.Count - rows.Count} without a barrier"),
            Date = DateOnly.FromDateTime(DateTime.UtcNow),
            Commit = SourceCommit.Current,
            TrainingPaths = 0,
            Seconds = seconds,
            SecondsPerPath = seconds / _results.Count,
        }.Write(Report!);
    }
}
