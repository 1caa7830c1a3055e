using System.Globalization;

namespace Migrate.Evaluation;

/// <summary>The predictions of one protocol run: the rows of <c>predictions.csv</c> in its result folder.</summary>
public sealed class PredictionSet
{
    /// <summary>Name of the file in a result folder.</summary>
    public const string FileName = "predictions.csv";

    private static readonly string[] Columns =
        ["split", "seed", "fold", "train_size", "name", "ion", "class", "framework", "expected_ev", "predicted_ev", "lower_ev", "upper_ev"];

    private static readonly (PredictionSplit Split, string Word)[] Words =
    [
        (PredictionSplit.CrossValidation, "cv"), (PredictionSplit.Training, "train"),
        (PredictionSplit.Test, "test"), (PredictionSplit.LearningCurve, "curve"),
    ];

    /// <summary>Checks rows and keeps them.</summary>
    /// <param name="rows">At least one; each path once for each split, seed, fold and train size.</param>
    /// <exception cref="ArgumentException">A value is missing or out of range, or rows contradict one another.</exception>
    public PredictionSet(IEnumerable<PredictionRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Rows = [.. rows];
        if (FirstProblem(Rows) is { } problem)
        {
            throw new ArgumentException(problem.Message, nameof(rows));
        }
    }

    /// <summary>All rows, in file order.</summary>
    public IReadOnlyList<PredictionRow> Rows { get; }

    /// <summary>Writes <c>predictions.csv</c> into a result folder, whole or not at all. Numbers are written to the last bit.</summary>
    /// <param name="folder">Created if it does not exist.</param>
    /// <param name="rows">As for the constructor.</param>
    /// <exception cref="ArgumentException">A value is missing or out of range, or rows contradict one another.</exception>
    public static void Write(string folder, IEnumerable<PredictionRow> rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var table = new TextTable(Columns);
        foreach (var row in new PredictionSet(rows).Rows)
        {
            table.Add(
                Words.First(w => w.Split == row.Split).Word, Cell(row.Seed), Cell(row.Fold), Cell(row.TrainSize), row.Name, row.Ion, row.Class,
                row.Framework, Cell(row.Expected), Cell(row.Predicted), Cell(row.Lower), Cell(row.Upper));
        }

        Directory.CreateDirectory(folder);
        table.WriteCsv(Path.Combine(folder, FileName));
    }

    /// <summary>Reads <c>predictions.csv</c> of a result folder.</summary>
    /// <param name="folder">The result folder.</param>
    /// <exception cref="InvalidDataException">A line is broken or contradicts another; the message names file and line, and what would be right.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static PredictionSet Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var table = CsvTable.Read(Path.Combine(folder, FileName), Columns);
        var rows = new List<PredictionRow>(table.Count);
        for (var i = 0; i < table.Count; i++)
        {
            rows.Add(new PredictionRow
            {
                Split = Split(table, i),
                Seed = table.Whole(i, "seed"),
                Fold = table.OptionalWhole(i, "fold"),
                TrainSize = table.Whole(i, "train_size"),
                Name = table.Text(i, "name"),
                Ion = table.Text(i, "ion"),
                Class = table.Text(i, "class"),
                Framework = table.Text(i, "framework"),
                Expected = table.Number(i, "expected_ev"),
                Predicted = table.Number(i, "predicted_ev"),
                Lower = table.OptionalNumber(i, "lower_ev"),
                Upper = table.OptionalNumber(i, "upper_ev"),
            });
        }

        return FirstProblem(rows) is { } problem
            ? throw table.Problem(problem.Row < table.Count ? table.Line(problem.Row) : 1, problem.Message)
            : new PredictionSet(rows);
    }

    private static (int Row, string Message)? FirstProblem(IReadOnlyList<PredictionRow> rows)
    {
        var seen = new HashSet<(PredictionSplit, int, int?, int, string)>();
        var paths = new Dictionary<string, PredictionRow>(StringComparer.Ordinal);
        var (tested, fitted) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i] ?? throw new ArgumentNullException(nameof(rows));
            if (row.Problem() is { } problem)
            {
                return (i, problem);
            }

            if (!seen.Add((row.Split, row.Seed, row.Fold, row.TrainSize, row.Name)))
            {
                return (i, $"{row.Name} is predicted a second time with the same split, seed, fold and train_size; once is right");
            }

            if (!paths.TryAdd(row.Name, row) && !row.IsSamePath(paths[row.Name]))
            {
                return (i, $"{row.Name} has another barrier, ion, class or framework than in a line before; they must agree");
            }

            var other = row.Split == PredictionSplit.Test ? fitted : tested;
            if (other.Contains(row.Name) && row.Split != PredictionSplit.LearningCurve)
            {
                return (i, $"{row.Name} is both a test path and one that was trained or validated on; it must be one of them");
            }

            (row.Split switch { PredictionSplit.Test => tested, PredictionSplit.LearningCurve => [], _ => fitted }).Add(row.Name);
        }

        return rows.Count == 0 ? (0, "no predictions; at least one is needed") : null;
    }

    private static PredictionSplit Split(CsvTable table, int row)
    {
        var word = table.Text(row, "split");
        var split = Words.Where(w => w.Word == word).Select(w => (PredictionSplit?)w.Split).FirstOrDefault();
        return split ?? throw table.Problem(table.Line(row), $"split \"{word}\"; one of {string.Join(", ", Words.Select(w => w.Word))} is needed");
    }

    private static string Cell(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
