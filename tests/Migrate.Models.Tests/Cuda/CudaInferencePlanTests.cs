using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Native.Cuda;
using Migrate.Testing;

namespace Migrate.Models.Tests.Cuda;

/// <summary>The plan on the GPU, real or emulated: against the authors' numbers, the network, and itself.</summary>
[Collection(nameof(OneGpu))]
public class CudaInferencePlanTests
{
    public static TheoryData<string, Precision, double> References => new()
    {
        // As on the CPU. TF32 keeps 11 bits of each factor.
        { "model3", Precision.Float32, 2e-5 }, { "model3", Precision.TensorFloat32, 2e-3 }, { "model3", Precision.BFloat16, 1e-2 },
        { "model3_full", Precision.BFloat16, 5e-3 },
    };

    public static TheoryData<string, int> Troublemakers =>
        [.. HandMadeGraphs.Names.SelectMany(name => new[] { 1, 16, 40, 128 }.Select(hidden => (name, hidden)))];

    [Theory, MemberData(nameof(References))]
    public void Outputs_equal_the_reference(string variant, Precision precision, double tolerance)
    {
        EmulatedGpu.Require();
        using var golden = new GoldenNetwork(variant);
        var weights = ModelWeights.Read(SafeTensorsFile.Load(golden.WeightsFile), golden.WeightsFile, golden.Options());
        using var plan = CudaInferencePlan.Compile(golden.Options(), weights, new InferenceOptions { Precision = precision });
        // The emulated GPU is slow: of the large network one band.
        BandGraph[] graphs = [.. golden.Graphs().Select(g => g.Graph).Take(variant == "model3_full" && CudaRuntime.Device.IsEmulated ? 1 : int.MaxValue)];
        GoldenNetworkTests.AssertClose(golden.Column("eval_f64")[..graphs.Length], plan.Forward(graphs), tolerance, tolerance);
    }

    [Theory, MemberData(nameof(Troublemakers))]
    public void Outputs_equal_the_network_on_graphs_that_make_trouble(string name, int hidden)
    {
        EmulatedGpu.Require();
        var graph = HandMadeGraphs.Create(name);
        using var network = InferencePlanTests.Network(hidden, 2, 2);
        var expected = network.Evaluate(GraphBatch.Create([graph]));
        foreach (var (precision, tolerance) in new[]
        {
            (Precision.Float32, 1e-5), (Precision.TensorFloat32, 5e-3), (Precision.BFloat16, 2e-2),
        })
        {
            using var plan = Compile(network, precision);
            GoldenNetworkTests.AssertClose(expected, plan.Forward([graph]), tolerance, tolerance);
        }
    }

    [Fact]
    public void Plans_of_different_widths_take_turns()
    {
        EmulatedGpu.Require();
        var graph = HandMadeGraphs.Create("random, multiplicities");
        using var wide = InferencePlanTests.Network(256, 1, 1);
        using var narrow = InferencePlanTests.Network(136, 1, 1);
        using var wides = Compile(wide, Precision.Float32);
        var expected = wides.Forward([graph]);
        using var narrows = Compile(narrow, Precision.Float32);
        _ = narrows.Forward([graph]);
        Assert.Equal(expected, wides.Forward([graph]));
    }

    [Theory, InlineData(0, 2), InlineData(2, 0), InlineData(1, 1)]
    public void Any_number_of_layers_works(int alignn, int gcn)
    {
        EmulatedGpu.Require();
        var graph = HandMadeGraphs.Create("random, multiplicities");
        using var network = InferencePlanTests.Network(20, alignn, gcn);
        using var plan = Compile(network, Precision.Float32);
        GoldenNetworkTests.AssertClose(network.Evaluate(GraphBatch.Create([graph])), plan.Forward([graph]), 1e-5, 1e-5);
    }

    [Theory, InlineData(Precision.Float32), InlineData(Precision.TensorFloat32), InlineData(Precision.BFloat16)]
    public void Results_are_the_same_bits_in_any_batch_and_again(Precision precision)
    {
        EmulatedGpu.Require();
        var graphs = Graphs();
        using var network = InferencePlanTests.Network(33, 2, 2);
        using var plan = Compile(network, precision);
        double[] alone = [.. graphs.Select(graph => plan.Forward([graph])[0])];
        Assert.Equal(alone, plan.Forward(graphs));
        Assert.Equal(alone.Reverse(), plan.Forward([.. graphs.Reverse()]));
        Assert.Equal(alone[..3], plan.Forward(graphs[..3]));
        Assert.Empty(plan.Forward([]));
    }

    [Theory, InlineData(Precision.Float32, 8), InlineData(Precision.BFloat16, 3)]
    public void Structures_give_the_same_bits_as_their_graphs(Precision precision, int neighbors)
    {
        EmulatedGpu.Require();
        Structure[] structures = [.. RandomStructures.Names.Select(RandomStructures.Create).Where(s => s.Count is > 2 and < 24).Take(7)];
        using var network = InferencePlanTests.Network(20, 2, 1);
        using var plan = Compile(network, precision);
        foreach (var ties in Enum.GetValues<TiePolicy>())
        {
            var settings = new GraphSettings { Ties = ties, Neighbors = neighbors };
            var cpu = new CpuGraphKernels();
            var expected = plan.Forward([.. structures.Select(structure =>
            {
                var graph = cpu.BuildGraph(structure, settings);
                return new BandGraph(graph, cpu.BuildLineGraph(graph), 2);
            })]);
            var outcomes = plan.Forward(structures, 2, settings);
            Assert.All(outcomes, outcome => Assert.Null(outcome.Error));
            Assert.Equal(expected, outcomes.Select(outcome => outcome.Value));
            // One by one, in smaller buffers' place, and again.
            Assert.Equal(expected, structures.Select(structure => plan.Forward([structure], 2, settings)[0].Value));
            Assert.Equal(expected.Reverse(), plan.Forward([.. structures.Reverse()], 2, settings).Select(outcome => outcome.Value));
        }
    }

    [Fact]
    public void A_broken_structure_does_not_stop_the_others()
    {
        EmulatedGpu.Require();
        Structure Cubic(double a) => new(new Lattice(new(a, 0, 0), new(0, a, 0), new(0, 0, a)), [3, 3, 8], [new(0, 0, 0), new(0.5, 0, 0), new(0.5, 0.5, 0.5)], "cubic");
        using var network = InferencePlanTests.Network(16, 1, 1);
        using var plan = Compile(network, Precision.Float32);
        var outcomes = plan.Forward([Cubic(4), Cubic(0.1), Cubic(5)], 2, new());
        Assert.Equal(plan.Forward([Cubic(4), Cubic(5)], 2, new()), [outcomes[0], outcomes[2]]);
        Assert.Contains("is the lattice in Å?", outcomes[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_for_hopper_are_used_where_they_give_the_same_numbers()
    {
        EmulatedGpu.Require();
        Assert.SkipUnless(CudaRuntime.Device.Capability == 90, "a GPU of another generation");
        using var network = InferencePlanTests.Network(128, 2, 1);
        using var plan = Compile(network, Precision.BFloat16);
        Assert.Equal("", plan.HopperReason);
        Assert.Contains("wgmma", plan.Name, StringComparison.Ordinal);
        using var narrow = InferencePlanTests.Network(40, 2, 1);
        using var portable = Compile(narrow, Precision.BFloat16);
        Assert.Equal("not for 48 channels", portable.HopperReason);
    }

    [Fact]
    public void Several_threads_may_use_one_plan()
    {
        EmulatedGpu.Require();
        var graphs = Enumerable.Range(0, 8).Select(seed => HandMadeGraphs.Random(seed, 15, 80, 2)).ToArray();
        using var network = InferencePlanTests.Network(24, 2, 1);
        using var plan = Compile(network, Precision.Float32);
        double[] alone = [.. graphs.Select(graph => plan.Forward([graph])[0])];
        var together = new double[graphs.Length];
        Parallel.For(0, graphs.Length, i => together[i] = plan.Forward([graphs[i]])[0]);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_halved_and_told_of()
    {
        EmulatedGpu.Require();
        Assert.SkipUnless(CudaRuntime.Device.IsEmulated, "needs a device whose memory can be limited");
        var graphs = Graphs();
        using var network = InferencePlanTests.Network(33, 2, 2);
        using var plenty = Compile(network, Precision.Float32);
        var expected = plenty.Forward(graphs);
        plenty.Dispose();
        CudaRuntime.Device.Memory.Trim();
        using var plan = Compile(network, Precision.Float32);
        List<string> notices = [];
        plan.Notice = notices.Add;
        try
        {
            EmulatedGpu.LimitMemory(CudaRuntime.Device.Memory.Counts.Used + 2_000_000);
            Assert.Equal(expected, plan.Forward(graphs));
            Assert.All(notices, notice => Assert.Contains("halved", notice, StringComparison.Ordinal));
            Assert.NotEmpty(notices);
            EmulatedGpu.LimitMemory(1);
            var one = HandMadeGraphs.Random(9, 100, 3000, 2);
            Assert.Throws<CudaOutOfMemoryException>(() => plan.Forward([one]));
        }
        finally
        {
            EmulatedGpu.LimitMemory(null);
        }

        Assert.Equal(expected, plan.Forward(graphs));
    }

    [Fact]
    public void Structures_that_do_not_fit_together_are_halved_as_well()
    {
        EmulatedGpu.Require();
        Assert.SkipUnless(CudaRuntime.Device.IsEmulated, "needs a device whose memory can be limited");
        Structure[] structures = [.. RandomStructures.Names.Select(RandomStructures.Create).Where(s => s.Count is > 2 and < 24).Take(8)];
        var settings = new GraphSettings { Neighbors = 4 };
        using var network = InferencePlanTests.Network(16, 1, 1);
        using var plan = Compile(network, Precision.Float32);
        var expected = plan.Forward(structures, 2, settings);
        using var small = Compile(network, Precision.Float32);
        var bytes = structures.Sum(s => s.Count) * small.BytesPerAtom(settings);
        List<string> notices = [];
        small.Notice = notices.Add;
        CudaRuntime.Device.Memory.Trim();
        try
        {
            EmulatedGpu.LimitMemory(CudaRuntime.Device.Memory.Counts.Used + (2 * bytes / 3));
            Assert.Equal(expected, small.Forward(structures, 2, settings));
            Assert.NotEmpty(notices);
        }
        finally
        {
            EmulatedGpu.LimitMemory(null);
        }
    }

    [Fact]
    public void What_the_kernels_cannot_do_is_refused()
    {
        EmulatedGpu.Require();
        using var network = InferencePlanTests.Network(8, 1, 1);
        Assert.Contains("float64", Assert.ThrowsAny<ArgumentException>(() => Compile(network, Precision.Float64)).Message, StringComparison.OrdinalIgnoreCase);
        var wide = network.Options with { HiddenFeatures = 600 };
        Assert.Contains("600", Assert.Throws<ArgumentException>(() => CudaInferencePlan.Compile(wide, ModelWeights.Of(network))).Message, StringComparison.Ordinal);
    }

    private static BandGraph[] Graphs() =>
    [
        .. Enumerable.Range(0, 5).Select(seed => HandMadeGraphs.Random(seed, 8 + (9 * seed), 70 + (60 * seed), 2)),
        HandMadeGraphs.Create("one atom entered by 300 bonds"), HandMadeGraphs.Create("one atom, no bonds"),
    ];

    private static CudaInferencePlan Compile(Alignn network, Precision precision) =>
        CudaInferencePlan.Compile(network.Options, ModelWeights.Of(network), new InferenceOptions { Precision = precision });
}

/// <summary>Tests that measure or limit the one GPU run one after another.</summary>
[CollectionDefinition(nameof(OneGpu), DisableParallelization = true)]
public class OneGpu;
