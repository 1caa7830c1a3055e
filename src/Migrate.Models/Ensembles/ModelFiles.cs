using System.Text.Json;
using Migrate.Baselines;
using Migrate.Baselines.Trees;
using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Models;

/// <summary>
/// A model as it lies in a folder, read and checked: a checkpoint, or an ensemble of checkpoints and a descriptor model
/// (<c>ensemble.json</c>, <c>descriptors.safetensors</c>, a folder per network, perhaps <c>neb-model.*</c>), or trees alone (<c>baseline.json</c>).
/// Needs no libtorch.
/// </summary>
public sealed class ModelFiles
{
    private ModelFiles(string name, IReadOnlyList<CheckpointFiles> networks, EnsembleConfig? ensemble, DescriptorModel? descriptors) =>
        (Name, Networks, Ensemble, Descriptors) = (name, networks, ensemble, descriptors);

    /// <summary>Where it came from: a folder, or the name of embedded weights.</summary>
    public string Name { get; }

    /// <summary>The networks; they share graph settings and images. At least one, unless there are <see cref="Trees"/>.</summary>
    public IReadOnlyList<CheckpointFiles> Networks { get; }

    /// <summary>How they predict together, or null for a single checkpoint.</summary>
    public EnsembleConfig? Ensemble { get; }

    /// <summary>The descriptor model of an ensemble, if it has one.</summary>
    public DescriptorModel? Descriptors { get; }

    /// <summary>The model of an ensemble for paths whose bands were relaxed with a potential, if it has one.</summary>
    public NebModel? Neb { get; private init; }

    /// <summary>A model of trees over descriptors, which has no network; null for all others.</summary>
    public TreeModel? Trees { get; private init; }

    /// <summary>Configuration of the first network: graphs and images are those of all. Without a network that of its images.</summary>
    public CheckpointConfig Config => Trees is null
        ? Networks[0].Config
        : new CheckpointConfig { Architecture = Trees.Info.Method == TreeMethod.RandomForest ? "random forest" : "gradient boosting", ImageCount = Trees.Info.ImageCount };

    /// <summary>A checkpoint as a model of one network.</summary>
    /// <param name="checkpoint">What was read.</param>
    public static ModelFiles Of(CheckpointFiles checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new ModelFiles(checkpoint.Name, [checkpoint], null, null);
    }

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">A checkpoint, an ensemble or trees.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static ModelFiles Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (TreeModel.IsIn(folder))
        {
            return new ModelFiles(folder, [], null, null) { Trees = TreeModel.Read(folder) };
        }

        return File.Exists(Path.Combine(folder, EnsembleConfig.FileName))
            ? Read(folder, file => File.Exists(Path.Combine(folder, file)) ? File.OpenRead(Path.Combine(folder, file)) : null)
            : Of(CheckpointFiles.Read(folder));
    }

    /// <summary>Reads a model from named streams, for weights that are embedded in a program.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="open">Opens a file by its name, folders divided by '/', or gives null where there is none.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or does not fit the others.</exception>
    public static ModelFiles Read(string name, Func<string, Stream?> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        if (ReadConfig(name, open) is not { } config)
        {
            return Of(CheckpointFiles.Read(name, open));
        }

        List<CheckpointFiles> networks =
            [.. config.Networks.Select(network => CheckpointFiles.Read($"{name}/{network}", file => open($"{network}/{file}")))];
        foreach (var network in networks)
        {
            if (!network.Config.PredictsBarrier)
            {
                throw new InvalidInputException("predicts properties; the networks of an ensemble predict barriers", network.Name);
            }

            if (network.Config.Graph != networks[0].Config.Graph || network.Config.ImageCount != networks[0].Config.ImageCount)
            {
                throw new InvalidInputException($"has other graph settings or images than {networks[0].Name}; an ensemble shares its graphs", network.Name);
            }
        }

        return new ModelFiles(name, networks, config, config.DescriptorWeight > 0 ? ReadDescriptors(name, DescriptorModel.FileName, open, PathDescriptors.Names.Count) : null) { Neb = NebModel.Read(name, open) };
    }

    /// <summary>Writes an ensemble folder; a reader sees the old folder or the new one, never a mixture.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="config">How the members predict together; the names of the networks are set here.</param>
    /// <param name="networks">Checkpoint folders, copied with their weights in half precision.</param>
    /// <param name="descriptors">The descriptor model, where the configuration gives it weight.</param>
    public static void Save(string folder, EnsembleConfig config, IReadOnlyList<string> networks, DescriptorModel? descriptors)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(networks);
        var full = Path.GetFullPath(folder);
        var unfinished = full + ".tmp";
        Checkpoint.DeleteFolder(unfinished);
        Directory.CreateDirectory(unfinished);
        for (var k = 0; k < networks.Count; k++)
        {
            CheckpointFiles.Read(networks[k]).SaveInHalfPrecision(Path.Combine(unfinished, $"network-{k}"));
        }

        descriptors?.Save(Path.Combine(unfinished, DescriptorModel.FileName));
        var named = config with { Networks = [.. Enumerable.Range(0, networks.Count).Select(k => $"network-{k}")] };
        named.Validate();
        File.WriteAllText(Path.Combine(unfinished, EnsembleConfig.FileName), JsonSerializer.Serialize(named, CheckpointJson.Default.EnsembleConfig));
        Checkpoint.DeleteFolder(full);
        Directory.Move(unfinished, full);
    }

    private static EnsembleConfig? ReadConfig(string name, Func<string, Stream?> open)
    {
        using var stream = open(EnsembleConfig.FileName);
        return stream is null ? null : NamedJson.Read(
            $"{name}/{EnsembleConfig.FileName}", stream, s => JsonSerializer.Deserialize(s, CheckpointJson.Default.EnsembleConfig), config => config.Validate());
    }

    /// <summary>Reads the descriptor model in a file.</summary>
    /// <param name="name">Of the folder, for messages.</param>
    /// <param name="file">Name of the file.</param>
    /// <param name="open">Opens a file by its name, or gives null where there is none.</param>
    /// <param name="descriptors">Descriptors that it must read.</param>
    /// <exception cref="InvalidInputException">It is missing or damaged.</exception>
    internal static DescriptorModel ReadDescriptors(string name, string file, Func<string, Stream?> open, int descriptors)
    {
        var path = $"{name}/{file}";
        using var stream = open(file) ?? throw new InvalidInputException("is missing", path);
        return DescriptorModel.Load(SafeTensorsFile.Load(stream, path), path, descriptors);
    }
}
