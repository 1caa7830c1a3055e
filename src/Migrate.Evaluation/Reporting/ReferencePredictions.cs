namespace Migrate.Evaluation;

/// <summary>
/// Published predictions to set beside one's own: a CSV with the columns split (train or test), sys_name and em_ev, and one column for each
/// model, in eV; an empty cell is a path the model has no number for. Columns called jid are passed over.
/// </summary>
/// <param name="File">Where it was read from.</param>
/// <param name="Models">Each model: its column name, and its predictions of training and of test paths.</param>
public sealed record ReferencePredictions(
    string File, IReadOnlyList<(string Column, IReadOnlyList<PathPrediction> Training, IReadOnlyList<PathPrediction> Test)> Models)
{
    private static readonly string[] Described = ["split", "jid", "sys_name", "em_ev"];

    /// <summary>Reads such a file.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="known">Paths by name, for ion, class and framework, which the file does not tell; their barriers must agree with it.</param>
    /// <exception cref="InvalidDataException">The file is not such a table, or has another barrier for a known path; names the line.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static ReferencePredictions Read(string path, IReadOnlyDictionary<string, PathPrediction> known)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(known);
        var table = CsvTable.Read(path, "split", "sys_name", "em_ev");
        var columns = table.Header.Where(column => !Described.Contains(column)).ToList();
        if (columns.Count == 0)
        {
            throw table.Problem(1, "no column with predictions beside split, sys_name and em_ev; at least one is needed");
        }

        var models = columns.ConvertAll(column => (Column: column, Training: new List<PathPrediction>(), Test: new List<PathPrediction>()));
        for (var i = 0; i < table.Count; i++)
        {
            var entry = Entry(table, i, known);
            foreach (var (column, training, test) in models)
            {
                if (table.OptionalNumber(i, column) is { } predicted)
                {
                    (table.Text(i, "split") == "test" ? test : training).Add(entry with { Predicted = predicted });
                }
            }
        }

        return new ReferencePredictions(
            path, [.. models.Select(m => (m.Column, (IReadOnlyList<PathPrediction>)m.Training, (IReadOnlyList<PathPrediction>)m.Test))]);
    }

    private static PathPrediction Entry(CsvTable table, int row, IReadOnlyDictionary<string, PathPrediction> known)
    {
        if (table.Text(row, "split") is not ("train" or "test"))
        {
            throw table.Problem(table.Line(row), $"split \"{table.Text(row, "split")}\"; train or test is needed");
        }

        var (name, expected) = (table.Text(row, "sys_name"), table.Number(row, "em_ev"));
        var same = known.GetValueOrDefault(name);
        // Files print barriers with at least four decimals.
        return same is null || Math.Abs(same.Expected - expected) < 1e-4
            ? new PathPrediction(name, same?.Ion ?? "", same?.Class ?? "", same?.Framework ?? "", expected, double.NaN)
            : throw table.Problem(table.Line(row), $"{name} has a barrier of {expected} eV here and of {same.Expected} eV in the runs; they must agree");
    }
}
