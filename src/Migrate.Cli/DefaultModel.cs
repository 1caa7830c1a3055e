using Migrate.Models;

namespace Migrate.Cli;

/// <summary>The weights that come with the program, embedded from the folder Weights.</summary>
internal static class DefaultModel
{
    /// <summary>What messages call it.</summary>
    public const string Name = "migrate-default";

    public static ModelFiles Read() =>
        ModelFiles.Read(Name, file => typeof(DefaultModel).Assembly.GetManifestResourceStream($"Weights/{file}"));
}
