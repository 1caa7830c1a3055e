using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Migrate.Potentials.Models;

/// <summary>
/// TensorNet (Simeon and De Fabritiis, NeurIPS 2023) as in matgl: a 3×3 matrix per atom and channel, split into its trace I, its antisymmetric
/// part A and its symmetric traceless part S.
/// <para>
/// Matrices lie as [n, 3, 3, channels], so that mixing channels is one product. Along bonds the three parts travel by their 1, 3 and 6
/// components instead of three times nine.
/// </para>
/// </summary>
internal sealed class TensorNet(string name, TensorNetParameters parameters, PotentialOptions options)
    : GraphPotential(name, BasisFunctions.Cutoff, Enumerable.Range(1, 118).Where(z => parameters.Rows[z] >= 0), options)
{
    private const long Width = 128;

    private readonly Tensor _rows = tensor(parameters.Rows, device: options.Device).DetachFromDisposeScope();
    private readonly Tensor _offsets = tensor(parameters.Offsets, device: options.Device).DetachFromDisposeScope();
    private readonly Tensor _unit = eye(3, dtype: options.Precision, device: options.Device).view(1, 3, 3, 1).DetachFromDisposeScope();

    /// <inheritdoc/>
    private protected override Tensor AtomicEnergies(PotentialBatch batch, Tensor vectors)
    {
        var lengths = vectors.pow(2).sum(1).sqrt();
        var unit = vectors / lengths.unsqueeze(1);
        var basis = BasisFunctions.SmoothBessel(lengths, 3);
        var envelope = BasisFunctions.CosineEnvelope(lengths).unsqueeze(1);
        var x = Embed(batch, unit, basis, envelope);
        foreach (var layer in parameters.Stack)
        {
            x = Interact(batch, layer, x, basis, envelope);
        }

        var (i, a, s) = Split(x);
        var invariants = cat([Norm(i), Norm(a), Norm(s)], 1);
        var y = F.layer_norm(invariants, [3 * Width], parameters.OutNorm.Weight, parameters.OutNorm.Bias);
        var readout = parameters.Readout.Forward(parameters.Linear.Forward(y)).squeeze(1).to(ScalarType.Float64);
        return (readout * parameters.Scale) + _offsets.index_select(0, batch.AtomicNumbers);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        parameters.Dispose();
        _rows.Dispose();
        _offsets.Dispose();
        _unit.Dispose();
    }

    private static (Tensor I, Tensor A, Tensor S) Parts(Tensor x, Tensor unit)
    {
        var trace = unit * ((x[.., 0, 0] + x[.., 1, 1] + x[.., 2, 2]) / 3).unsqueeze(1).unsqueeze(1);
        var transposed = x.transpose(1, 2);
        return (trace, (x - transposed) * 0.5, ((x + transposed) * 0.5) - trace);
    }

    private (Tensor I, Tensor A, Tensor S) Split(Tensor x) => Parts(x, _unit);

    // [n, channels]: Σ of the squares of the nine numbers.
    private static Tensor Norm(Tensor x) => x.pow(2).sum([1, 2]);

    private static Tensor Mix(Tensor x, Tensor weight) => x.matmul(weight);

    // [n, 3, 3, channels] of the three components of A and the six of S; A is [[0, −z, y], [z, 0, −x], [−y, x, 0]].
    private static Tensor Antisymmetric(Tensor a)
    {
        var (x, y, z) = (a[.., 0], a[.., 1], a[.., 2]);
        var zero = zeros_like(x);
        return stack([stack([zero, -z, y], 1), stack([z, zero, -x], 1), stack([-y, x, zero], 1)], 1);
    }

    private static Tensor Symmetric(Tensor s)
    {
        var (xx, yy, zz, xy, xz, yz) = (s[.., 0], s[.., 1], s[.., 2], s[.., 3], s[.., 4], s[.., 5]);
        return stack([stack([xx, xy, xz], 1), stack([xy, yy, yz], 1), stack([xz, yz, zz], 1)], 1);
    }

    // [n, 384] → three of [n, 1, 128]; the published layout is interleaved: I, A, S of channel 0, then of channel 1, …
    private static (Tensor I, Tensor A, Tensor S) Interleaved(Tensor h)
    {
        var parts = h.view(-1, Width, 3);
        return (parts[.., .., 0], parts[.., .., 1], parts[.., .., 2]);
    }

    private static Tensor Spread(Tensor h) => h.unsqueeze(1).unsqueeze(1);

    private Tensor Embed(PotentialBatch batch, Tensor unit, Tensor basis, Tensor envelope)
    {
        var z = parameters.Embedding.index_select(0, _rows.index_select(0, batch.AtomicNumbers));
        var weight = parameters.Pair.Weight;
        // Linear in [z_i, z_j]: computed per atom.
        var pair = (z.matmul(weight.narrow(0, 0, Width)) + parameters.Pair.Bias!).index_select(0, batch.Centre)
            + z.matmul(weight.narrow(0, Width, Width)).index_select(0, batch.End);
        pair = pair * envelope;
        Tensor Radial(int p) => pair * parameters.Distance[p].Forward(basis);
        var (x, y, w) = (unit.narrow(1, 0, 1), unit.narrow(1, 1, 1), unit.narrow(1, 2, 1));
        var squares = cat([(x * x) - (1.0 / 3), (y * y) - (1.0 / 3), (w * w) - (1.0 / 3), x * y, x * w, y * w], 1);
        var terms = cat(
            [
                Radial(0).unsqueeze(1), Radial(1).unsqueeze(1) * unit.unsqueeze(2), Radial(2).unsqueeze(1) * squares.unsqueeze(2),
            ],
            1);
        // Summed at the end of a bond.
        var sums = zeros([batch.AtomCount, 10, Width], terms.dtype, terms.device).index_add(0, batch.End, terms, 1);
        var i = _unit * sums[.., 0].unsqueeze(1).unsqueeze(1);
        var (a, s) = (Antisymmetric(sums.narrow(1, 1, 3)), Symmetric(sums.narrow(1, 4, 6)));
        var norm = F.layer_norm(Norm(i + a + s), [Width], parameters.InitNorm.Weight, parameters.InitNorm.Bias);
        var (mi, ma, ms) = Interleaved(F.silu(parameters.Scalars[1].Forward(F.silu(parameters.Scalars[0].Forward(norm)))));
        return (Spread(mi) * Mix(i, parameters.Mixing[0])) + (Spread(ma) * Mix(a, parameters.Mixing[1])) + (Spread(ms) * Mix(s, parameters.Mixing[2]));
    }

    private Tensor Interact(PotentialBatch batch, TensorNetLayer layer, Tensor x, Tensor basis, Tensor envelope)
    {
        var h = basis;
        foreach (var scalars in layer.Scalars)
        {
            h = F.silu(scalars.Forward(h));
        }

        var (hi, ha, hs) = Interleaved(h * envelope);
        x = x / Spread(Norm(x) + 1);
        var (i, a, s) = Split(x);
        (i, a, s) = (Mix(i, layer.Mixing[0]), Mix(a, layer.Mixing[1]), Mix(s, layer.Mixing[2]));
        var y = i + a + s;
        // The independent components of I, A and S of the end atom, 1 + 3 + 6.
        var components = stack(
            [
                i[.., 0, 0], a[.., 2, 1], a[.., 0, 2], a[.., 1, 0],
                s[.., 0, 0], s[.., 1, 1], s[.., 2, 2], s[.., 0, 1], s[.., 0, 2], s[.., 1, 2],
            ],
            1).index_select(0, batch.End);
        var terms = cat(
            [
                components.narrow(1, 0, 1) * hi.unsqueeze(1), components.narrow(1, 1, 3) * ha.unsqueeze(1), components.narrow(1, 4, 6) * hs.unsqueeze(1),
            ],
            1);
        // Summed at the start of a bond.
        var sums = zeros([batch.AtomCount, 10, Width], terms.dtype, terms.device).index_add(0, batch.Centre, terms, 1);
        var message = (_unit * sums[.., 0].unsqueeze(1).unsqueeze(1)) + Antisymmetric(sums.narrow(1, 1, 3)) + Symmetric(sums.narrow(1, 4, 6));
        var t = Product(message, y) + Product(y, message);
        var (ti, ta, ts) = Split(t);
        // ‖T‖² + 1 divides the parts before they are mixed: every channel has its own.
        var scale = Spread(Norm(t) + 1);
        var d = Mix(ti / scale, layer.Mixing[3]) + Mix(ta / scale, layer.Mixing[4]) + Mix(ts / scale, layer.Mixing[5]);
        return x + d + Product(d, d);
    }

    // Matrix product per channel of [n, 3, 3, channels].
    private static Tensor Product(Tensor a, Tensor b) => einsum("nabc,nbdc->nadc", a, b);
}
