using System.Runtime.InteropServices;
using Migrate.Crystals;
using static TorchSharp.torch;

namespace Migrate.Potentials;

/// <summary>
/// Any potential as a TorchScript file. Its convention is plain tensors, because that is what can be passed from here:
/// <code>
/// forward(atomic_numbers, vectors, edge_index, batch) -> atomic energies
///   atomic_numbers  [n_atoms] int64
///   vectors         [n_bonds, 3] x_j + n·L − x_i, Å, in the precision of the module's buffer "cutoff"; gradients are taken of them
///   edge_index      [2, n_bonds] int64, atoms i and j; sorted by i
///   batch           [n_atoms] int64, structure of an atom
///   returns         [n_atoms], eV
/// </code>
/// and two buffers: <c>cutoff</c> (scalar, Å) and <c>elements</c> ([n] int64, the atomic numbers it knows). A module whose input is a
/// dictionary, as those that MACE and SevenNet export for LAMMPS, needs a wrapper of a few lines, made once in Python.
/// </summary>
public sealed class TorchScriptPotential : GraphPotential
{
    private readonly jit.ScriptModule _module;

    private TorchScriptPotential(string name, double cutoff, IEnumerable<int> elements, jit.ScriptModule module, PotentialOptions options)
        : base(name, cutoff, elements, options) => _module = module;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Device; the precision is that of the module.</param>
    /// <exception cref="InvalidInputException">It is no TorchScript file, or lacks a buffer.</exception>
    public static TorchScriptPotential Open(string path, PotentialOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!File.Exists(path))
        {
            throw new InvalidInputException("there is no such file", path);
        }

        jit.ScriptModule module;
        try
        {
            module = jit.load(path, options.Device.type, options.Device.index);
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException)
        {
            throw new InvalidInputException($"no TorchScript module: {e.Message.Split('\n')[0]}", path);
        }

        try
        {
            using var scope = NewDisposeScope();
            var buffers = module.named_buffers().ToDictionary(b => b.name, b => b.buffer);
            if (!buffers.TryGetValue("cutoff", out var cutoff) || cutoff.numel() != 1 || !cutoff.is_floating_point()
                || !buffers.TryGetValue("elements", out var elements) || elements.dtype != ScalarType.Int64)
            {
                throw new InvalidInputException(
                    "has no buffers \"cutoff\" (one floating point number, Å) and \"elements\" (int64 atomic numbers); see the README for the wrapper", path);
            }

            var radius = cutoff.cpu().to(ScalarType.Float64).item<double>();
            int[] known = [.. elements.cpu().data<long>().Select(z => z is >= 1 and <= Element.Count
                ? (int)z
                : throw new InvalidInputException($"buffer elements holds {z}; atomic numbers are 1 to {Element.Count}", path))];
            if (!(radius > 0 && radius <= Graphs.GraphSettings.MaxCutoff))
            {
                throw new InvalidInputException(FormattableString.Invariant($"buffer cutoff is {radius}; it must be above 0 and at most {Graphs.GraphSettings.MaxCutoff} Å"), path);
            }

            module.eval();
            return new TorchScriptPotential(
                Path.GetFileNameWithoutExtension(path), radius, known, module, options with { Precision = cutoff.dtype });
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    private protected override Tensor AtomicEnergies(PotentialBatch batch, Tensor vectors)
    {
        var result = _module.forward(batch.AtomicNumbers, vectors, stack([batch.Centre, batch.End]), batch.StructureOfAtom);
        return result is Tensor energies && energies.shape is [var n] && n == batch.AtomCount
            ? energies.to(ScalarType.Float64)
            : throw new InvalidInputException($"{Name}: forward must return a tensor with an energy per atom, [{batch.AtomCount}]");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _module.Dispose();
}
