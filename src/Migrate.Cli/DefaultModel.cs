using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Cli;

/// <summary>The weights that come with the program, embedded from the folder Weights.</summary>
internal static class DefaultModel
{
    /// <summary>What messages call it.</summary>
    public const string Name = "migrate-default";

    public static Checkpoint Load(ScalarType dtype, Device device) =>
        Checkpoint.Load(Name, file => typeof(DefaultModel).Assembly.GetManifestResourceStream($"Weights/{file}"), dtype, device);
}
