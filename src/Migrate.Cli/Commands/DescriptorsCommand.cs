using System.CommandLine;
using System.Globalization;
using System.Text;
using Migrate.Baselines.Catalogue;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Graphs;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate descriptors</c>: lists the catalogue of descriptors, or writes them for paths or structures.</summary>
internal static class DescriptorsCommand
{
    public static Command Create(Streams streams)
    {
        var files = new Argument<string[]>("files") { Description = "Paths (as for predict), or with --structures any structures.", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "Name, unit, meaning and source of every descriptor." };
        var structures = new Option<bool>("--structures") { Description = "The files hold structures, not paths: descriptors of paths are left out." };
        var output = new Option<string?>("--output", "-o") { Description = "Where to: FILE.csv; without it standard output.", HelpName = "file" };
        var command = new Command("descriptors", "Numbers that describe structures and migration paths.") { files, list, structures, output };
        command.SetAction((parsed, cancel) => Task.FromResult(parsed.GetValue(list)
            ? List(streams)
            : Run(streams, PredictCommand.RefuseOptions(parsed.GetValue(files)!), parsed.GetValue(structures), parsed.GetValue(output), cancel)));
        return command;
    }

    private static int List(Streams streams)
    {
        var table = new TextTable("name", "unit", "family", "meaning", "source");
        foreach (var d in DescriptorCatalogue.All)
        {
            table.Add(d.Name, d.Unit, $"{d.Family}".ToLowerInvariant(), d.Meaning, d.Source);
        }

        streams.Output.WriteLine(table.ToText());
        return ExitCode.Success;
    }

    private static int Run(Streams streams, string[] files, bool structures, string? output, CancellationToken cancel)
    {
        if (files.Length == 0)
        {
            throw new UsageException("nothing to describe: give files, folders or globs, or --list");
        }

        if (output is not null && !output.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"--output {output}: the name must end in .csv");
        }

        if (DescriptorCatalogue.Missing is { Count: > 0 } missing)
        {
            streams.Note($"the native library was built without {string.Join(" and ", missing)}: descriptors that need it are left empty");
        }

        using var file = output is null ? null : new PendingFile(output);
        // Flushed, and never closed: the file closes its stream itself, when it gets its name.
        var writer = file is null ? null : new StreamWriter(file.Stream, new UTF8Encoding(false)) { NewLine = "\n" };
        var to = writer ?? streams.Output;
        var columns = structures ? DescriptorCatalogue.OfStructures : DescriptorCatalogue.All;
        to.WriteLine(string.Join(',', columns.Select(Header).Prepend("index").Prepend("source").Prepend("name").Select(Csv.Quote)));
        var (done, failed) = (0, 0);
        foreach (var row in OrderedParallel.Map(Read(files, structures), Describe, Environment.ProcessorCount, cancel))
        {
            if (row.Error is { } error)
            {
                failed++;
                streams.Note(error.Naming(row.Source));
                continue;
            }

            done++;
            to.WriteLine(string.Join(',', row.Values!.Select(Text).Prepend($"{row.Index}").Prepend(Csv.Quote(row.Source)).Prepend(Csv.Quote(row.Name))));
        }

        writer?.Flush();
        file?.Complete();
        if (failed > 0)
        {
            streams.Note($"{done} described, {failed} failed");
        }

        return failed == 0 ? ExitCode.Success : done > 0 ? ExitCode.SomeFailed : ExitCode.BadInput;
    }

    private static IEnumerable<Item> Read(string[] files, bool structures) => structures
        ? StructureLibrary.ReadMany(files).Select(r => new Item(r.Structure?.Name ?? "", r.Source, r.Index, r.Structure, null, r.Error))
        : PathReader.ReadMany(files).Select(r => new Item(r.Entry?.Name ?? "", r.Source, r.Index, null, r.Entry?.Band, r.Error));

    private static (string Name, string Source, int Index, double[]? Values, InvalidInputException? Error) Describe(Item item)
    {
        try
        {
            return item.Error is { } error
                ? (item.Name, item.Source, item.Index, null, error)
                : (item.Name, item.Source, item.Index, item.Band is { } band ? DescriptorCatalogue.Compute(band) : DescriptorCatalogue.Compute(item.Structure!), null);
        }
        catch (InvalidInputException e)
        {
            return (item.Name, item.Source, item.Index, null, e);
        }
    }

    private static string Header(Descriptor d) => d.Unit.Length == 0 ? d.Name : $"{d.Name} [{d.Unit}]";

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("g9", CultureInfo.InvariantCulture) : "";

    private sealed record Item(string Name, string Source, int Index, Structure? Structure, Band? Band, InvalidInputException? Error);
}
