using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>Tests that count the tensors of the whole process run when no other does.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;

[Collection(nameof(RunsAlone))]
public sealed class LeakTests
{
    public static TheoryData<string> Fused => GradientTests.Fused;

    [Theory, MemberData(nameof(Fused))]
    public void Steps_leave_no_tensors_behind(string backend)
    {
        random.manual_seed(3);
        var place = Backends.Place(backend);
        using var network = new Alignn(
            new AlignnOptions { HiddenFeatures = 16, EmbeddingFeatures = 8, AlignnLayers = 2, GcnLayers = 1 },
            Backends.Kernels(backend),
            ScalarType.Float32,
            place);
        network.train();
        var graph = HandMadeGraphs.Create("random, multiplicities");
        var counts = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            using (var scope = NewDisposeScope())
            {
                using var batch = BandBatch.Create(Migrate.Graphs.GraphBatch.Create([graph]), network.Options, ScalarType.Float32, place);
                network.Forward(batch).abs().sum().backward();
                CpuConvolutionKernels.ThrowIfBackwardFailed();
            }

            counts.Add(Tensor.TotalCount);
        }

        // The first step makes gradients; afterwards finalizers of earlier tests may only take tensors away.
        Assert.InRange(counts[^1] - counts[1], -10_000, 0);
    }
}
