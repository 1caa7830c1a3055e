using System.CommandLine;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Crystals.Hops;
using Migrate.Crystals.Writers;
using Migrate.Evaluation;
using Migrate.Graphs;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate paths</c>: finds the hops of ions in crystals, as paths for predict, neb and train.</summary>
internal static class PathsCommand
{
    public static Command Create(Streams streams)
    {
        var files = new Argument<string[]>("files") { Description = "Structures: files, folders, globs, JSON libraries.", Arity = ArgumentArity.OneOrMore };
        var ions = new Option<string[]>("--ion") { Description = "The ion that hops; several may be given.", HelpName = "element", Required = true, AllowMultipleArgumentsPerToken = true };
        var with = new Option<string[]>("--with")
        {
            Description = "Only structures that hold at least one of these elements too, as O S F; the others are passed over.",
            HelpName = "element",
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string?>("--output", "-o") { Description = "Where to: FILE.jsonl or FILE.jsonl.gz, a library of paths.", HelpName = "file" };
        var length = Number("--max-length", "Longest hop (4.5).", "Å");
        var width = Number("--min-width", "Smallest width of the supercell that holds a path (8).", "Å");
        var clearance = Number("--clearance", "Nearest that the straight line may come to a third site (0.9).", "Å");
        var sites = new Option<int?>("--max-sites") { Description = "Most sites of a supercell (400); larger structures are reported and left out.", HelpName = "n" };
        var limit = new Option<int?>("--limit") { Description = "Most hops of a structure and ion, the shortest first; all without it.", HelpName = "n" };
        var dilute = new Option<bool>("--dilute") { Description = "The ion alone in its framework; without it all sites but the one it hops to are filled." };
        var sample = new Option<int?>("--sample") { Description = "Of the structures that hold the ion take so many, at random.", HelpName = "n" };
        var seed = new Option<int>("--seed") { Description = "Which ones.", HelpName = "n", DefaultValueFactory = _ => 1 };
        var command = new Command("paths", "Finds the hops of ions between their sites in crystals, each distinct one once.")
        {
            files, ions, with, output, length, width, clearance, sites, limit, dilute, sample, seed,
        };
        command.SetAction((parsed, cancel) =>
        {
            var start = new HopOptions();
            var options = start with
            {
                MaxLength = parsed.GetValue(length) ?? start.MaxLength,
                MinWidth = parsed.GetValue(width) ?? start.MinWidth,
                Clearance = parsed.GetValue(clearance) ?? start.Clearance,
                MaxSites = parsed.GetValue(sites) ?? start.MaxSites,
                Limit = parsed.GetValue(limit) ?? start.Limit,
                Dilute = parsed.GetValue(dilute),
            };
            try
            {
                options.Validate();
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }

            if (parsed.GetValue(sample) is < 1)
            {
                throw new UsageException("--sample must be at least 1");
            }

            Element[] Elements(Option<string[]> option) => [.. (parsed.GetValue(option) ?? []).Select(symbol => Named(option.Name, symbol))];
            var search = new Search(Elements(ions), Elements(with), options, parsed.GetValue(sample), parsed.GetValue(seed));
            return Task.FromResult(Run(streams, PredictCommand.RefuseOptions(parsed.GetValue(files)!), search, Library(parsed.GetValue(output), "--output"), cancel));
        });
        return command;
    }

    private static Option<double?> Number(string name, string description, string unit) => new(name) { Description = description, HelpName = unit };

    private static Element Named(string option, string symbol) =>
        Element.TryParse(symbol, out var element) ? element : throw new UsageException($"{option} {symbol}: no element has this symbol; it is written as in Li, Na, Mg");

    /// <summary>The name of a library to write, checked before the work begins.</summary>
    public static string? Library(string? name, string option)
    {
        if (name is null)
        {
            return null;
        }

        if (!name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{option} {name}: the name must end in .jsonl or .jsonl.gz");
        }

        PendingFile.RequireFolder(name);
        return name;
    }

    private static int Run(Streams streams, string[] files, Search search, string? output, CancellationToken cancel)
    {
        using var file = output is null ? null : new PendingFile(output);
        var library = file is null ? null : JsonPathWriter.Compressed(file.Stream, output!);
        var table = new TextTable("path", "sites", "hop / Å", "clearance / Å", "equivalent");
        var (structures, hops, failed) = (0, 0, 0);
        foreach (var found in OrderedParallel.Map(search.Select(StructureLibrary.ReadMany(files)), search.Find, Environment.ProcessorCount, cancel))
        {
            structures++;
            foreach (var error in found.Errors)
            {
                failed++;
                streams.Note(error);
            }

            foreach (var hop in found.Hops)
            {
                hops++;
                if (library is not null)
                {
                    JsonPathWriter.Write(library, hop.Path);
                    continue;
                }

                table.Add(hop.Path.Name, $"{hop.Path.Initial.Count}", Text(hop.Length), double.IsFinite(hop.Clearance) ? Text(hop.Clearance) : "–", $"{hop.Multiplicity}");
            }
        }

        if (library is null && hops > 0)
        {
            streams.Output.WriteLine(table.ToText());
        }

        if (file is not null && hops > 0)
        {
            library!.Dispose();
            file.Complete();
        }

        streams.Note($"{hops} hops in {structures} structures{(failed > 0 ? $", {failed} failed" : "")}");
        return failed == 0 ? ExitCode.Success : hops > 0 ? ExitCode.SomeFailed : ExitCode.BadInput;
    }

    private static string Text(double value) => value.ToString("f2", CultureInfo.InvariantCulture);

    private sealed record Found(IReadOnlyList<FoundHop> Hops, IReadOnlyList<string> Errors);

    private sealed record Search(Element[] Ions, Element[] With, HopOptions Options, int? Sample, int Seed)
    {
        // Structures without any of the ions are passed over where a sample is drawn, and told otherwise.
        public IEnumerable<StructureResult> Select(IEnumerable<StructureResult> all)
        {
            if (With.Length > 0)
            {
                all = all.Where(r => r.Structure is null || Array.Exists(With, element => Holds(r.Structure, element)));
            }

            if (Sample is not { } size)
            {
                return all;
            }

            var holders = all.Where(r => r.Structure is null || Array.Exists(Ions, ion => Holds(r.Structure, ion))).ToArray();
            new RandomSource(Seed).Shuffle<StructureResult>(holders);
            return holders.Take(size);
        }

        public Found Find(StructureResult result)
        {
            if (result.Structure is not { } structure)
            {
                return new([], [result.Error!.Message]);
            }

            var present = Ions.Where(ion => Holds(structure, ion)).ToList();
            var (hops, errors) = (new List<FoundHop>(), new List<string>());
            foreach (var ion in present.Count > 0 ? present : [Ions[0]])
            {
                try
                {
                    hops.AddRange(HopSearch.Find(structure, ion, Options));
                }
                catch (InvalidInputException e)
                {
                    errors.Add(e.Naming(result.Source));
                }
            }

            return new(hops, errors);
        }

        private static bool Holds(Structure structure, Element ion) => structure.AtomicNumbers.Contains((byte)ion.AtomicNumber);
    }
}
