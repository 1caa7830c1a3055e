using Migrate.Crystals;
using Migrate.Graphs;

namespace Migrate.Potentials;

/// <summary>
/// The Lennard-Jones potential 4ε[(σ/r)¹² − (σ/r)⁶] of one kind of atom, cut off, and shifted so that energy and force are continuous at the
/// cutoff. For tests and for learning how bands behave: it knows every element and treats all alike.
/// </summary>
/// <param name="epsilon">Depth ε, eV, positive.</param>
/// <param name="sigma">Length σ, Å, positive.</param>
/// <param name="cutoff">Å, above σ.</param>
public sealed class LennardJones(double epsilon, double sigma, double cutoff) : IPotential
{
    private readonly CpuGraphKernels _graphs = new();

    private readonly (double Energy, double Slope) _end = Positive(epsilon, nameof(epsilon)) && Positive(sigma, nameof(sigma)) && cutoff > sigma
        ? Pair(epsilon, sigma, cutoff)
        : throw new ArgumentOutOfRangeException(nameof(cutoff), cutoff, "must be above sigma");

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"Lennard-Jones, ε = {epsilon} eV, σ = {sigma} Å");

    /// <inheritdoc/>
    public double Cutoff => cutoff;

    /// <inheritdoc/>
    public IReadOnlyList<PotentialEvaluation> Evaluate(IReadOnlyList<Structure> structures, PotentialOutputs outputs = PotentialOutputs.Forces)
    {
        ArgumentNullException.ThrowIfNull(structures);
        return [.. structures.Select(structure => Evaluate(structure, outputs))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static bool Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? true : throw new ArgumentOutOfRangeException(name, value, "must be positive");

    // Energy and its derivative, eV and eV/Å.
    private static (double Energy, double Slope) Pair(double epsilon, double sigma, double r)
    {
        var s6 = Math.Pow(sigma / r, 6);
        return (4 * epsilon * s6 * (s6 - 1), -24 * epsilon * s6 * ((2 * s6) - 1) / r);
    }

    private PotentialEvaluation Evaluate(Structure structure, PotentialOutputs outputs)
    {
        NeighborList bonds;
        try
        {
            bonds = _graphs.FindNeighbors(structure, cutoff);
        }
        catch (InvalidInputException e)
        {
            return PotentialEvaluation.Failed(e.Message);
        }

        var forces = new Vector3D[structure.Count];
        var virial = new double[9];
        var energy = 0.0;
        for (var k = 0; k < bonds.Count; k++)
        {
            var r = bonds.Distance[k];
            if (r < GraphPotential.SmallestDistance)
            {
                return PotentialEvaluation.Failed(FormattableString.Invariant(
                    $"sites {bonds.Source[k] + 1} and {bonds.Target[k] + 1} are {r:f3} Å apart; a potential needs at least {GraphPotential.SmallestDistance} Å"));
            }

            // Every pair is listed from both sides: half of it each.
            var (pair, slope) = Pair(epsilon, sigma, r);
            energy += 0.5 * (pair - _end.Energy - (_end.Slope * (r - cutoff)));
            var v = new Vector3D(bonds.Displacement[3 * k], bonds.Displacement[(3 * k) + 1], bonds.Displacement[(3 * k) + 2]);
            var gradient = v * ((slope - _end.Slope) / r);
            forces[bonds.Source[k]] += gradient;
            for (var a = 0; a < 9; a++)
            {
                virial[a] += 0.5 * v[a / 3] * gradient[a % 3];
            }
        }

        return new PotentialEvaluation
        {
            Energy = energy,
            Forces = outputs.HasFlag(PotentialOutputs.Forces) ? forces : [],
            Stress = outputs.HasFlag(PotentialOutputs.Stress) ? Array.ConvertAll(virial, w => w / structure.Lattice.Volume) : [],
        };
    }
}
