using System.CommandLine;
using System.Diagnostics;
using Migrate.Crystals;
using Migrate.Native;
using Migrate.Potentials.Neb;
using static TorchSharp.torch;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate neb</c>: nudged elastic bands with an interatomic potential, of one path or of a library.</summary>
internal static class NebCommand
{
    public static Command Create(Streams streams)
    {
        var inputs = new Argument<string[]>("paths")
        {
            Description = "Two structure files, the initial and the final configuration with their sites in the same order; or paths as for predict.",
            Arity = ArgumentArity.OneOrMore,
        };
        var potential = new Option<string>("--potential", "-p")
        {
            Description = "Folder of a potential (see `migrate potentials`), a TorchScript file, or lj:EPSILON,SIGMA,CUTOFF.",
            HelpName = "path",
            Required = true,
        };
        var o = new NebOptions();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Folder for images, energies, pictures and logs; a run that was killed goes on there.",
            HelpName = "folder",
        };
        var report = new Option<string?>("--report") { Description = "Also a result folder for `migrate report`, of the paths that have a barrier to compare with.", HelpName = "folder" };
        var labelled = new Option<string?>("--labelled")
        {
            Description = "Also FILE.jsonl or FILE.jsonl.gz: paths whose bands converged, with relaxed ends and their barriers, for `migrate train`.",
            HelpName = "file",
        };
        var json = new Option<bool>("--json") { Description = "JSON on standard output instead of the table." };
        var command = new Command("neb", "Migration barriers by nudged elastic bands with an interatomic potential.") { inputs, potential };
        o.AddTo(command);
        foreach (var option in new Option[] { output, report, labelled, json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancel) =>
        {
            var settings = o.Settings(parsed);
            var given = PredictCommand.RefuseOptions(parsed.GetValue(inputs)!);
            MemoryAllocator.KeepFreedMemory();
            TorchRuntime.EnsureLoaded();
            // Parts of a batch run side by side, each on one thread: faster than all threads on every small product.
            set_num_threads(1);
            using var opened = PotentialsCommand.Open(parsed.GetValue(potential)!, o.Potential(parsed));
            var runner = new NebRunner(opened, settings) { Together = o.Together(parsed), Batch = o.Batch(parsed) };
            return Task.FromResult(Run(streams, runner, new NebSinks(streams, opened.Name, settings)
            {
                Folder = PendingFile.RequirePlace(parsed.GetValue(output), "--output"),
                Report = PendingFile.RequirePlace(parsed.GetValue(report), "--report"),
                Labelled = PathsCommand.Library(parsed.GetValue(labelled), "--labelled"),
                Json = parsed.GetValue(json),
            }, Read(given, settings), cancel));
        });
        return command;
    }

    private static int Run(Streams streams, NebRunner runner, NebSinks sinks, List<NebInput> inputs, CancellationToken cancel)
    {
        foreach (var input in inputs.Where(i => i.Error is not null))
        {
            streams.Note(input.Error!);
        }

        List<NebInput> sound = [.. inputs.Where(i => i.Path is not null)];
        var clock = Stopwatch.StartNew();
        var journals = sinks.Folder is null ? null : Path.Combine(sinks.Folder, "unfinished");
        foreach (var (index, result) in runner.Run([.. sound.Select(i => i.Path!)], journals, cancel))
        {
            sinks.Add(index, sound[index], result);
        }

        var failed = sinks.Finish(clock.Elapsed.TotalSeconds) + inputs.Count - sound.Count;
        if (journals is not null && Directory.Exists(journals))
        {
            Directory.Delete(journals, recursive: true);
        }

        return failed == 0 ? ExitCode.Success : failed < inputs.Count ? ExitCode.SomeFailed : ExitCode.BadInput;
    }

    private static List<NebInput> Read(string[] given, NebSettings settings)
    {
        var found = PathReader.ReadMany(given).ToList();
        if (ArePair(given, found))
        {
            var name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(given[0]))) is { Length: > 0 } folder ? folder : "path";
            return [new(NebPath.Create(name, StructureReader.ReadFile(given[0]), StructureReader.ReadFile(given[1]), settings.NearestImages), null, null, null)];
        }

        var inputs = new List<NebInput>();
        foreach (var result in found)
        {
            try
            {
                var entry = result.Entry ?? throw result.Error!;
                inputs.Add(new(NebPath.Create(entry.Name, entry.Band, settings.NearestImages), entry, entry.Barrier, null));
            }
            catch (InvalidInputException e)
            {
                inputs.Add(new(null, null, null, e.Naming(result.Source)));
            }
        }

        return WithOwnNames(inputs);
    }

    // Folders and journals are called by the names of paths.
    private static List<NebInput> WithOwnNames(List<NebInput> inputs)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return inputs.ConvertAll(input => input.Path is not { } path || seen.Add(path.Name)
            ? input
            : input with { Path = path.WithName(Enumerable.Range(2, int.MaxValue - 2).Select(k => $"{path.Name}-{k}").First(seen.Add)) });
    }

    // Two files, unless each is a path by itself: a band, or one end that brings in its other.
    private static bool ArePair(string[] given, List<PathResult> found) =>
        given.Length == 2 && given.Any(File.Exists) && !given.Any(g => Directory.Exists(g) || IsLibrary(g) || g.AsSpan().ContainsAny('*', '?'))
        && !(found.Count == 2 && found.TrueForAll(r => r.Entry is not null));

    private static bool IsLibrary(string file) => new[] { ".json", ".jsonl", ".gz" }.Contains(Path.GetExtension(file).ToLowerInvariant());
}
