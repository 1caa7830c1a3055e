using Migrate.Crystals;

namespace Migrate.Potentials;

/// <summary>
/// An interatomic potential: energy, forces and stress of periodic configurations, many in one batch. One bad configuration (an
/// element the potential does not know, atoms on top of each other, a result that is not finite) is reported in its own
/// <see cref="PotentialEvaluation.Error"/>; it never fails the batch, and never changes the numbers of the others.
/// </summary>
public interface IPotential : IDisposable
{
    /// <summary>Short name for tables and messages.</summary>
    public string Name { get; }

    /// <summary>Longest distance at which two atoms still see each other, Å.</summary>
    public double Cutoff { get; }

    /// <summary>Evaluates configurations. Coordinates need not be wrapped into the cell.</summary>
    /// <param name="structures">The configurations; sizes and elements may differ.</param>
    /// <param name="outputs">What is wanted beside the energy.</param>
    /// <returns>One evaluation per configuration, in the same order.</returns>
    public IReadOnlyList<PotentialEvaluation> Evaluate(IReadOnlyList<Structure> structures, PotentialOutputs outputs = PotentialOutputs.Forces);
}
