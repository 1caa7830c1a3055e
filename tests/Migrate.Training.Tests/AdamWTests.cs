using Migrate.Graphs;
using Migrate.Models;
using Migrate.Models.Tests;
using static TorchSharp.torch;

namespace Migrate.Training.Tests;

/// <summary>Five optimizer steps against the authors' code under torch's AdamW and OneCycleLR.</summary>
public class AdamWTests
{
    [Theory, InlineData(ScalarType.Float64, "adamw_f64", 1e-8, 1e-8), InlineData(ScalarType.Float32, "adamw_f32", 1e-4, 1e-2)]
    public void Five_steps_equal_torch(ScalarType dtype, string reference, double lossTolerance, double outputTolerance)
    {
        GoldenNetwork.Require();
        using var golden = new GoldenNetwork("model3");
        using var network = golden.Network(dtype);
        using var optimizer = new AdamW(network.named_parameters().Select(p => (p.name, p.parameter)), 0.01, AdamW.PublishedDecayGroup);
        using var batch = BandBatch.Create(GraphBatch.Create([.. golden.Graphs().Select(g => g.Graph)]), network.Options, dtype, CPU);
        using var target = tensor(golden.Column("targets"), dtype);
        var schedule = new OneCycleSchedule { TotalSteps = 20, Peak = 1e-3 };
        var expected = golden.Results.GetProperty(reference);
        network.train();
        foreach (var step in expected.GetProperty("steps").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGradients();
            var loss = nn.functional.l1_loss(network.Forward(batch), target);
            loss.backward();
            Assert.Equal(step.GetProperty("loss").GetDouble(), loss.to(ScalarType.Float64).item<double>(), lossTolerance);
            var (rate, beta1) = schedule.At(step.GetProperty("step").GetInt64());
            Assert.Equal(step.GetProperty("lr").GetDouble(), rate, 1e-15);
            optimizer.Step(rate, beta1);
        }

        network.eval();
        using var guard = no_grad();
        using var output = network.Forward(batch).to(ScalarType.Float64);
        double[] after = [.. expected.GetProperty("eval_after").EnumerateArray().Select(row => row[0].GetDouble())];
        var actual = output.data<double>().ToArray();
        for (var i = 0; i < after.Length; i++)
        {
            Assert.Equal(after[i], actual[i], outputTolerance);
        }
    }

    [Fact]
    public void Parameters_without_gradient_are_left_alone()
    {
        using var parameter = new TorchSharp.Modules.Parameter(ones(3));
        using var optimizer = new AdamW([("weight", parameter)], 0.5, _ => true);
        optimizer.Step(0.1, 0.9);
        Assert.Equal([1f, 1f, 1f], parameter.data<float>().ToArray());
    }

    [Theory]
    [InlineData("gcn_layers.0.src_gate.weight", true)]
    [InlineData("gcn_layers.0.src_gate.bias", false)]
    [InlineData("gcn_layers.0.bn_nodes.weight", false)]
    [InlineData("atom_embedding.layer.1.weight", true)] // a batch norm by its place, not by its name: decayed, as published
    public void Decay_group_is_the_published_one(string name, bool decays) => Assert.Equal(decays, AdamW.PublishedDecayGroup(name));
}
