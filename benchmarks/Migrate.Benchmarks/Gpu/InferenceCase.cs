using System.Diagnostics;
using System.Globalization;
using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Benchmarks.Gpu;

/// <summary>Structures a second of a trained network, its memory, and how far its outputs are from the reference.</summary>
internal static class InferenceCase
{
    public const string EndToEnd = "inference end to end", FromGraphs = "inference from graphs";
    public const string Memory = "inference peak memory", Difference = "inference difference";

    public static GpuCase Create(ModelRunner runner)
    {
        GpuCase? self = null;
        return self = new GpuCase(EndToEnd, runner.Name, runner.Missing, context => Run(context, runner, self!));
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, ModelRunner runner, GpuCase self)
    {
        using var model = runner.Create(context.Model);
        using var whole = runner.EndToEnd?.Invoke(context) ?? new ModelBandRunner(context, model);
        yield return MeasureEndToEnd(context, whole, self);
        var graphs = context.Graphs(context.Settings.ExchangedBands);
        var timing = Timing.Of(() => model.Forward(graphs), context.Settings.Seconds / 3);
        yield return self.Row(graphs.Length / timing.Median, "structures/s", $"one batch of {graphs.Length}, {timing.Spread}; {model.Name}", what: FromGraphs);
        if (context.MemoryMiB() is { } mebibytes)
        {
            yield return self.Row(mebibytes, "MiB", "device memory of the process after the runs above", what: Memory);
        }

        if (ExchangeCase.Reference(context) is { } reference)
        {
            var differences = whole.Predict([.. context.Bands.Take(reference.Length)])
                .Zip(reference, (a, b) => 1000 * Math.Abs(a - b) * context.Model.Scaler.UnitInElectronVolts).ToArray();
            yield return self.Row(
                differences.Average(),
                "meV",
                string.Create(CultureInfo.InvariantCulture, $"mean of {reference.Length} against cpu float64, at most {differences.Max():g3} meV"),
                what: Difference);
        }
    }

    // Passes over the bands, the first one for warming up; a band is new to the program every time.
    private static GpuRow MeasureEndToEnd(GpuContext context, IBandRunner runner, GpuCase self)
    {
        var (bands, rates, done, whole) = (context.Bands, new List<double>(), 0, Stopwatch.StartNew());
        runner.Predict(bands.Count > 64 ? [.. bands.Take(64)] : bands);
        whole.Restart();
        while (done < context.Settings.Structures && (rates.Count == 0 || whole.Elapsed.TotalSeconds < context.Settings.Seconds))
        {
            var clock = Stopwatch.StartNew();
            runner.Predict(bands);
            rates.Add(bands.Count / clock.Elapsed.TotalSeconds);
            done += bands.Count;
        }

        rates.Sort();
        return self.Row(
            rates[rates.Count / 2],
            "structures/s",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{done} structures, mean {bands.Average(b => b.Structure.Count):0} sites; passes {rates[0]:n0} to {rates[^1]:n0}"),
            new() { ["structures"] = done, ["slowest"] = rates[0], ["fastest"] = rates[^1] });
    }
}

/// <summary>A network behind the CPU's graph kernels, as <c>migrate predict</c> runs it.</summary>
internal sealed class ModelBandRunner(GpuContext context, IBandModel model, IGraphKernels? kernels = null) : IBandRunner
{
    private readonly BandPredictor _predictor = new(
        new BarrierModel(ModelFiles.Of(context.Model), [model]), kernels ?? new CpuGraphKernels(), context.BatchMemory);

    public double[] Predict(IReadOnlyList<Band> bands) =>
        [.. _predictor.Predict(bands).Select(p => p.Error is null ? p.Prediction.Raw : throw p.Error)];

    public void Dispose()
    {
        // The network is its maker's.
    }
}
