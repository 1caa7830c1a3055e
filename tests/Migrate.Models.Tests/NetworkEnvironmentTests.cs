using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>Environments are what the network computes, where the two must agree.</summary>
public sealed class NetworkEnvironmentTests : IDisposable
{
    private const int Hidden = 20;

    private static readonly Lattice Cell = new(new(30, 0, 0), new(0, 30, 0), new(0, 0, 30));

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"migrate-environments-{Guid.NewGuid():n}");

    [Theory]
    [InlineData(2, 1, "alignn_layers.0.x")]
    [InlineData(0, 2, "gcn_layers.0.node")]
    public void A_site_with_neighbours_at_one_distance_is_that_of_the_network(int alignn, int gcn, string stage)
    {
        // At one distance the weights are one number and cancel in the mean; the network keeps these six neighbours.
        const double Edge = 2.1 / 30;
        Vector3D[] octahedron = [new(Edge, 0, 0), new(-Edge, 0, 0), new(0, Edge, 0), new(0, -Edge, 0), new(0, 0, Edge), new(0, 0, -Edge)];
        byte[] species = [8, 8, 16, 26, 9, 8];
        using var network = InferencePlanTests.Network(Hidden, alignn, gcn);
        var settings = new GraphSettings { Neighbors = 6, Relations = RelationPolicy.Canonical };
        var environments = NetworkEnvironments.Of(Files(network, settings));

        var graph = PathGraphs.Build(new Structure(Cell, [3, .. species], [default, .. octahedron]), settings, new CpuGraphKernels());
        double[]? expected = null;
        using (var scope = NewDisposeScope())
        using (var guard = no_grad())
        using (var batches = InputBatches.Create(GraphBatch.CreateInputs([graph]), network.Options, ScalarType.Float64, CPU))
        {
            network.Forward(batches.All, (name, rows) => expected = name == stage ? rows[0].cpu().data<double>().ToArray() : expected);
        }

        // The middle of a short hop along the diagonal lies where the structure's ion is.
        Vector3D[] images = [.. Enumerable.Range(-2, 5).Select(k => new Vector3D(0.003, 0.003, 0.003) * k)];
        var band = Band.FromStructure(new Structure(Cell, [3, 3, 3, 3, 3, .. species], [.. images, .. octahedron]));
        Assert.Equal(2 * Hidden, environments.Count);
        Assert.All(expected!.Zip(environments.Compute(band)[Hidden..]), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    [Fact]
    public void A_network_of_several_outputs_will_do_and_the_same_weights_make_the_same_tables()
    {
        using var network = new Alignn(new AlignnOptions { HiddenFeatures = 8, EmbeddingFeatures = 4, AlignnLayers = 1, GcnLayers = 0, Outputs = 3 }, new TorchConvolutionKernels(), ScalarType.Float32, CPU);
        Checkpoint.SaveProperties(_folder, network, new GraphSettings(), [("a", TargetScaler.Identity), ("b", TargetScaler.Identity), ("c", TargetScaler.Identity)]);
        var files = CheckpointFiles.Read(_folder);
        Assert.Equal(NetworkEnvironments.Of(files).Hash, NetworkEnvironments.Of(files).Hash);
    }

    [Fact]
    public void A_file_without_the_convolution_is_refused_in_one_line()
    {
        using var network = InferencePlanTests.Network(Hidden, 1, 0);
        Files(network, new GraphSettings());
        var file = Path.Combine(_folder, "model.safetensors");
        SafeTensorsFile.Save(file, SafeTensorsFile.Load(file).Entries.Where(e => e.Name != "alignn_layers.0.node_update.dst_gate.weight"));
        var error = Assert.Throws<InvalidInputException>(() => NetworkEnvironments.Of(CheckpointFiles.Read(_folder)));
        Assert.Contains("dst_gate", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, true);
        }
    }

    private CheckpointFiles Files(Alignn network, GraphSettings settings)
    {
        Checkpoint.Save(_folder, network, settings, 5, TargetScaler.Identity);
        return CheckpointFiles.Read(_folder);
    }
}
