using System.Text.Json;

namespace Migrate.Evaluation;

/// <summary>What was run to get the predictions of a result folder, and at what cost: <c>row.json</c>, one row of the report's first table.</summary>
public sealed record RowInfo
{
    /// <summary>Name of the file in a result folder.</summary>
    public const string FileName = "row.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Short name without blanks, unique in a report ("model3-pretrained").</summary>
    public required string Row { get; init; }

    /// <summary>As tables show it ("MODEL-3, pre-trained").</summary>
    public required string Title { get; init; }

    /// <summary>Size of the model in words ("hidden 64, 2+2 layers").</summary>
    public required string Size { get; init; }

    /// <summary>Trained numbers of one model; 0 where a model has none.</summary>
    public required long Parameters { get; init; }

    /// <summary>How the predictions came about ("grouped 5-fold cross-validation, seeds 1-2").</summary>
    public required string Protocol { get; init; }

    /// <summary>Day of the run.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Commit of the program that ran.</summary>
    public required string Commit { get; init; }

    /// <summary>Paths of the whole training set.</summary>
    public required int TrainingPaths { get; init; }

    /// <summary>Wall time of the run, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>Wall time of predicting one path, s, on the machine of the run; null where it was not measured.</summary>
    public double? SecondsPerPath { get; init; }

    /// <summary>Writes <c>row.json</c> into a result folder, whole or not at all.</summary>
    /// <param name="folder">Created if it does not exist.</param>
    /// <exception cref="ArgumentException">A value is missing or out of range.</exception>
    public void Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Problem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Json) + "\n");
    }

    /// <summary>Reads <c>row.json</c> of a result folder.</summary>
    /// <param name="folder">The result folder.</param>
    /// <exception cref="InvalidDataException">It is no JSON, or a value is missing or out of range; the message names file and line.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static RowInfo Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, FileName);
        try
        {
            var info = JsonSerializer.Deserialize<RowInfo>(File.ReadAllText(path), Json)
                ?? throw new InvalidDataException($"{path}: null; an object is needed");
            return info.Problem() is { } problem ? throw new InvalidDataException($"{path}: {problem}") : info;
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $"{path}:{line + 1}" : path;
            throw new InvalidDataException($"{place}: {e.Message.Split(" Path: ")[0]}", e);
        }
    }

    private string? Problem() =>
        new (string Name, string Value)[] { ("row", Row), ("title", Title), ("protocol", Protocol) }
            .Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => $"\"{text.Name}\" is empty; words are needed").FirstOrDefault()
        ?? (Size is null || Commit is null ? "\"size\" or \"commit\" is null; a text is needed, which may be empty"
            : Row.Any(char.IsWhiteSpace) ? $"\"row\" is \"{Row}\"; a name without blanks is needed"
            : Parameters < 0 || TrainingPaths < 0 ? $"{Parameters} parameters, {TrainingPaths} training paths; neither may be negative"
            : !(double.IsFinite(Seconds) && Seconds >= 0) ? $"{Seconds} seconds; a number from 0 is needed"
            : SecondsPerPath is { } each && !(double.IsFinite(each) && each >= 0) ? $"{each} seconds per path; a number from 0 is needed"
            : null);
}
