using System.IO.Compression;
using System.Text.Json;
using Migrate.Crystals;

namespace Migrate.Testing;

/// <summary>The 559 training and 60 test bands of data/migration-barriers, five images first.</summary>
public static class BarrierBands
{
    private static readonly Lazy<Structure[]> Train = new(() => Load("train"));
    private static readonly Lazy<Structure[]> Test = new(() => Load("test"));

    /// <summary>Bands of one set, "train" or "test", in the order of its file. Shared: read only once.</summary>
    public static IReadOnlyList<Structure> Get(string set) => set == "train" ? Train.Value : Test.Value;

    /// <summary>All 619, training first.</summary>
    public static IEnumerable<Structure> All => Train.Value.Concat(Test.Value);

    private static Structure[] Load(string set)
    {
        using var file = File.OpenRead(SharedFolder.Require("data", "migration-barriers", $"band-{set}.json.gz"));
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(zip);
        return
        [
            .. document.RootElement.EnumerateArray().Select(entry =>
                GoldenStructures.ReadStructure(entry.GetProperty("atoms"), entry.GetProperty("sys_name").GetString()!, "coords")),
        ];
    }
}
