using Migrate.Crystals;
using Migrate.Models;
using Migrate.Native;

namespace Migrate.Cli;

/// <summary>A model as a command uses it: its files, what runs it, the numbers it computes in, and the bytes that a batch may use.</summary>
internal sealed record LoadedModel(BarrierModel Model, string DType, long BatchMemory) : IDisposable
{
    /// <summary>Its files.</summary>
    public ModelFiles Files => Model.Files;

    /// <summary>What runs its first network; the others run on the same.</summary>
    /// <exception cref="InvalidInputException">It has none.</exception>
    public IBandModel Runner => Model.Runners.Count > 0 ? Model.Runners[0] : throw new InvalidInputException("has no network to run", Files.Name);

    /// <summary>The peak that its products can reach.</summary>
    public Peak ArithmeticPeak => (Runner as InferencePlan)?.ArithmeticPeak ?? (DType == "float64" ? Peak.Float64 : Peak.Float32);

    /// <summary>Returns where the model predicts barriers of paths.</summary>
    /// <param name="command">Who asks.</param>
    /// <exception cref="InvalidInputException">It predicts properties of structures.</exception>
    public void RequireBarriers(string command)
    {
        if (!Files.Config.PredictsBarrier)
        {
            throw new InvalidInputException($"{command} needs a model of migration barriers; this one predicts properties of structures", Files.Name);
        }
    }

    public void Dispose() => Model.Dispose();
}
