using Migrate.Crystals;
using Migrate.Training.Protocol;

namespace Migrate.Training.Tests.Protocol;

/// <summary>Barriers of relaxed bands in a file that grows path by path.</summary>
public sealed class NebTableTests : IDisposable
{
    private readonly LabelledPaths _data = new(6);
    private readonly PathStore _paths;
    private readonly string _root = Directory.CreateTempSubdirectory("migrate-bands-").FullName;
    private readonly List<string> _computed = [];

    public NebTableTests() => _paths = PathStore.Read([_data.File_], 5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string TableFile => Path.Combine(_root, "below", "bands.csv");

    [Fact]
    public void Bands_are_computed_once()
    {
        double?[] expected = [0, 1, null, 3, 4, 5];
        Assert.Equal(expected, Table().Of(_paths, Cancel));
        Assert.Equal(6, _computed.Count);
        Assert.Equal(expected, Table().Of(_paths, Cancel));
        Assert.Equal(6, _computed.Count);
    }

    [Fact]
    public void A_run_that_was_killed_goes_on_and_half_a_line_is_forgotten()
    {
        Assert.Throws<IOException>(() => Table(fails: 3).Of(_paths, Cancel));
        Assert.Equal(2 + 3, File.ReadAllLines(TableFile).Length);
        File.WriteAllText(TableFile, File.ReadAllText(TableFile)[..^5]);
        _computed.Clear();
        Assert.Equal([0, 1, null, 3, 4, 5], Table().Of(_paths, Cancel));
        Assert.Equal(["path_2", "path_3", "path_4", "path_5"], _computed);
    }

    [Fact]
    public void A_crystal_is_known_in_another_set_and_by_another_name()
    {
        Table().Of(_paths, Cancel);
        _computed.Clear();
        var file = Path.Combine(_root, "others.jsonl");
        File.WriteAllLines(file, File.ReadLines(_data.File_).Reverse().Take(3).Select(line => line.Replace("path_", "other_", StringComparison.Ordinal)));
        using var others = PathStore.Read([file], 5);
        Assert.Equal([5, 4, 3], Table().Of(others, Cancel));
        Assert.Empty(_computed);
    }

    [Theory]
    [InlineData("other settings", 'a')]
    [InlineData("settings", 'b')]
    public void Bands_of_other_settings_or_weights_are_not_taken(string identity, char hash)
    {
        Table().Of(_paths, Cancel);
        _computed.Clear();
        Table(identity, hash).Of(_paths, Cancel);
        Assert.Equal(6, _computed.Count);
    }

    public void Dispose()
    {
        _paths.Dispose();
        _data.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    // The barrier of path_k is k eV; path_2 has none.
    private NebTable Table(string identity = "settings", char hash = 'a', int fails = int.MaxValue) => new(TableFile, identity, new string(hash, 64), (bands, _) => Compute(bands, fails));

    private IEnumerable<(int Index, double? Barrier)> Compute(IReadOnlyList<Band> bands, int fails)
    {
        for (var i = 0; i < bands.Count; i++)
        {
            if (i == fails)
            {
                throw new IOException("killed");
            }

            _computed.Add(bands[i].Name);
            var number = bands[i].Name[^1] - '0';
            yield return (i, number == 2 ? null : number);
        }
    }
}
