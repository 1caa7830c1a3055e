using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Potentials.Models;
using Migrate.Testing;
using static TorchSharp.torch;

namespace Migrate.Potentials.Tests;

/// <summary>golden/potentials/trace: what lies between the positions and the energy, for two atoms with 28 bonds.</summary>
public class TraceTests
{
    public static TheoryData<string> Potentials => [.. GoldenPotential.Potentials];

    [Theory, MemberData(nameof(Potentials))]
    public void Energy_forces_and_stress_are_those_of_the_trace(string name)
    {
        var trace = Trace(name);
        double[] l = trace["lattice"].ToArray<double>(), x = trace["positions"].ToArray<double>();
        var structure = GoldenPotential.At(
            new Lattice(At(l, 0), At(l, 1), At(l, 2)), [.. trace["atomic_numbers"].ToArray<long>().Select(z => (byte)z)], [At(x, 0), At(x, 1)], "trace");
        foreach (var kernels in new[] { PotentialKernels.Auto, PotentialKernels.Torch })
        {
            using var potential = PotentialLoader.Open(GoldenPotential.Weights(name), new PotentialOptions { Kernels = kernels });
            var found = potential.Evaluate([structure], PotentialOutputs.Forces | PotentialOutputs.Stress)[0];
            Assert.Equal(trace["energy"].ToArray<double>()[0], found.Energy, 1e-8);
            var forces = trace["forces"].ToArray<double>();
            Assert.All(found.Forces.Select((f, i) => (f - At(forces, i)).Length), difference => Assert.True(difference < 1e-7));
            Assert.All(trace["stress"].ToArray<double>().Zip(found.Stress), s => Assert.Equal(s.First, s.Second, 1e-9));
        }
    }

    [Theory, MemberData(nameof(Potentials))]
    public void Functions_of_lengths_are_those_of_the_trace(string name)
    {
        var trace = Trace(name);
        using var scope = NewDisposeScope();
        var lengths = tensor(trace["bond_length"].ToArray<double>());
        var radial = trace["radial_basis"];
        Same(radial, radial.Shape[1] == 9 ? BasisFunctions.SphericalBessel(lengths) : BasisFunctions.SmoothBessel(lengths, 3));
        if (name.StartsWith("TensorNet", StringComparison.Ordinal))
        {
            Same(trace["cosine_cutoff"], BasisFunctions.CosineEnvelope(lengths));
        }
        else
        {
            Same(trace["three_body_cutoff"], BasisFunctions.PolynomialEnvelope(lengths));
        }
    }

    private static SafeTensorsFile Trace(string name) => SafeTensorsFile.Load(Path.Combine(SharedFolder.Require("golden", "potentials", "trace"), name + ".safetensors"));

    private static Vector3D At(double[] rows, int i) => new(rows[3 * i], rows[(3 * i) + 1], rows[(3 * i) + 2]);

    private static void Same(SafeTensorsEntry expected, Tensor found) =>
        Assert.All(expected.ToArray<double>().Zip(found.flatten().data<double>().ToArray()), v => Assert.Equal(v.First, v.Second, 1e-11));
}
