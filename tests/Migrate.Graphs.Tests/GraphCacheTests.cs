using Migrate.Crystals;
using Migrate.Testing;

namespace Migrate.Graphs.Tests;

public sealed class GraphCacheTests : IDisposable
{
    private static readonly CpuGraphKernels Kernels = new();
    private static readonly GraphSettings Settings = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("migrate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private GraphCache OnDisk(long memory = 1 << 28, long disk = 1 << 28) =>
        new(Kernels, new GraphCacheOptions { MemoryBytes = memory, Folder = _folder, FolderBytes = disk });

    [Fact]
    public void Second_request_comes_from_memory()
    {
        var cache = new GraphCache(Kernels);
        var structure = RandomStructures.Create("rock salt");
        var first = cache.GetOrBuild(structure, 0, Settings);
        // Another name and another number of images: the same graph.
        var second = cache.GetOrBuild(structure.WithName("something else"), 3, Settings);
        Assert.Same(first.Crystal, second.Crystal);
        Assert.Equal((0, 3), (first.ImageCount, second.ImageCount));
        Assert.Equal(new GraphCacheCounts(1, 0, 1, 0), cache.Counts);
        GraphAssert.Equal(Kernels.BuildGraph(structure, Settings), first.Crystal, 0);
        GraphAssert.Equal(Kernels.BuildLineGraph(first.Crystal), first.Line);
    }

    [Fact]
    public void Anything_that_changes_the_graph_changes_the_key()
    {
        var structure = RandomStructures.Create("rock salt");
        var moved = structure.Fractional.ToArray();
        moved[7] = new Vector3D(0.5, 0.5, double.BitIncrement(0.5));
        var heavier = structure.AtomicNumbers.ToArray();
        heavier[7] = 18;
        var lattice = structure.Lattice;
        var longer = new Lattice(lattice.A, lattice.B, lattice.C * double.BitIncrement(1));
        (Structure, GraphSettings)[] variants =
        [
            (structure, Settings),
            (new Structure(lattice, structure.AtomicNumbers, moved), Settings),
            (new Structure(lattice, heavier, structure.Fractional), Settings),
            (new Structure(longer, structure.AtomicNumbers, structure.Fractional), Settings),
            (structure, Settings with { Neighbors = 11 }),
            (structure, Settings with { Cutoff = 7 }),
            (structure, Settings with { Ties = TiePolicy.Published }),
            (structure, Settings with { ShellTolerance = 2e-4 }),
            (structure, Settings with { Relations = RelationPolicy.Canonical }),
        ];
        Assert.Equal(variants.Length, variants.Select(v => GraphKey.Create(v.Item1, v.Item2)).Distinct().Count());
    }

    [Fact]
    public void Oldest_graphs_leave_memory_first()
    {
        var structures = Enumerable.Range(0, 6).Select(seed => RandomStructures.Random(seed)).ToArray();
        var probe = new GraphCache(Kernels);
        var sizes = structures.Select(s =>
        {
            var before = probe.MemoryBytes;
            probe.GetOrBuild(s, 0, Settings);
            return probe.MemoryBytes - before;
        }).ToArray();

        // Room for all but the first; the first is used again just before the last comes, so the second has to go.
        var cache = new GraphCache(Kernels, new GraphCacheOptions { MemoryBytes = sizes.Sum() - 1 });
        foreach (var i in new[] { 0, 1, 2, 3, 4, 0, 5 })
        {
            cache.GetOrBuild(structures[i], 0, Settings);
        }

        Assert.Equal(new GraphCacheCounts(1, 0, 6, 0), cache.Counts);
        Assert.True(cache.MemoryBytes <= sizes.Sum() - 1);
        cache.GetOrBuild(structures[0], 0, Settings);
        Assert.Equal(2, cache.Counts.MemoryHits);
        cache.GetOrBuild(structures[1], 0, Settings);
        Assert.Equal(7, cache.Counts.Builds);
    }

    [Fact]
    public void Without_room_nothing_is_kept()
    {
        var cache = new GraphCache(Kernels, new GraphCacheOptions { MemoryBytes = 0 });
        for (var i = 0; i < 3; i++)
        {
            cache.GetOrBuild(RandomStructures.Create("rock salt"), 0, Settings);
        }

        Assert.Equal((new GraphCacheCounts(0, 0, 3, 0), 0), (cache.Counts, cache.MemoryBytes));
    }

    [Fact]
    public void Another_run_reads_the_folder()
    {
        var structure = RandomStructures.Create("coincident sites");
        var built = OnDisk().GetOrBuild(structure, 2, Settings);
        var later = OnDisk();
        var read = later.GetOrBuild(structure, 2, Settings);
        Assert.Equal(new GraphCacheCounts(0, 1, 0, 0), later.Counts);
        GraphAssert.Equal(built.Crystal, read.Crystal, 0);
        GraphAssert.Equal(built.Line, read.Line);
        Assert.Equal(2, read.ImageCount);
    }

    public static TheoryData<string> Damages => ["cut short", "one bit", "empty", "text", "of another graph"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damaged_file_is_built_anew_and_replaced(string damage)
    {
        var structure = RandomStructures.Create("rock salt");
        var built = OnDisk().GetOrBuild(structure, 0, Settings);
        var path = Assert.Single(Directory.GetFiles(_folder));
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "cut short":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "one bit":
                bytes[^50] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "text":
                File.WriteAllText(path, "this is no graph");
                break;
            default:
                OnDisk().GetOrBuild(RandomStructures.Create("random-1"), 0, Settings);
                File.Copy(Directory.GetFiles(_folder).Single(other => other != path), path, overwrite: true);
                break;
        }

        var cache = OnDisk();
        GraphAssert.Equal(built.Crystal, cache.GetOrBuild(structure, 0, Settings).Crystal, 0);
        Assert.Equal(new GraphCacheCounts(0, 0, 1, 0), cache.Counts);
        var after = OnDisk();
        after.GetOrBuild(structure, 0, Settings);
        Assert.Equal(1, after.Counts.DiskHits);
    }

    [Fact]
    public void Folder_stays_within_its_bound_and_foreign_files_stay()
    {
        var foreign = Path.Combine(_folder, "notes.graph");
        File.WriteAllText(foreign, "not ours");
        const long Bound = 1 << 20;
        var cache = OnDisk(disk: Bound);
        var structures = Enumerable.Range(0, 40).Select(seed => RandomStructures.Random(seed).Supercell(3, 2, 2)).ToArray();
        foreach (var structure in structures)
        {
            cache.GetOrBuild(structure, 0, Settings);
        }

        Assert.Equal(new GraphCacheCounts(0, 0, 40, 0), cache.Counts);
        var files = Directory.GetFiles(_folder).Where(file => file != foreign).ToArray();
        Assert.True(files.Length < 40, "the structures must not all fit");
        Assert.InRange(files.Sum(file => new FileInfo(file).Length), Bound / 4, Bound);
        Assert.Equal("not ours", File.ReadAllText(foreign));
        // The last one written is there.
        var later = OnDisk(disk: Bound);
        later.GetOrBuild(structures[^1], 0, Settings);
        Assert.Equal(1, later.Counts.DiskHits);
    }

    [Fact]
    public void Unusable_folder_is_named()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<InvalidInputException>(() => new GraphCache(Kernels, new GraphCacheOptions { Folder = file }));
        Assert.StartsWith(file + ": the graph cache cannot use this folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vanished_folder_does_not_stop_the_run()
    {
        var folder = Path.Combine(_folder, "sub");
        var cache = new GraphCache(Kernels, new GraphCacheOptions { Folder = folder });
        Directory.Delete(folder);
        Assert.True(cache.GetOrBuild(RandomStructures.Create("rock salt"), 0, Settings).Crystal.BondCount > 0);
        Assert.Equal(new GraphCacheCounts(0, 0, 1, 1), cache.Counts);
    }

    [Fact]
    public void Threads_share_one_build()
    {
        var cache = OnDisk();
        var structures = Enumerable.Range(0, 8).Select(RandomStructures.Random).ToArray();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => cache.GetOrBuild(structures[i % 8], 0, Settings));
        Assert.Equal(8, cache.Counts.Builds);
        Assert.Equal(0, cache.Counts.DiskFailures);
    }

    [Fact]
    public void Impossible_structure_fails_every_time()
    {
        var cache = new GraphCache(Kernels);
        var structure = new Structure(new Lattice(new(0.12, 0, 0), new(0, 0.12, 0), new(0, 0, 0.12)), [3], [new(0, 0, 0)]);
        Assert.Throws<InvalidInputException>(() => cache.GetOrBuild(structure, 0, Settings));
        Assert.Throws<InvalidInputException>(() => cache.GetOrBuild(structure, 0, Settings));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.GetOrBuild(structure, 2, Settings));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GraphCache(Kernels, new GraphCacheOptions { MemoryBytes = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GraphCache(Kernels, new GraphCacheOptions { FolderBytes = 1000 }));
    }
}
