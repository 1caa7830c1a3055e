using Migrate.Crystals;
using Migrate.Graphs;
using Migrate.Models;

namespace Migrate.Benchmarks.Gpu;

/// <summary>
/// Writes what other programs need to run the same network on the same graphs, and the outputs that they should get (by the CPU's plan
/// in float64). benchmarks/gpu/README.md describes the files.
/// </summary>
internal static class ExchangeCase
{
    public const string Unique = "unique.safetensors", Published = "published.safetensors", Structures = "structures.safetensors";

    public static GpuCase Create()
    {
        GpuCase? self = null;
        return self = new GpuCase("exchange", "cpu float64", () => null, context => Run(context, self!));
    }

    /// <summary>[n] outputs of the first bands in float64, or null where nobody wrote them.</summary>
    public static double[]? Reference(GpuContext context)
    {
        var file = Path.Combine(context.Settings.Exchange, Unique);
        return File.Exists(file) ? SafeTensorsFile.Load(file)["output"].ToArray<double>() : null;
    }

    private static IEnumerable<GpuRow> Run(GpuContext context, GpuCase self)
    {
        var graphs = context.Graphs(context.Settings.ExchangedBands);
        using var plan = context.Model.Compile(new InferenceOptions { Precision = Precision.Float64 });
        var outputs = graphs.SelectMany(graph => plan.Forward([graph])).ToArray();
        Directory.CreateDirectory(context.Settings.Exchange);
        SafeTensorsFile.Save(Path.Combine(context.Settings.Exchange, Structures), Tensors([.. context.Bands.Select(b => b.Structure)]));
        foreach (var (file, form) in new[] { (Unique, graphs), (Published, [.. graphs.Select(DuplicatedGraph.Expand)]) })
        {
            var batch = GraphBatch.Create(form);
            SafeTensorsFile.Save(
                Path.Combine(context.Settings.Exchange, file),
                Tensors(batch, context.Model.Config.Model, outputs),
                new Dictionary<string, string>
                {
                    ["unit_ev"] = context.Model.Scaler.UnitInElectronVolts.ToString(System.Globalization.CultureInfo.InvariantCulture),
                });
            yield return self.Row(batch.TripletCount, "triplets", $"{file}: {batch.StructureCount} bands, {batch.AtomCount} atoms, {batch.BondCount} bonds");
        }
    }

    private static List<SafeTensorsEntry> Tensors(GraphBatch batch, AlignnOptions options, double[] outputs)
    {
        if (options.MarkImages || options.Readout != Readout.AllAtoms)
        {
            throw new InvalidOperationException("the exchange files describe the published network alone: no image marks, readout over all atoms");
        }

        var width = options.AtomFeatures;
        var (features, row) = (new byte[batch.AtomCount * width], new float[width]);
        for (var atom = 0; atom < batch.AtomCount; atom++)
        {
            CgcnnFeatures.Fill(batch.AtomicNumbers[atom], row);
            for (var k = 0; k < width; k++)
            {
                features[(atom * width) + k] = (byte)row[k];
            }
        }

        return
        [
            SafeTensorsEntry.Create<byte>("atom_features", features, batch.AtomCount, width),
            SafeTensorsEntry.Create<int>("atom_begin", batch.AtomBegin),
            SafeTensorsEntry.Create<long>("bond_source", batch.BondSource),
            SafeTensorsEntry.Create<long>("bond_target", batch.BondTarget),
            SafeTensorsEntry.Create<double>("bond_length", batch.BondLength),
            SafeTensorsEntry.Create<float>("bond_weight", batch.BondWeight),
            SafeTensorsEntry.Create<long>("triplet_source", batch.TripletSource),
            SafeTensorsEntry.Create<long>("triplet_target", batch.TripletTarget),
            SafeTensorsEntry.Create<double>("triplet_cosine", batch.TripletCosine),
            SafeTensorsEntry.Create<float>("triplet_weight", batch.TripletWeight),
            SafeTensorsEntry.Create<float>("triplet_multiplicity", batch.TripletMultiplicity),
            SafeTensorsEntry.Create<double>("output", outputs),
        ];
    }

    private static List<SafeTensorsEntry> Tensors(Structure[] structures)
    {
        var begin = new int[structures.Length + 1];
        var (lattice, position) = (new List<double>(), new List<double>());
        for (var i = 0; i < structures.Length; i++)
        {
            var own = structures[i].Lattice;
            begin[i + 1] = begin[i] + structures[i].Count;
            lattice.AddRange([own.A.X, own.A.Y, own.A.Z, own.B.X, own.B.Y, own.B.Z, own.C.X, own.C.Y, own.C.Z]);
            foreach (var fractional in structures[i].Fractional)
            {
                var cartesian = own.ToCartesian(fractional);
                position.AddRange([cartesian.X, cartesian.Y, cartesian.Z]);
            }
        }

        return
        [
            SafeTensorsEntry.Create<int>("atom_begin", begin),
            SafeTensorsEntry.Create<double>("lattice", [.. lattice], structures.Length, 3, 3),
            SafeTensorsEntry.Create<double>("position", [.. position], begin[^1], 3),
        ];
    }
}
