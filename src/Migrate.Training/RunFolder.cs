using System.Globalization;
using System.Text.Json;
using Migrate.Crystals;
using Migrate.Models;

namespace Migrate.Training;

/// <summary>
/// The folder of one training run. Whatever moment a run is killed at, the folder holds the last complete state:
/// <code>
/// config.json environment.json   what was asked for, and where it ran
/// metrics.csv                    a line per epoch
/// best/                          checkpoint with the lowest validation MAE (the last epoch where nothing validates)
/// state-000012/                  everything needed to go on after epoch 12; written under another name, then renamed
/// </code>
/// </summary>
public sealed class RunFolder
{
    private const string StatePrefix = "state-", Temporary = ".tmp";

    /// <summary>The folder at a path; made when first written to.</summary>
    public RunFolder(string path) => Root = Path.GetFullPath(path);

    /// <summary>Full path of the folder.</summary>
    public string Root { get; }

    /// <summary>metrics.csv.</summary>
    public string MetricsFile => Path.Combine(Root, "metrics.csv");

    /// <summary>Checkpoint folder of the best epoch.</summary>
    public string BestFolder => Path.Combine(Root, "best");

    /// <summary>Latest complete state, or null.</summary>
    public string? LatestState => Directory.Exists(Root)
        ? Directory.EnumerateDirectories(Root, StatePrefix + "*")
            .Where(d => int.TryParse(Path.GetFileName(d)[StatePrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Max(StringComparer.Ordinal)
        : null;

    /// <summary>Writes what was asked for, and where it runs.</summary>
    /// <param name="configuration">Every setting, as JSON.</param>
    /// <param name="environment">Where it runs.</param>
    public void Begin(string configuration, RunEnvironment environment)
    {
        Directory.CreateDirectory(Root);
        WriteAtomically(Path.Combine(Root, "config.json"), configuration);
        WriteAtomically(
            Path.Combine(Root, "environment.json"), JsonSerializer.Serialize(environment, TrainingJson.Default.RunEnvironment));
    }

    /// <summary>Saves a resumable state and removes older ones.</summary>
    public void SaveState(Alignn network, AdamW optimizer, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"{StatePrefix}{progress.Epoch:d6}"));
        var unfinished = folder + Temporary;
        DeleteFolder(unfinished);
        Directory.CreateDirectory(unfinished);
        StateDict.Save(Path.Combine(unfinished, "model.safetensors"), StateDict.Of(network));
        StateDict.Save(Path.Combine(unfinished, "optimizer.safetensors"), optimizer.State());
        File.WriteAllText(
            Path.Combine(unfinished, "progress.json"), JsonSerializer.Serialize(progress, TrainingJson.Default.TrainingProgress));
        DeleteFolder(folder);
        Directory.Move(unfinished, folder);
        foreach (var older in Directory.EnumerateDirectories(Root, StatePrefix + "*"))
        {
            if (string.CompareOrdinal(older, folder) < 0)
            {
                DeleteFolder(older);
            }
        }
    }

    /// <summary>Loads the latest state into a network and its optimizer.</summary>
    /// <returns>Where the run stood, or null where there is no state.</returns>
    /// <exception cref="InvalidInputException">The state is damaged or belongs to another network.</exception>
    public TrainingProgress? LoadState(Alignn network, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (LatestState is not { } folder)
        {
            return null;
        }

        var progressFile = Path.Combine(folder, "progress.json");
        try
        {
            StateDict.Load(Path.Combine(folder, "model.safetensors"), StateDict.Of(network));
            StateDict.Load(Path.Combine(folder, "optimizer.safetensors"), optimizer.State());
            network.CentersWereLoaded();
            return JsonSerializer.Deserialize(File.ReadAllText(progressFile), TrainingJson.Default.TrainingProgress)
                ?? throw new InvalidInputException("is null", progressFile);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidInputException($"the saved state cannot be read ({e.Message.Split('\n')[0]}); remove the folder to start over", folder);
        }
    }

    /// <summary>The progress of the latest state alone, or null where there is none that can be read.</summary>
    public TrainingProgress? PeekProgress()
    {
        try
        {
            return LatestState is { } folder
                ? JsonSerializer.Deserialize(
                    File.ReadAllText(Path.Combine(folder, "progress.json")), TrainingJson.Default.TrainingProgress)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    /// <summary>Lines of metrics.csv up to an epoch; what a killed run wrote beyond its last state is dropped.</summary>
    public IReadOnlyList<EpochRecord> ReadMetrics(int lastEpoch = int.MaxValue)
    {
        if (!File.Exists(MetricsFile))
        {
            return [];
        }

        var records = new List<EpochRecord>();
        foreach (var line in File.ReadLines(MetricsFile).Skip(1))
        {
            try
            {
                if (EpochRecord.FromCsv(line) is var record && record.Epoch <= lastEpoch)
                {
                    records.Add(record);
                }
            }
            catch (FormatException) when (lastEpoch != int.MaxValue)
            {
                // A line cut short by a kill belongs to an epoch that is run again.
            }
        }

        return records;
    }

    /// <summary>Replaces metrics.csv.</summary>
    public void WriteMetrics(IEnumerable<EpochRecord> records) =>
        WriteAtomically(MetricsFile, string.Join('\n', records.Select(r => r.ToCsv()).Prepend(EpochRecord.CsvHeader)) + "\n");

    /// <summary>Writes a text file through a temporary one, so that a reader never sees half of it.</summary>
    public static void WriteAtomically(string path, string text)
    {
        var unfinished = path + Temporary;
        File.WriteAllText(unfinished, text);
        File.Move(unfinished, path, overwrite: true);
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
