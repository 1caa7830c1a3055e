using System.Globalization;
using System.Text;

namespace Migrate.Training.Tests;

/// <summary>A small labelled data set in a temporary file: bands through random cubic frameworks, barriers that depend on them.</summary>
internal sealed class LabelledPaths : IDisposable
{
    public LabelledPaths(int count, int seed = 1)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(Line(random, i)).Append('\n');
        }

        File.WriteAllText(File_, text.ToString());
    }

    public string File_ { get; } = Path.Combine(Path.GetTempPath(), $"migrate-paths-{Guid.NewGuid():n}.jsonl");

    public void Dispose() => File.Delete(File_);

    private static string Line(Random random, int index)
    {
        var a = 5 + random.NextDouble();
        string[] metals = ["Fe", "Mn", "Co", "Ni"];
        List<(string Element, double X, double Y, double Z)> sites = [];
        for (var k = 0; k < 5; k++)
        {
            sites.Add(("Li", 0.1 + (0.1 * k), 0.25, 0.25));
        }

        sites.Add((metals[index % 4], 0.75, 0.7, 0.1 * random.NextDouble()));
        sites.Add(("O", 0.3 + (0.1 * random.NextDouble()), 0.6, 0.5));
        sites.Add(("O", 0.8, 0.2, 0.7 + (0.1 * random.NextDouble())));
        string Number(double x) => x.ToString("r", CultureInfo.InvariantCulture);
        return $$"""
            {"sys_name": "path_{{index}}", "class": "TEST", "target": {{Number(a - 4.8)}}, "atoms": {"lattice_mat": [[{{Number(a)}}, 0, 0],
             [0, {{Number(a)}}, 0], [0, 0, {{Number(a)}}]], "cartesian": false,
             "coords": [{{string.Join(", ", sites.Select(s => $"[{Number(s.X)}, {Number(s.Y)}, {Number(s.Z)}]"))}}],
             "elements": [{{string.Join(", ", sites.Select(s => $"\"{s.Element}\""))}}] } }
            """.ReplaceLineEndings("");
    }
}
