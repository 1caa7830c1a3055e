using Migrate.Crystals;

namespace Migrate.Baselines.Tests;

public class PathHalvesTests
{
    private static readonly EnvironmentDescriptors Environments = EnvironmentDescriptorTests.Random();

    [Fact]
    public void A_half_goes_from_an_end_to_the_middle_and_the_ion_stands_where_the_other_half_goes_on()
    {
        // In a cell so wide that no ion sees its copies, the halves are paths of their own with two more ions.
        var (crystal, edge) = (Bands.Random(3).Structure, 40.0);
        var band = Bands.Build(
            new Lattice(new(edge, 0, 0), new(0, edge, 0), new(0, 0, edge)),
            crystal.AtomicNumbers.ToArray(),
            [.. crystal.Fractional.ToArray().Select(f => crystal.Lattice.ToCartesian(f) * (1 / edge))]);
        var halves = PathFeatures.Compute(band, Environments, halves: true).Halves;
        Assert.Equal(PathHalves.Count, halves.Count);
        foreach (var (half, from, to) in new[] { (halves[0], 0, 4), (halves[1], 4, 0) })
        {
            var sites = band.Structure.Fractional.ToArray();
            var (start, way) = (sites[from], sites[to] - sites[from]);
            Vector3D[] places = [start, start + (way * 0.25), start + (way * 0.5), start + (way * 0.75), start + way];
            var numbers = band.Structure.AtomicNumbers;
            var path = Band.FromStructure(new Structure(band.Structure.Lattice, numbers, [.. places, .. sites[5..]]), 3);
            Assert.All(PathDescriptors.Compute(path).Zip(half.Profile), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
            Assert.All(Environments.Compute(path).Zip(half.Environment), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
    }

    [Fact]
    public void Of_the_ends_only_the_first_and_the_last_image_count()
    {
        var band = Bands.Random(4);
        var sites = band.Structure.Fractional;
        var two = Band.FromStructure(new Structure(
            band.Structure.Lattice,
            [band.Structure.AtomicNumbers[0], band.Structure.AtomicNumbers[4], .. band.Structure.AtomicNumbers[5..]],
            [sites[0], sites[4], .. sites[5..]]), 2);
        Assert.Equal(PathFeatures.Compute(band, Environments, halves: true).Row(), PathFeatures.Compute(two, Environments, halves: true).Row());
    }

    [Fact]
    public void What_is_told_of_the_path_stands_behind_the_descriptors_and_the_profiles()
    {
        var features = PathFeatures.Compute(Bands.Random(5), Environments, halves: true);
        double[] expected = [.. features.Path, 7, 8, .. features.Environment];
        Assert.Equal([.. expected, .. features.Halves.SelectMany(half => (double[])[.. half.Profile, 7, 8, .. half.Environment])], features.Row([7, 8]));
        Assert.Equal(PathDescriptors.Compute(Bands.Random(5)), PathFeatures.Compute(Bands.Random(5), null, halves: false).Row());
        Assert.Equal(Environments.Compute(Bands.Random(5)), features.Environment);
    }
}
