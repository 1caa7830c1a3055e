using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Migrate.Potentials.Models;

/// <summary>
/// M3GNet (Chen and Ong, Nat. Comput. Sci. 2, 718 (2022)): three blocks that update bonds by three-body sums, bonds by their atoms, and atoms by
/// their bonds.
/// <para>
/// The sums over triplets are never taken over triplets. The angular functions are polynomials of u = r̂_ij · r̂_ik up to the second degree,
/// so Σ_k Y_l(u) s_ik = c_l · (r̂_ij ⊗ …) : Σ_k (r̂_ik ⊗ …) s_ik: moments of the bonds of an atom, made once per atom, contracted with each of
/// its bonds, less the bond itself. That is linear in the bonds, where triplets grow with their square, and exact.
/// </para>
/// <para>
/// The PyTorch release numbers the bonds of its triplets by another list than it looks them up in, so its energy depends on the order of
/// neighbours. Here every triplet has its own bonds, which restores the invariances; the difference is below 0.01 eV in a cell.
/// </para>
/// </summary>
internal sealed class M3GNet(string name, M3GNetParameters parameters, PotentialOptions options)
    : GraphPotential(name, BasisFunctions.Cutoff, Enumerable.Range(1, 118).Where(z => parameters.Rows[z] >= 0), options)
{
    // ½ √(1/π), ½ √(3/π), ¼ √(5/π): the spherical harmonics of order 0.
    private static readonly double Y0 = 0.5 * Math.Sqrt(1 / Math.PI), Y1 = 0.5 * Math.Sqrt(3 / Math.PI), Y2 = 0.25 * Math.Sqrt(5 / Math.PI);

    private readonly NativeM3GNet? _native =
        options.Kernels == PotentialKernels.Auto && options.Device.type == DeviceType.CPU ? new NativeM3GNet(parameters, options.Precision) : null;

    private readonly Tensor _rows = tensor(parameters.Rows, device: options.Device).DetachFromDisposeScope();
    private readonly Tensor _offsets = tensor(parameters.Offsets, device: options.Device).DetachFromDisposeScope();

    /// <inheritdoc/>
    private protected override Tensor AtomicEnergies(PotentialBatch batch, Tensor vectors)
    {
        var lengths = vectors.pow(2).sum(1).sqrt();
        var directions = new Directions(vectors / lengths.unsqueeze(1));
        var basis = parameters.SmoothBondFunctions > 0
            ? BasisFunctions.SmoothBessel(lengths, parameters.SmoothBondFunctions)
            : BasisFunctions.SphericalBessel(lengths);
        var envelope = BasisFunctions.PolynomialEnvelope(lengths).unsqueeze(1);
        var radial = (parameters.SmoothThreeBody ? BasisFunctions.SmoothBessel(lengths, 9) : BasisFunctions.SphericalBessel(lengths)) * envelope;
        var atoms = parameters.Embedding.index_select(0, _rows.index_select(0, batch.AtomicNumbers));
        var bonds = F.silu(parameters.BondEmbedding.Forward(basis));
        foreach (var block in parameters.Stack)
        {
            var gate = block.AtomGate.Forward(atoms).sigmoid();
            bonds = bonds + block.ThreeBody.Forward(envelope * ThreeBody(batch, directions, radial * gate.index_select(0, batch.End)));
            bonds = bonds + (block.Bond.Forward(batch, atoms, bonds) * block.BondWeight.Forward(basis));
            var weight = block.AtomWeight.Forward(basis);
            var messages = block.Atom.Forward(batch, atoms, bonds) * (parameters.IsOriginal ? F.silu(weight) : weight);
            atoms = atoms.index_add(0, parameters.IsOriginal ? batch.Centre : batch.End, messages, 1);
        }

        var readout = parameters.Readout.Forward(atoms).squeeze(1).to(ScalarType.Float64);
        return (readout * parameters.Scale) + _offsets.index_select(0, batch.AtomicNumbers);
    }

    /// <inheritdoc/>
    private protected override (double[] Energies, double[]? Gradient) Differentiate(PotentialGraph graph, bool gradients) =>
        _native?.Evaluate(graph, gradients) ?? base.Differentiate(graph, gradients);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _native?.Dispose();
        parameters.Dispose();
        _rows.Dispose();
        _offsets.Dispose();
    }

    // [n_bonds, 9]: Σ over the other bonds of the centre of Y_l(u) s. The columns of s are l-major.
    private static Tensor ThreeBody(PotentialBatch batch, Directions directions, Tensor s)
    {
        var (s0, s1, s2) = (s.narrow(1, 0, 3), s.narrow(1, 3, 3), s.narrow(1, 6, 3));
        var first = (s1.unsqueeze(2) * directions.First.unsqueeze(1)).flatten(1);
        var second = (s2.unsqueeze(2) * directions.Second.unsqueeze(1)).flatten(1);
        var terms = cat([s0, s2, first, second], 1);
        var sums = zeros([batch.AtomCount, terms.shape[1]], s.dtype, s.device).index_add(0, batch.Centre, terms, 1).index_select(0, batch.Centre);
        var one = (sums.narrow(1, 6, 9).view(-1, 3, 3) * directions.First.unsqueeze(1)).sum(2);
        var two = (sums.narrow(1, 15, 18).view(-1, 3, 6) * directions.Second.unsqueeze(1)).sum(2);
        // u = 1 for the bond with itself.
        return cat(
            [
                (sums.narrow(1, 0, 3) - s0) * Y0,
                (one - s1) * Y1,
                (((two - s2) * 3) - (sums.narrow(1, 3, 3) - s2)) * Y2,
            ],
            1);
    }

    // Unit vectors, and their squares as six numbers whose scalar product is u²: xx, yy, zz, √2 xy, √2 xz, √2 yz.
    private sealed class Directions(Tensor unit)
    {
        public Tensor First { get; } = unit;

        public Tensor Second { get; } = cat(
            [unit.pow(2), unit.narrow(1, 0, 1) * unit.narrow(1, 1, 2) * Math.Sqrt(2), unit.narrow(1, 1, 1) * unit.narrow(1, 2, 1) * Math.Sqrt(2)], 1);
    }
}
