using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
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
        for (var i = 0; i < paths.Count; i++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(paths.Names[i]));
            hash.AppendData(BitConverter.GetBytes(paths.Barriers[i]));
            var structure = paths.Load(i).Structure;
            hash.AppendData(MemoryMarshal.AsBytes(structure.Fractional));
            hash.AppendData(structure.AtomicNumbers);
            if (options.Model.Variant.Inputs() == GraphInputs.EndPoints)
            {
                hash.AppendData(MemoryMarshal.AsBytes(paths.Load(i).ToEndPoints().Final.Fractional));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
