using System.Security.Cryptography;
using Migrate.Crystals;

namespace Migrate.Graphs;

/// <summary>A crystal graph as a safetensors file. The line graph is not stored: it is many times larger and quickly made again.</summary>
internal static class GraphFile
{
    private const string Format = "migrate-graph";

    public static void Save(string path, string key, CrystalGraph graph)
    {
        SafeTensorsEntry[] entries =
        [
            SafeTensorsEntry.Create<double>("displacement", graph.Displacement, graph.BondCount, 3),
            SafeTensorsEntry.Create<double>("distance", graph.Distance, graph.BondCount),
            SafeTensorsEntry.Create<double>("cutoff_used", [graph.CutoffUsed], 1),
            SafeTensorsEntry.Create<double>(
                "site_distances",
                graph.Sites.SelectMany(site => new[] { site.ShellRadius, site.GapAfterCut }).ToArray(),
                graph.Sites.Length,
                2),
            SafeTensorsEntry.Create<int>("row_begin", graph.RowBegin, graph.AtomCount + 1),
            SafeTensorsEntry.Create<int>("source", graph.Source, graph.BondCount),
            SafeTensorsEntry.Create<int>("shift", graph.Shift, graph.BondCount, 3),
            SafeTensorsEntry.Create<int>(
                "site_counts",
                graph.Sites.SelectMany(site => new[] { site.Kept, site.TiesKept, site.TiesDropped, site.CoincidentSkipped }).ToArray(),
                graph.Sites.Length,
                4),
            SafeTensorsEntry.Create<byte>("multiplicity", graph.Multiplicity, graph.BondCount),
        ];
        Dictionary<string, string> metadata = new() { ["format"] = Format, ["key"] = key, ["sha256"] = Checksum(entries) };
        SafeTensorsFile.Save(path, entries, metadata);
    }

    /// <summary>The graph of a key, or null where the file is missing, damaged or belongs to something else.</summary>
    public static CrystalGraph? TryLoad(string path, string key, ReadOnlySpan<byte> atomicNumbers)
    {
        try
        {
            var file = File.Exists(path) ? SafeTensorsFile.Load(path) : null;
            return file is not null
                && file.Metadata.GetValueOrDefault("format") == Format
                && file.Metadata.GetValueOrDefault("key") == key
                && file.Metadata.GetValueOrDefault("sha256") == Checksum(file.Entries)
                ? Read(file, atomicNumbers)
                : null;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or InvalidInputException or ArgumentException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static CrystalGraph Read(SafeTensorsFile file, ReadOnlySpan<byte> atomicNumbers)
    {
        var counts = file["site_counts"].ToArray<int>();
        var distances = file["site_distances"].ToArray<double>();
        var sites = new SiteNeighborhood[counts.Length / 4];
        if (distances.Length != 2 * sites.Length)
        {
            throw new ArgumentException("site_distances do not fit site_counts");
        }

        for (var i = 0; i < sites.Length; i++)
        {
            var c = counts.AsSpan(4 * i, 4);
            sites[i] = new SiteNeighborhood(c[0], distances[2 * i], c[1], c[2], distances[(2 * i) + 1], c[3]);
        }

        return new CrystalGraph(
            atomicNumbers.ToArray(),
            file["row_begin"].ToArray<int>(),
            file["source"].ToArray<int>(),
            file["shift"].ToArray<int>(),
            file["displacement"].ToArray<double>(),
            file["distance"].ToArray<double>(),
            file["multiplicity"].ToArray<byte>(),
            sites,
            file["cutoff_used"].ToArray<double>()[0]);
    }

    private static string Checksum(IEnumerable<SafeTensorsEntry> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries)
        {
            hash.AppendData(entry.Bytes.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
