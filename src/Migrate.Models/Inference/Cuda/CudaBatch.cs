using Migrate.Graphs;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>Graphs joined end to end in pinned memory and queued to the device.</summary>
internal static unsafe class CudaBatch
{
    /// <summary>Queues a batch; the host memory must stay as it is until the stream has come so far.</summary>
    public static void Upload(
        IReadOnlyList<BandGraph> graphs, CudaCapacity sizes, AlignnOptions options, CudaNetwork network, CudaPlanBuffers buffers, PinnedBuffer host, CudaDevice device, nint stream)
    {
        var (s, a, b, t) = (sizes.Structures, sizes.Atoms, sizes.Bonds, sizes.Triplets);
        // The doubles first: everything is then aligned.
        long bytes = ((long)(b + t) * sizeof(double)) + ((4 + (a + 1L) + (2L * b) + (b + 1L) + a + (2L * s)) * sizeof(int));
        var bondPosition = (double*)host.Take(bytes);
        var tripletPosition = bondPosition + b;
        var counts = (int*)(tripletPosition + t);
        var bondRowBegin = counts + 4;
        var bondSource = bondRowBegin + a + 1;
        var bondWeight = (float*)(bondSource + b);
        var tripletRowBegin = (int*)(bondWeight + b);
        var key = tripletRowBegin + b + 1;
        var poolBegin = key + a;
        var poolCount = poolBegin + s;
        (counts[0], counts[1], counts[2], counts[3]) = (a, b, t, s);
        bondRowBegin[0] = tripletRowBegin[0] = 0;
        var (atom, bond, triplet) = (0, 0, 0);
        for (var g = 0; g < s; g++)
        {
            var (crystal, line, images) = (graphs[g].Crystal, graphs[g].Line, graphs[g].ImageCount);
            for (var e = 0; e < crystal.BondCount; e++)
            {
                bondSource[bond + e] = atom + crystal.Source[e];
                bondWeight[bond + e] = crystal.Multiplicity[e];
                bondPosition[bond + e] = network.Bonds.Position(crystal.Distance[e]);
                tripletRowBegin[bond + e + 1] = triplet + line.TripletBegin[e + 1];
            }

            for (var i = 0; i < crystal.AtomCount; i++)
            {
                bondRowBegin[atom + i + 1] = bond + crystal.RowBegin[i + 1];
                key[atom + i] = network.Species.Key(crystal.AtomicNumbers[i], i, images);
            }

            for (var k = 0; k < line.TripletCount; k++)
            {
                tripletPosition[triplet + k] = network.Angles?.Position(line.Cosine[k]) ?? 0;
            }

            (poolBegin[g], poolCount[g]) = (atom, options.Readout.PooledAtoms(images, crystal.AtomCount));
            (atom, bond, triplet) = (atom + crystal.AtomCount, bond + crystal.BondCount, triplet + line.TripletCount);
        }

        void Copy(void* to, void* from, long size)
        {
            if (size > 0)
            {
                device.Driver.CopyToDevice((nint)to, from, size, stream);
            }
        }

        Copy(buffers.Counts, counts, 4 * sizeof(int));
        Copy(buffers.BondRowBegin, bondRowBegin, (a + 1L) * sizeof(int));
        Copy(buffers.BondSource, bondSource, (long)b * sizeof(int));
        Copy(buffers.BondWeight, bondWeight, (long)b * sizeof(float));
        Copy(buffers.BondPosition, bondPosition, (long)b * sizeof(double));
        Copy(buffers.TripletRowBegin, tripletRowBegin, (b + 1L) * sizeof(int));
        Copy(buffers.TripletPosition, tripletPosition, (long)t * sizeof(double));
        Copy(buffers.Key, key, (long)a * sizeof(int));
        Copy(buffers.PoolBegin, poolBegin, (long)s * sizeof(int));
        Copy(buffers.PoolCount, poolCount, (long)s * sizeof(int));
    }
}
