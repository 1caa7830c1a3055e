using System.Runtime.InteropServices;
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

    // Bonds of a part below which what a call costs begins to count.
    private const int SmallestPart = 1024;

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
        void Compute(List<int> members)
        {
            try
            {
                Evaluate([.. members.Select(i => (structures[i], neighbors[i]!))], members, outputs, results);
            }
            catch (ExternalException)
            {
                ComputeApart(members, structures, neighbors, outputs, results);
            }
        }

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

    /// <summary>Energies of atoms and what they change by with the bonds; here by torch.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="gradients">Whether gradients are asked for.</param>
    /// <returns>[n_atoms] eV; [n_bonds, 3] gradient of their sum by the bond vectors, eV/Å, or null.</returns>
    private protected virtual (double[] Energies, double[]? Gradient) Differentiate(PotentialGraph graph, bool gradients)
    {
        using var batch = PotentialBatch.Create(graph, Options);
        using var scope = NewDisposeScope();
        using var mode = torch.set_grad_enabled(gradients);
        var vectors = batch.Vectors.detach().requires_grad_(gradients);
        var atomic = AtomicEnergies(batch, vectors);
        var gradient = gradients ? autograd.grad([atomic.sum()], [vectors])[0].to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray() : null;
        return (atomic.detach().cpu().contiguous().data<double>().ToArray(), gradient);
    }

    /// <summary>Frees the weights.</summary>
    /// <param name="disposing">Whether it was asked for.</param>
    protected abstract void Dispose(bool disposing);

    // What torch refuses is tried again, one structure at a time: it may be one of them (memory, a script that raises), and it may be none. TorchSharp
    // passes numbers such as the 1 in a + 1 · b as objects that nothing holds during the call: where a thread waits long enough for its processor, the garbage
    // collector frees one that is about to be read ("Expected false to be true").
    private void ComputeApart(
        List<int> members, IReadOnlyList<Structure> structures, NeighborList?[] neighbors, PotentialOutputs outputs, PotentialEvaluation[] results)
    {
        foreach (var i in members)
        {
            try
            {
                Evaluate([(structures[i], neighbors[i]!)], [i], outputs, results);
            }
            catch (ExternalException e)
            {
                results[i] = PotentialEvaluation.Failed($"the potential failed: {LastLine(e.Message)}");
            }
        }
    }

    // A script's error comes with a traceback before it.
    private static string LastLine(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "no reason was given" : lines[0].StartsWith("The following operation failed", StringComparison.Ordinal) ? lines[^1] : lines[0];
    }

    private int Workers => Options.Threads > 0 ? Options.Threads : Options.Device.type == DeviceType.CPU ? Environment.ProcessorCount : 1;

    // Structures that are computed together: no more bonds than fit, and, where there are several workers, a few parts for each of them, so that none waits long
    // for the last one.
    private List<List<int>> Cut(NeighborList?[] neighbors)
    {
        var total = neighbors.Sum(n => (long)(n?.Count ?? 0));
        var most = Options.BondsAtOnce > 0 ? Options.BondsAtOnce : Options.Device.type == DeviceType.CPU ? 2048 : 131072;
        var limit = Workers == 1 ? most : Math.Min(most, Math.Max(SmallestPart, total / (4 * Workers)));
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
        var graph = PotentialGraph.Create(parts);
        var (atomic, gamma) = Differentiate(graph, outputs != PotentialOutputs.Energy && graph.BondCount > 0);
        var energies = new double[graph.StructureCount];
        for (var i = 0; i < graph.AtomCount; i++)
        {
            energies[graph.StructureOfAtom[i]] += atomic[i];
        }

        var (forces, virials) = (new double[3 * graph.AtomCount], new double[9 * graph.StructureCount]);
        for (var b = 0; gamma is not null && b < graph.BondCount; b++)
        {
            var (i, j, s) = (3 * graph.Centre[b], 3 * graph.End[b], 9 * graph.StructureOfBond[b]);
            for (var d = 0; d < 3; d++)
            {
                var slope = gamma[(3 * b) + d];
                forces[i + d] += slope;
                forces[j + d] -= slope;
                for (var a = 0; a < 3; a++)
                {
                    virials[s + (3 * a) + d] += graph.Vectors[(3 * b) + a] * slope;
                }
            }
        }

        for (int s = 0, atom = 0; s < parts.Count; atom += parts[s].Structure.Count, s++)
        {
            results[members[s]] = Result(
                parts[s].Structure, energies[s], forces.AsSpan(3 * atom, 3 * parts[s].Structure.Count), virials.AsSpan(9 * s, 9), outputs);
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
