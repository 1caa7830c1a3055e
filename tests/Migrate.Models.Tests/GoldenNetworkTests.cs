using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models.Tests;

/// <summary>
/// The network against the authors' own numbers, on unique bonds with multiplicities. Tolerances are those of golden/README.md;
/// every backend runs the same cases where there is its device.
/// </summary>
public class GoldenNetworkTests
{
    internal static readonly string[] SmallVariants =
        ["model3", "mpt7", "model1_cc", "model1_add", "model1_sub", "model2", "model4", "scratch_cc", "scratch_add", "alignn"];

    public static TheoryData<string, string> Variants =>
    [
        .. new[] { "model3", "model3_full" }.SelectMany(v => Backends.All.Select(b => (v, b))),
        .. SmallVariants[1..].SelectMany(v => new[] { Backends.Torch, Backends.Cpu, Backends.Cuda }.Select(b => (v, b))),
    ];

    [Theory, MemberData(nameof(Variants))]
    public void Outputs_equal_the_reference_in_double(string variant, string backend)
    {
        var outputs = Evaluate(variant, ScalarType.Float64, backend, batched: false, out var expected, "eval_f64");
        // 1e-9 on CUDA, whose exp is not the CPU's to the last bit.
        AssertClose(expected, outputs, backend == Backends.Cuda ? 1e-9 : 1e-11, 0);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Outputs_equal_the_reference_in_single(string variant, string backend)
    {
        var outputs = Evaluate(variant, ScalarType.Float32, backend, batched: false, out var expected, "eval_f64");
        AssertClose(expected, outputs, 1e-5, 1e-5);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Outputs_do_not_depend_on_the_batch(string variant, string backend)
    {
        var outputs = Evaluate(variant, ScalarType.Float64, backend, batched: true, out var expected, "eval_f64");
        AssertClose(expected, outputs, 1e-9, 0);
    }

    [Theory, InlineData(Backends.Torch), InlineData(Backends.Cpu)]
    public void The_difference_of_scratch_equals_the_reference(string backend)
    {
        using var golden = new GoldenNetwork("scratch_add");
        using var network = golden.Network(ScalarType.Float64, backend, golden.Options() with { Variant = AlignnVariant.ScratchSub });
        AssertClose(golden.All("eval_sub_f64"), [.. golden.Inputs().SelectMany(inputs => Evaluate(network, [inputs]))], 1e-11, 0);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Pooled_vectors_equal_the_reference(string variant, string backend)
    {
        using var golden = new GoldenNetwork(variant);
        Assert.SkipWhen(variant == "model3_full" || backend is Backends.Cuda or Backends.CudaEmulated, "only the small networks, on the CPU");
        using var network = golden.Network(ScalarType.Float64, backend);
        var pooled = new List<double>();
        foreach (var inputs in golden.Inputs())
        {
            Evaluate(network, [inputs], (stage, rows) => pooled.AddRange(stage == "pooled" ? rows.data<double>() : []));
        }

        AssertClose(golden.All("pooled_f64"), pooled, 1e-10, 0);
    }

    [Theory, InlineData(Backends.Torch), InlineData(Backends.Cpu), InlineData(Backends.CudaEmulated)]
    public void Activations_equal_the_reference(string backend)
    {
        GoldenNetwork.Require();
        using var golden = new GoldenNetwork("model3");
        var activations = golden.Tensors("activations");
        var graph = golden.Graph(golden.Structures[0]);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = golden.Network(ScalarType.Float64, backend);
        using var batch = BandBatch.Create(GraphBatch.Create([graph.Graph]), network.Options, ScalarType.Float64, CPU);
        var compared = 0;
        network.Forward(batch, (stage, rows) => compared += Compare(activations, stage, rows, graph));
        // Embeddings 5, ALIGNN layers 4 × (x, y, z) less the unused last z, convolutions 4, readout 1.
        Assert.Equal(5 + 11 + 4 + 1, compared);
    }

    internal static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double absolute, double relative)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var allowed = absolute + (relative * Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"element {i}: {actual[i]:r}, expected {expected[i]:r} ± {allowed:g2}");
        }
    }

    private static double[] Evaluate(
        string variant, ScalarType dtype, string backend, bool batched, out double[] expected, string property)
    {
        using var golden = new GoldenNetwork(variant);
        expected = golden.All(property);
        using var network = golden.Network(dtype, backend);
        var structures = golden.Inputs();
        if (variant == "model3_full" && backend == Backends.CudaEmulated)
        {
            structures = structures[..(batched ? 2 : 1)]; // the emulated GPU is slow
            expected = expected[..structures.Length];
        }

        var outputs = structures.Chunk(batched ? structures.Length : 1).SelectMany(chunk => Evaluate(network, chunk)).ToArray();
        if (golden.Results.TryGetProperty("has_prop", out _))
        {
            // The published network gives 0 for a property that a structure lacks.
            outputs = [.. outputs.Zip(golden.All("has_prop"), (output, has) => output * has)];
        }

        return outputs;
    }

    // Outputs of a batch; inputs[s] are the graphs of structure s.
    private static double[] Evaluate(Alignn network, BandGraph[][] inputs, Action<string, Tensor>? observe = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        GraphBatch[] graphs = [.. Enumerable.Range(0, inputs[0].Length).Select(k => GraphBatch.Create([.. inputs.Select(i => i[k])]))];
        using var batches = InputBatches.Create(graphs, network.Options, network.DType, network.Place);
        return network.Forward(batches.All, observe).to(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    private static int Compare(SafeTensorsFile activations, string stage, Tensor rows, GoldenGraph graph)
    {
        // Reference names count calls: "alignn_layers.0@0.x"; the pooled vector is called readout there.
        var dot = stage.LastIndexOf('.');
        var key = stage == "pooled" ? "readout@0"
            : char.IsLetter(stage[^1]) && dot > 0 ? $"{stage[..dot]}@0{stage[dot..]}" : $"{stage}@0";
        var values = rows.data<double>().ToArray();
        var width = rows.shape[1];
        if (activations.Find(key) is { } whole)
        {
            AssertClose(whole.ToArray<double>(), values, 1e-10, 1e-10);
            return 1;
        }

        var places = activations[key + "|rows"].ToArray<int>();
        var expected = activations[key + "|values"].ToArray<double>();
        var map = stage.StartsWith("angle", StringComparison.Ordinal) || stage.EndsWith(".z", StringComparison.Ordinal)
            ? graph.TripletOfLineEdge : graph.BondOfEdge;
        for (var k = 0; k < places.Length; k++)
        {
            var row = map[places[k]];
            AssertClose(expected[(int)(k * width)..(int)((k + 1) * width)], values[(int)(row * width)..(int)((row + 1) * width)], 1e-10, 1e-10);
        }

        // The mean over all stored rows, duplicates included.
        var mean = new double[width];
        foreach (var row in map)
        {
            for (var c = 0; c < width; c++)
            {
                mean[c] += values[(row * width) + c] / map.Length;
            }
        }

        AssertClose(activations[key + "|colmean"].ToArray<double>(), mean, 1e-10, 1e-10);
        return 1;
    }
}
