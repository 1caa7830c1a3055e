using Migrate.Crystals;
using static TorchSharp.torch;

namespace Migrate.Potentials.Tests;

/// <summary>What holds of a potential whatever its weights are.</summary>
public class GraphPotentialTests
{
    private const PotentialOutputs All = PotentialOutputs.Forces | PotentialOutputs.Stress;

    public static TheoryData<string> Layouts => [.. RandomWeights.Layouts];

    [Theory, MemberData(nameof(Layouts))]
    public void Forces_are_the_slopes_of_the_energy(string layout)
    {
        using var weights = new RandomWeights(layout);
        using var potential = weights.Open();
        var crystal = RandomWeights.Crystal();
        var forces = potential.Evaluate([crystal])[0].Forces;
        const double Step = 1e-4;
        for (var i = 0; i < crystal.Count; i += 3)
        {
            for (var axis = 0; axis < 3; axis++)
            {
                var unit = new Vector3D(axis == 0 ? Step : 0, axis == 1 ? Step : 0, axis == 2 ? Step : 0);
                var pair = potential.Evaluate([Moved(crystal, i, unit), Moved(crystal, i, -unit)], PotentialOutputs.Energy);
                Assert.Empty(pair[0].Forces);
                Assert.Equal(-(pair[0].Energy - pair[1].Energy) / (2 * Step), forces[i][axis], 1e-6 * Math.Max(1, forces[i].Length));
            }
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Stress_is_the_slope_of_the_energy_with_strain(string layout)
    {
        using var weights = new RandomWeights(layout);
        using var potential = weights.Open();
        var crystal = RandomWeights.Crystal();
        var stress = potential.Evaluate([crystal], All)[0].Stress;
        const double Step = 1e-5;
        for (var k = 0; k < 9; k++)
        {
            var pair = potential.Evaluate([Strained(crystal, k / 3, k % 3, Step), Strained(crystal, k / 3, k % 3, -Step)], PotentialOutputs.Energy);
            Assert.Equal((pair[0].Energy - pair[1].Energy) / (2 * Step * crystal.Lattice.Volume), stress[k], 1e-7);
            Assert.Equal(stress[k], stress[(k % 3 * 3) + (k / 3)], 1e-12);
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Energies_do_not_depend_on_place_direction_order_and_choice_of_the_cell(string layout)
    {
        using var weights = new RandomWeights(layout);
        using var potential = weights.Open();
        var crystal = RandomWeights.Crystal();
        var lattice = crystal.Lattice;
        Vector3D Turn(Vector3D v) => new((0.6 * v.X) - (0.8 * v.Y), (0.8 * v.X) + (0.6 * v.Y), v.Z);
        byte[] numbers = crystal.AtomicNumbers.ToArray();
        Vector3D[] sites = crystal.Fractional.ToArray();
        int[] order = [4, 2, 7, 0, 1, 3, 6, 5];
        Structure[] same =
        [
            crystal,
            new(lattice, numbers, [.. sites.Select(s => s + new Vector3D(0.31, -0.2, 1.7))]),
            new(lattice, numbers, [.. sites.Select((s, i) => s + new Vector3D(i, -2 * i, 3))]),
            new(new Lattice(Turn(lattice.A), Turn(lattice.B), Turn(lattice.C)), numbers, sites),
            new(lattice, [.. order.Select(i => numbers[i])], [.. order.Select(i => sites[i])]),
            new(new Lattice(lattice.A, lattice.B + lattice.A, lattice.C), numbers, [.. sites.Select(s => s with { X = s.X - s.Y })]),
            new(new Lattice(lattice.A * 2, lattice.B, lattice.C), [.. numbers, .. numbers], [.. sites.Select(s => s with { X = s.X / 2 }), .. sites.Select(s => s with { X = (s.X + 1) / 2 })]),
        ];
        var results = potential.Evaluate(same, All);
        for (var k = 1; k < same.Length; k++)
        {
            Assert.Equal(results[0].Energy * same[k].Count / crystal.Count, results[k].Energy, 1e-10 * same[k].Count);
        }

        for (var i = 0; i < crystal.Count; i++)
        {
            Assert.True((Turn(results[0].Forces[i]) - results[3].Forces[i]).Length < 1e-9);
            Assert.True((results[0].Forces[order[i]] - results[4].Forces[i]).Length < 1e-9);
        }

        var total = results[0].Forces.Aggregate(Vector3D.Zero, (a, b) => a + b);
        Assert.True(total.Length < 1e-10);
    }

    [Theory, MemberData(nameof(Layouts))]
    public void A_batch_gives_what_its_structures_give_alone_in_any_parts_and_threads(string layout)
    {
        using var weights = new RandomWeights(layout);
        Structure[] crystals = [.. Enumerable.Range(1, 5).Select(seed => RandomWeights.Crystal(seed, 4.9 + (0.2 * seed)))];
        using var one = weights.Open();
        var alone = crystals.Select(c => one.Evaluate([c], All)[0]).ToList();
        foreach (var (bonds, threads) in new[] { (100_000, 1), (700, 1), (1, 1), (100_000, 3) })
        {
            using var potential = PotentialLoader.Open(weights.Folder, new PotentialOptions { BondsAtOnce = bonds, Threads = threads, Kernels = weights.Kernels });
            foreach (var (expected, found) in alone.Zip(potential.Evaluate(crystals, All)))
            {
                Assert.Equal(expected.Energy, found.Energy, 1e-10);
                Assert.All(expected.Forces.Zip(found.Forces), f => Assert.True((f.First - f.Second).Length < 1e-10));
                Assert.All(expected.Stress.Zip(found.Stress), s => Assert.Equal(s.First, s.Second, 1e-11));
            }
        }
    }

    [Theory]
    [InlineData("M3GNet-original"), InlineData("M3GNet-matgl"), InlineData("M3GNet-matgl smooth")]
    public void Native_kernels_give_the_numbers_of_torch(string layout)
    {
        using var weights = new RandomWeights(layout);
        Structure[] crystals = [RandomWeights.Crystal(), RandomWeights.Crystal(2, 3.9), RandomWeights.Crystal(3, 7)];
        foreach (var (precision, tolerance) in new[] { (ScalarType.Float64, 1e-11), (ScalarType.Float32, 2e-5) })
        {
            using var native = PotentialLoader.Open(weights.Folder, new PotentialOptions { Precision = precision });
            using var torch = PotentialLoader.Open(weights.Folder, new PotentialOptions { Precision = precision, Kernels = PotentialKernels.Torch });
            foreach (var (expected, found) in torch.Evaluate(crystals, All).Zip(native.Evaluate(crystals, All)))
            {
                Assert.Equal(expected.Energy, found.Energy, tolerance * Math.Max(1, Math.Abs(expected.Energy)));
                var largest = Math.Max(1, expected.Forces.Max(f => f.Length));
                Assert.All(expected.Forces.Zip(found.Forces), f => Assert.True((f.First - f.Second).Length < tolerance * largest, $"{f.First} {f.Second}"));
                Assert.All(expected.Stress.Zip(found.Stress), s => Assert.Equal(s.First, s.Second, tolerance * Math.Max(1, expected.Stress.Max(Math.Abs))));
            }
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void One_bad_structure_is_told_and_the_others_go_on(string layout)
    {
        using var weights = new RandomWeights(layout);
        using var potential = weights.Open();
        var crystal = RandomWeights.Crystal();
        var sites = crystal.Fractional.ToArray();
        var numbers = crystal.AtomicNumbers.ToArray();
        Structure With(int site, byte number, Vector3D at)
        {
            var (n, f) = ((byte[])numbers.Clone(), (Vector3D[])sites.Clone());
            (n[site], f[site]) = (number, at);
            return new Structure(crystal.Lattice, n, f);
        }

        var results = potential.Evaluate([crystal, With(2, 84, sites[2]), With(5, 8, sites[1]), With(5, 8, sites[1] + new Vector3D(0.01, 0, 0)), crystal]);
        Assert.Contains("site 3: random does not know Po; it knows", results[1].Error, StringComparison.Ordinal);
        Assert.Contains("sites 2 and 6 are 0.000 Å apart", results[2].Error, StringComparison.Ordinal);
        Assert.Contains("apart; a potential needs at least 0.1 Å", results[3].Error, StringComparison.Ordinal);
        Assert.Empty(results[3].Forces);
        Assert.True(double.IsNaN(results[3].Energy));
        Assert.Equal(results[0].Energy, results[4].Energy, 1e-10);
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Atoms_alone_have_energies_and_no_forces(string layout)
    {
        using var weights = new RandomWeights(layout);
        using var potential = weights.Open();
        var alone = new Structure(new Lattice(new(20, 0, 0), new(0, 20, 0), new(0, 0, 20)), [8], [new(0.1, 0, 0)]);
        var result = potential.Evaluate([alone, RandomWeights.Crystal(), alone], All);
        Assert.Equal(result[0].Energy, result[2].Energy, 1e-12);
        Assert.Equal(result[0].Energy, potential.Evaluate([alone], All)[0].Energy, 1e-12);
        Assert.Equal(Vector3D.Zero, result[0].Forces[0]);
        Assert.Empty(potential.Evaluate([]));
    }

    [Fact]
    public void Evaluations_leave_no_tensors_behind()
    {
        using var weights = new RandomWeights("M3GNet-original");
        using var potential = weights.Open();
        potential.Evaluate([RandomWeights.Crystal()], All);
        using var outside = NewDisposeScope();
        var before = outside.DisposablesCount;
        potential.Evaluate([RandomWeights.Crystal(), RandomWeights.Crystal(2)], All);
        Assert.Equal(before, outside.DisposablesCount);
    }

    private static Structure Moved(Structure crystal, int site, Vector3D by)
    {
        var fractional = crystal.Fractional.ToArray();
        fractional[site] += crystal.Lattice.ToFractional(by);
        return new Structure(crystal.Lattice, crystal.AtomicNumbers, fractional);
    }

    // x → x (1 + ε) with one element of ε.
    private static Structure Strained(Structure crystal, int row, int column, double strain)
    {
        Vector3D Apply(Vector3D v)
        {
            var add = strain * v[row];
            return v + new Vector3D(column == 0 ? add : 0, column == 1 ? add : 0, column == 2 ? add : 0);
        }

        var l = crystal.Lattice;
        return new Structure(new Lattice(Apply(l.A), Apply(l.B), Apply(l.C)), crystal.AtomicNumbers, crystal.Fractional);
    }
}
