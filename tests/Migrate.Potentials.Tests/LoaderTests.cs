using System.Globalization;
using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Potentials.Tests;

/// <summary>What cannot be opened is told in one line; TorchScript files can be.</summary>
public sealed class LoaderTests : IDisposable
{
    private readonly RandomWeights _weights = new("M3GNet-original");

    public void Dispose() => _weights.Dispose();

    [Fact]
    public void A_folder_or_one_of_its_files_opens_it()
    {
        foreach (var path in new[] { _weights.Folder, Path.Combine(_weights.Folder, "config.json"), Path.Combine(_weights.Folder, "weights.safetensors") })
        {
            using var potential = PotentialLoader.Open(path);
            Assert.Equal(("random", 5.0), (potential.Name, potential.Cutoff));
        }
    }

    [Fact]
    public void Missing_files_and_tensors_are_told()
    {
        Assert.Contains("is neither a folder", Fails(Path.Combine(_weights.Folder, "nothing")), StringComparison.Ordinal);
        var missing = _weights.Entries.First(e => e.Name.Contains("graph_layers/1", StringComparison.Ordinal));
        _weights.Save(_weights.Entries.Where(e => e != missing));
        Assert.Contains($"has no tensor {missing.Name}", Fails(_weights.Folder), StringComparison.Ordinal);
        _weights.Save(_weights.Entries.Append(SafeTensorsEntry.Create<float>("more", [1])));
        Assert.Contains("has 1 tensors that the architecture of config.json does not have, as more", Fails(_weights.Folder), StringComparison.Ordinal);
        _weights.Save(_weights.Entries.Select(e => e == missing ? SafeTensorsEntry.Create<float>(e.Name, [1, 2]) : e));
        Assert.Contains("has shape [2], the architecture needs", Fails(_weights.Folder), StringComparison.Ordinal);
        File.Delete(Path.Combine(_weights.Folder, "weights.safetensors"));
        Assert.Contains("has no weights.safetensors", Fails(_weights.Folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"M3GNet-original\"", "\"GAP\"", "known are M3GNet-original, M3GNet-matgl and TensorNet")]
    [InlineData("\"cutoff\":5", "\"cutoff\":6", "cutoff is 6; only 5 is supported")]
    [InlineData("\"hyperparameters\"", "\"others\"", "has no object \"hyperparameters\"")]
    [InlineData("{", "[", "no configuration of a potential")]
    public void A_wrong_configuration_is_told(string from, string to, string message)
    {
        var file = Path.Combine(_weights.Folder, "config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal));
        Assert.Contains(message, Fails(_weights.Folder), StringComparison.Ordinal);
    }

    [Theory, InlineData(ScalarType.Float64, 1e-9), InlineData(ScalarType.Float32, 2e-4)]
    public void A_torch_script_potential_gives_what_it_was_written_to_give(ScalarType precision, double tolerance)
    {
        const double Epsilon = 0.2, Sigma = 2.3, Cutoff = 6;
        var file = Path.Combine(_weights.Folder, "pairs.pt");
        if (precision == ScalarType.Float64)
        {
            ScriptArchive.Write(file, Pairs(Epsilon, Sigma, Cutoff), Cutoff, [3, 8, 15, 17, 26], "DoubleStorage");
        }
        else
        {
            ScriptArchive.Write(file, Pairs(Epsilon, Sigma, Cutoff), (float)Cutoff, [3, 8, 15, 17, 26], "FloatStorage");
        }

        using var scripted = PotentialLoader.Open(file);
        using var reference = new LennardJones(Epsilon, Sigma, Cutoff);
        var crystal = RandomWeights.Crystal(3);
        const PotentialOutputs All = PotentialOutputs.Forces | PotentialOutputs.Stress;
        var (expected, found) = (reference.Evaluate([crystal], All)[0], scripted.Evaluate([crystal, crystal], All)[1]);
        Assert.Equal(("pairs", Cutoff), (scripted.Name, scripted.Cutoff));
        Assert.Equal(expected.Energy, found.Energy, tolerance * Math.Abs(expected.Energy));
        var largest = expected.Forces.Max(f => f.Length);
        Assert.All(expected.Forces.Zip(found.Forces), f => Assert.True((f.First - f.Second).Length < tolerance * largest));
        Assert.All(expected.Stress.Zip(found.Stress), s => Assert.Equal(s.First, s.Second, tolerance * expected.Stress.Max(Math.Abs)));
    }

    [Fact]
    public void What_a_script_refuses_in_a_batch_is_tried_alone_and_told_of_one_structure()
    {
        var file = Path.Combine(_weights.Folder, "eight.pt");
        ScriptArchive.Write(file, "return torch.mul(torch.to(torch.view(atomic_numbers, [8]), 7), torch.sum(vectors))", 4.0, [3, 8, 15, 17, 26], "DoubleStorage");
        using var potential = PotentialLoader.Open(file);
        var alone = new Structure(new Lattice(new(3, 0, 0), new(0, 3, 0), new(0, 0, 3)), [8], [default]);
        var found = potential.Evaluate([RandomWeights.Crystal(), alone, RandomWeights.Crystal(2)]);
        Assert.Null(found[0].Error);
        Assert.Null(found[2].Error);
        Assert.Contains("the potential failed: ", found[1].Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", found[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_torch_script_is_told()
    {
        var file = Path.Combine(_weights.Folder, "broken.pt");
        File.WriteAllText(file, "nothing");
        Assert.Contains("no TorchScript module", Fails(file), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Fails(Path.Combine(_weights.Folder, "missing.pt")), StringComparison.Ordinal);
    }

    private static string Fails(string path) => Assert.Throws<InvalidInputException>(() => PotentialLoader.Open(path)).Message;

    // Lennard-Jones, shifted in energy and force; every bond is listed from both of its ends.
    private static string Pairs(double epsilon, double sigma, double cutoff)
    {
        string Number(double x) => x.ToString("r", CultureInfo.InvariantCulture) + (x == Math.Floor(x) ? "." : "");
        var s6 = Math.Pow(sigma / cutoff, 6);
        var (energy, slope) = (4 * epsilon * s6 * (s6 - 1), -24 * epsilon * s6 * ((2 * s6) - 1) / cutoff);
        return $"""
            r = torch.sqrt(torch.sum(torch.mul(vectors, vectors), [1]))
            s6 = torch.pow(torch.mul(torch.reciprocal(r), {Number(sigma)}), 6)
            pair = torch.mul(torch.mul(s6, torch.sub(s6, 1)), {Number(4 * epsilon)})
            shifted = torch.sub(torch.sub(pair, {Number(energy)}), torch.mul(torch.sub(r, {Number(cutoff)}), {Number(slope)}))
            n = torch.size(atomic_numbers, 0)
            zero = torch.zeros([n], dtype=ops.prim.dtype(vectors), layout=None, device=ops.prim.device(vectors))
            return torch.index_add(zero, 0, torch.select(edge_index, 0, 0), torch.mul(shifted, 0.5))
            """;
    }
}
