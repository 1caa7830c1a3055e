using System.Globalization;
using Migrate.Graphs;
using Migrate.Models;
using Migrate.Training.Pretraining;

namespace Migrate.Training.Tests.Pretraining;

/// <summary>A folder with small made-up property files, removed afterwards.</summary>
internal sealed class PropertyFiles : IDisposable
{
    private static readonly string[] Elements = ["Mg", "Ca", "Sr", "Ba", "Ni"];

    public string Folder { get; } = Directory.CreateTempSubdirectory("migrate-properties-").FullName;

    /// <summary>Two properties of twelve oxides each; half of them are in both files, some of the first are test entries.</summary>
    public static PropertyFiles Oxides()
    {
        var files = new PropertyFiles();
        files.Write("radius.jsonl", Enumerable.Range(0, 12).Select(i => Line(i, Radius(i), i % 4 == 3)));
        files.Write("gap.jsonl", Enumerable.Range(6, 12).Select(i => Line(i, Gap(i), i % 5 == 4)));
        return files;
    }

    /// <summary>The first property: mostly that of the element.</summary>
    public static double Radius(int number) => (0.5 * (number % Elements.Length)) + (0.01 * number);

    /// <summary>The second property.</summary>
    public static double Gap(int number) => 5 - Radius(number);

    /// <summary>A cubic oxide that differs for every number.</summary>
    public static string Line(int number, double target, bool test = false)
    {
        var edge = 4 + (0.03 * number);
        string Text(double x) => x.ToString("r", CultureInfo.InvariantCulture);
        return $$"""
            {"jid": "made-{{number}}", "target": {{Text(target)}}, "split": "{{(test ? "test" : "train")}}", "atoms": {"lattice_mat": [[{{Text(edge)}}, 0, 0],
             [0, {{Text(edge)}}, 0], [0, 0, {{Text(edge)}}]], "coords": [[0, 0, 0], [0.5, 0.5, {{Text(0.4 + (0.01 * (number % 7)))}}]],
             "elements": ["{{Elements[number % Elements.Length]}}", "O"], "cartesian": false} }
            """.ReplaceLineEndings("");
    }

    public string Write(string name, params IEnumerable<string> lines)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllText(file, string.Join('\n', lines) + "\n");
        return file;
    }

    /// <summary>A tiny training on files of the folder; a property is named like its file.</summary>
    public PretrainingOptions Options(params string[] names) => new()
    {
        Data = Folder,
        Properties = [.. names.Select(name => new PropertyOptions { Name = name, Unit = "eV", File = name + ".jsonl" })],
        Model = new AlignnOptions { HiddenFeatures = 8, EmbeddingFeatures = 8, AlignnLayers = 1, GcnLayers = 1 },
        Graph = new GraphSettings { Neighbors = 4 },
        Epochs = 4,
        TripletsPerBatch = 300,
        LearningRate = 1e-2,
        Threads = 1,
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
