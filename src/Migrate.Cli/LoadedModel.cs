using Migrate.Models;

namespace Migrate.Cli;

/// <summary>A model as a command uses it: its files, what runs it, and the numbers it computes in.</summary>
internal sealed record LoadedModel(CheckpointFiles Files, IBandModel Runner, string DType) : IDisposable
{
    public void Dispose() => Runner.Dispose();
}
