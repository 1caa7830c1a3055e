using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Migrate.Crystals;
using Migrate.Models;

namespace Migrate.Training;

/// <summary>Identity of a loss curve: a hash over the data and every setting that changes the numbers.</summary>
internal static class RunFingerprint
{
    public static string Of(TrainingOptions options, PathStore paths, ValidationSplit split)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(OfSettings(options)));
        hash.AppendData(MemoryMarshal.AsBytes<int>([.. split.Training, -1, .. split.Validation]));
        // What else the store holds is not learned from.
        foreach (var i in split.Training.Concat(split.Validation).Order())
        {
            Append(hash, paths, i, options.Model.Variant.Inputs());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Adds a path to a hash: its name, its barrier, its lattice and its sites.</summary>
    public static void Append(IncrementalHash hash, PathStore paths, int index, GraphInputs inputs)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(paths.Names[index]));
        hash.AppendData(BitConverter.GetBytes(paths.Barriers[index]));
        AppendCrystal(hash, paths.Load(index), inputs);
    }

    /// <summary>Adds lattice and sites of a path to a hash.</summary>
    public static void AppendCrystal(IncrementalHash hash, Band band, GraphInputs inputs)
    {
        var lattice = band.Structure.Lattice;
        hash.AppendData(MemoryMarshal.AsBytes<Vector3D>([lattice.A, lattice.B, lattice.C]));
        hash.AppendData(MemoryMarshal.AsBytes(band.Structure.Fractional));
        hash.AppendData(band.Structure.AtomicNumbers);
        if (inputs == GraphInputs.EndPoints)
        {
            hash.AppendData(MemoryMarshal.AsBytes(band.ToEndPoints().Final.Fractional));
        }
    }

    /// <summary>The settings alone, with the weights that the training starts from.</summary>
    public static string OfSettings(TrainingOptions options)
    {
        // Where data and graphs lie and how often a state is saved changes no number.
        var settings = options with
        {
            Data = [],
            FineTuning = options.FineTuning with { From = "" },
            GraphCacheFolder = "",
            GraphCacheMegabytes = 0,
            GraphCacheFolderMegabytes = 1,
            SaveEvery = 1,
        };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(TrainingConfig.Write(settings)));
        hash.AppendData(new FineTuning(options.FineTuning).Identity);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
