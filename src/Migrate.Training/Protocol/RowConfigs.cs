using System.Reflection;
using Migrate.Crystals;
using Migrate.Training.Pretraining;

namespace Migrate.Training.Protocol;

/// <summary>The rows that come with the program (a configuration file each, in <c>Configs/rows</c>), and the pre-trainings they start from.</summary>
public static class RowConfigs
{
    private const string RowPrefix = "Rows/", ConfigPrefix = "Configs/", Suffix = ".json";

    private static readonly Assembly Home = typeof(RowConfigs).Assembly;

    /// <summary>Names of the rows, in order.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(RowPrefix, StringComparison.Ordinal))
            .Select(name => name[RowPrefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>A row by its name, or from a file of one's own.</summary>
    /// <param name="nameOrFile">One of <see cref="Names"/>, or a path that ends in <c>.json</c>.</param>
    /// <exception cref="InvalidInputException">There is no such row or file, or it is broken.</exception>
    public static RowOptions Read(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        if (nameOrFile.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            return ConfigFile.Read(nameOrFile, TrainingJson.Default.RowOptions, row => row.Validate(), UnderPolicy);
        }

        var text = Text(RowPrefix + nameOrFile + Suffix)
            ?? throw new InvalidInputException($"no row '{nameOrFile}'; rows are {string.Join(", ", Names)}, or give a .json file");
        return ConfigFile.Parse(text, nameOrFile, TrainingJson.Default.RowOptions, row => row.Validate(), UnderPolicy);
    }

    /// <summary>A pre-training by its name, without its data folder.</summary>
    /// <param name="name">As in <see cref="RowOptions.Pretraining"/>.</param>
    /// <exception cref="InvalidInputException">There is none of this name.</exception>
    public static PretrainingOptions Pretraining(string name)
    {
        var text = Config(name) ?? throw new InvalidInputException($"no pre-training '{name}'");
        return ConfigFile.Parse(text, name, TrainingJson.Default.PretrainingOptions, options => options.Validate(), PretrainingConfig.UnderPolicy);
    }

    /// <summary>Names of the embedded configurations of trainings and pre-trainings, as files.</summary>
    internal static IEnumerable<string> ConfigFiles =>
        Home.GetManifestResourceNames().Where(name => name.StartsWith(ConfigPrefix, StringComparison.Ordinal)).Select(name => name[ConfigPrefix.Length..]);

    /// <summary>Text of an embedded configuration, or null where there is none of this name.</summary>
    internal static string? Config(string name) => Text(ConfigPrefix + name + Suffix);

    private static RowOptions UnderPolicy(RowOptions row) =>
        row.Training.Policy == TrainingPolicy.Published ? row with { Training = PublishedPolicy.Apply(row.Training) } : row;

    private static string? Text(string resource)
    {
        using var stream = Home.GetManifestResourceStream(resource);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}
