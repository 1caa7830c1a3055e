using Migrate.Crystals;
using Migrate.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Migrate.Potentials;

/// <summary>
/// A potential whose energy is a sum over atoms of a differentiable function of the bonds within a cutoff. Neighbour lists come from the native
/// library; forces and stress from the gradients γ_ij = ∂E/∂v_ij of the bond vectors: F_i = Σ_j γ_ij − Σ_j γ_ji and ∂E/∂ε = Σ v_ijᵀ γ_ij, so
/// that nothing of the search is differentiated.
/// </summary>
public abstract class GraphPotential : IPotential
{
    /// <summary>Two atoms closer than this are an error, Å: no potential was trained there, and basis functions divide by the distance.</summary>
    public const double SmallestDistance = 0.1;

    private readonly CpuGraphKernels _graphs = new();
    private readonly bool[] _knows = new bool[Element.Count + 1];

    private protected GraphPotential(string name, double cutoff, IEnumerable<int> atomicNumbers, PotentialOptions options)
    {
        options.Validate();
        (Name, Cutoff, Options) = (name, cutoff, options);
        foreach (var z in atomicNumbers)
        {
            _knows[z] = true;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Cutoff { get; }

    /// <summary>How it computes.</summary>
    public PotentialOptions Options { get; }

    /// <summary>Whether the potential was trained on an element.</summary>
    public bool Knows(Element element) => _knows[element.AtomicNumber];

    /// <inheritdoc/>
    public IReadOnlyList<PotentialEvaluation> Evaluate(IReadOnlyList<Structure> structures, PotentialOutputs outputs = PotentialOutputs.Forces)
    {
        ArgumentNullException.ThrowIfNull(structures);
        var results = new PotentialEvaluation[structures.Count];
        var neighbors = new NeighborList?[structures.Count];
        Parallel.For(0, structures.Count, i =>
        {
            (neighbors[i], var error) = Search(structures[i]);
            results[i] = error is null ? null! : PotentialEvaluation.Failed(error);
        });
        var parts = Cut(neighbors);
        void Compute(List<int> members) => Evaluate([.. members.Select(i => (structures[i], neighbors[i]!))], members, outputs, results);
        if (Workers > 1 && parts.Count > 1)
        {
            Parallel.ForEach(parts, new ParallelOptions { MaxDegreeOfParallelism = Workers }, Compute);
        }
        else
        {
            parts.ForEach(Compute);
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Energies of atoms.</summary>
    /// <param name="batch">The graph.</param>
    /// <param name="vectors">[n_bonds, 3] bond vectors that gradients are taken of, Å.</param>
    /// <returns>[n_atoms] double, eV.</returns>
    private protected abstract Tensor AtomicEnergies(PotentialBatch batch, Tensor vectors);

    /// <summary>Frees the weights.</summary>
    /// <param name="disposing">Whether it was asked for.</param>
    protected abstract void Dispose(bool disposing);

    private int Workers => Options.Threads > 0 ? Options.Threads : Options.Device.type == DeviceType.CPU ? Environment.ProcessorCount : 1;

    // Structures that are computed together: no more bonds than fit, and, where there are several workers, a share for each of them.
    private List<List<int>> Cut(NeighborList?[] neighbors)
    {
        var total = neighbors.Sum(n => (long)(n?.Count ?? 0));
        var limit = Math.Min(Options.BondsAtOnce, Math.Max(1, (total + Workers - 1) / Workers));
        var parts = new List<List<int>>();
        var bonds = 0L;
        for (var i = 0; i < neighbors.Length; i++)
        {
            if (neighbors[i] is not { } list)
            {
                continue;
            }

            // The half of a structure may stand over, so that two equal ones make two parts and not three.
            if (parts.Count == 0 || bonds + (list.Count / 2) > limit)
            {
                parts.Add([]);
                bonds = 0;
            }

            parts[^1].Add(i);
            bonds += list.Count;
        }

        return parts;
    }

    private (NeighborList? List, string? Error) Search(Structure structure)
    {
        for (var i = 0; i < structure.Count; i++)
        {
            if (!_knows[structure.AtomicNumbers[i]])
            {
                return (null, $"site {i + 1}: {Name} does not know {structure[i].Element.Symbol}; it knows {Listed()}");
            }
        }

        try
        {
            var list = _graphs.FindNeighbors(structure, Cutoff);
            var nearest = list.Count == 0 ? -1 : Array.IndexOf(list.Distance, list.Distance.Min());
            return nearest >= 0 && list.Distance[nearest] < SmallestDistance
                ? (null, FormattableString.Invariant(
                    $"sites {list.Source[nearest] + 1} and {list.Target[nearest] + 1} are {list.Distance[nearest]:f3} Å apart; a potential needs at least {SmallestDistance} Å"))
                : (list, null);
        }
        catch (InvalidInputException e)
        {
            return (null, e.Message);
        }
    }

    private void Evaluate(
        IReadOnlyList<(Structure Structure, NeighborList Neighbors)> parts, List<int> members, PotentialOutputs outputs, PotentialEvaluation[] results)
    {
        using var batch = PotentialBatch.Create(parts, Options);
        using var scope = NewDisposeScope();
        var gradients = outputs != PotentialOutputs.Energy && batch.BondCount > 0;
        using var mode = torch.set_grad_enabled(gradients);
        var vectors = batch.Vectors.detach().requires_grad_(gradients);
        var atomic = AtomicEnergies(batch, vectors);
        var energies = zeros(batch.StructureCount, ScalarType.Float64, Options.Device).index_add(0, batch.StructureOfAtom, atomic, 1);
        var (forces, stresses) = (new double[3 * batch.AtomCount], new double[9 * batch.StructureCount]);
        if (gradients)
        {
            var gamma = autograd.grad([energies.sum()], [vectors])[0].to(ScalarType.Float64);
            using var off = no_grad();
            forces = zeros([batch.AtomCount, 3], ScalarType.Float64, Options.Device)
                .index_add(0, batch.Centre, gamma, 1).index_add(0, batch.End, gamma, -1).cpu().data<double>().ToArray();
            if (outputs.HasFlag(PotentialOutputs.Stress))
            {
                var virial = (vectors.detach().to(ScalarType.Float64).unsqueeze(2) * gamma.unsqueeze(1)).view(-1, 9);
                stresses = zeros([batch.StructureCount, 9], ScalarType.Float64, Options.Device)
                    .index_add(0, batch.StructureOfBond, virial, 1).cpu().data<double>().ToArray();
            }
        }

        var values = energies.detach().cpu().data<double>().ToArray();
        for (int s = 0, atom = 0; s < parts.Count; atom += parts[s].Structure.Count, s++)
        {
            results[members[s]] = Result(
                parts[s].Structure, values[s], forces.AsSpan(3 * atom, 3 * parts[s].Structure.Count), stresses.AsSpan(9 * s, 9), outputs);
        }
    }

    private static PotentialEvaluation Result(
        Structure structure, double energy, ReadOnlySpan<double> forces, ReadOnlySpan<double> virial, PotentialOutputs outputs)
    {
        var vectors = new Vector3D[structure.Count];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new Vector3D(forces[3 * i], forces[(3 * i) + 1], forces[(3 * i) + 2]);
            if (!vectors[i].IsFinite)
            {
                return PotentialEvaluation.Failed($"site {i + 1}: the force is not a finite number; atoms are where the potential has no meaning");
            }
        }

        return !double.IsFinite(energy)
            ? PotentialEvaluation.Failed("the energy is not a finite number; atoms are where the potential has no meaning")
            : new PotentialEvaluation
            {
                Energy = energy,
                Forces = outputs.HasFlag(PotentialOutputs.Forces) ? vectors : [],
                Stress = outputs.HasFlag(PotentialOutputs.Stress) ? Array.ConvertAll(virial.ToArray(), v => v / structure.Lattice.Volume) : [],
            };
    }

    private string Listed()
    {
        // Ranges of atomic numbers are shorter than a hundred symbols.
        var ranges = new List<string>();
        for (var z = 1; z <= Element.Count; z++)
        {
            if (_knows[z] && !_knows[z - 1])
            {
                var last = z;
                while (last < Element.Count && _knows[last + 1])
                {
                    last++;
                }

                var (a, b) = (Element.FromAtomicNumber(z).Symbol, Element.FromAtomicNumber(last).Symbol);
                ranges.Add(z == last ? a : $"{a} to {b}");
            }
        }

        return string.Join(", ", ranges);
    }
}
