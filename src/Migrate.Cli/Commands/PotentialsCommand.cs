using System.CommandLine;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Potentials;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate potentials</c>: which interatomic potentials there are, where to get them, and whether a file is one of them.</summary>
internal static class PotentialsCommand
{
    public static Command Create(Streams streams)
    {
        var files = new Argument<string[]>("files") { Description = "Folders of potentials, or weights.safetensors files, to check.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("potentials", "Interatomic potentials for neb: where to get them, and whether files are sound.") { files };
        command.SetAction((parsed, _) =>
            Task.FromResult(PredictCommand.RefuseOptions(parsed.GetValue(files)!) is { Length: > 0 } given ? Check(streams, given) : List(streams)));
        return command;
    }

    /// <summary>Opens a potential for a command: a folder, a file, or <c>lj:EPSILON,SIGMA,CUTOFF</c>.</summary>
    internal static IPotential Open(string path, PotentialOptions options)
    {
        if (!path.StartsWith("lj:", StringComparison.Ordinal))
        {
            return PotentialLoader.Open(path, options);
        }

        double[] numbers = [.. path[3..].Split(',').Select(text => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var x) ? x : double.NaN)];
        try
        {
            return numbers.Length == 3
                ? new LennardJones(numbers[0], numbers[1], numbers[2])
                : throw new UsageException($"--potential {path}: Lennard-Jones is lj:EPSILON,SIGMA,CUTOFF, in eV and Å");
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new UsageException($"--potential {path}: {e.ParamName} {e.Message.Split('(')[0].Trim()}");
        }
    }

    private static int List(Streams streams)
    {
        var table = new TextTable("potential", "network", "trained on", "elements", "licence", "where", "note");
        foreach (var p in PotentialCatalog.All)
        {
            table.Add(p.Name, p.Architecture, p.Data, p.Elements, p.Licence, p.Home, p.Note);
        }

        streams.Output.WriteLine(table.ToText());
        streams.Output.WriteLine("Weights are not part of this program. A potential is a folder with config.json and weights.safetensors, or a TorchScript file (.pt)");
        streams.Output.WriteLine("as the README describes, by which MACE (https://github.com/ACEsuit/mace-foundations), SevenNet (https://github.com/MDIL-SNU/SevenNet) and");
        streams.Output.WriteLine("others can be used after a wrapper of a few lines. `migrate potentials FOLDER` checks a potential.");
        return ExitCode.Success;
    }

    private static int Check(Streams streams, string[] files)
    {
        TorchRuntime.EnsureLoaded();
        var failed = 0;
        foreach (var file in files)
        {
            try
            {
                using var potential = PotentialLoader.Open(file);
                var weights = File.Exists(file) ? file : Path.Combine(file, "weights.safetensors");
                var known = PotentialCatalog.Identify(weights);
                streams.Output.WriteLine(known is null
                    ? $"{file}: {potential.Name}, sound; its hash is of no release in the list"
                    : $"{file}: {potential.Name}, sound; the hash is that of {known.Name}");
            }
            catch (InvalidInputException e)
            {
                failed++;
                streams.Note(e.Message);
            }
        }

        return failed == 0 ? ExitCode.Success : failed < files.Length ? ExitCode.SomeFailed : ExitCode.BadInput;
    }
}
