using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace Migrate.Graphs.Diagnostics;

/// <summary>
/// Events of the provider "Migrate": one start and one stop per stage of a prediction or training step (read, graph, batch, each layer,
/// result), with what it worked on. Nothing is measured while nobody listens. Listen with <c>migrate profile</c>, dotnet-trace or PerfView.
/// </summary>
[EventSource(Name = ProviderName)]
public sealed class MigrateEvents : EventSource
{
    /// <summary>Name of the provider.</summary>
    public const string ProviderName = "Migrate";

    private const int StartId = 1, StopId = 2;

    private MigrateEvents()
    {
    }

    /// <summary>The one instance.</summary>
    public static MigrateEvents Log { get; } = new();

    /// <summary>Opens a stage; dispose what it returns to close it.</summary>
    /// <param name="name">Kind of work, for example "edge gate".</param>
    /// <param name="detail">Where, for example the layer's name in the checkpoint; may be empty.</param>
    /// <param name="work">What is worked on.</param>
    [NonEvent]
    public StageScope Stage(string name, string detail = "", StageWork work = default) =>
        IsEnabled() ? new StageScope(name, detail, work) : default;

    /// <summary>Tells of a stage that was timed elsewhere, as on a GPU.</summary>
    /// <param name="name">Kind of work.</param>
    /// <param name="detail">Where.</param>
    /// <param name="microseconds">Time it took.</param>
    /// <param name="work">What was worked on.</param>
    [NonEvent]
    public void Report(string name, string detail, double microseconds, StageWork work)
    {
        if (IsEnabled())
        {
            StageStart(name, detail);
            StageStop(name, detail, microseconds, work.Structures, work.Bonds, work.Triplets, work.Flops, work.Bytes);
        }
    }

    /// <summary>A stage begins.</summary>
    [Event(StartId, Opcode = EventOpcode.Start, Task = Tasks.Stage)]
    public void StageStart(string name, string detail) => WriteEvent(StartId, name, detail);

    /// <summary>A stage has ended.</summary>
    /// <param name="name">Kind of work.</param>
    /// <param name="detail">Where.</param>
    /// <param name="microseconds">Time it took.</param>
    /// <param name="structures">Structures worked on.</param>
    /// <param name="bonds">Bonds.</param>
    /// <param name="triplets">Triplets.</param>
    /// <param name="flops">Floating-point operations of its matrix products.</param>
    /// <param name="bytes">Bytes that have to be read and written at least.</param>
    [Event(StopId, Opcode = EventOpcode.Stop, Task = Tasks.Stage)]
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only primitive payloads.")]
    public void StageStop(
        string name, string detail, double microseconds, long structures, long bonds, long triplets, double flops, double bytes) =>
        WriteEvent(StopId, name, detail, microseconds, structures, bonds, triplets, flops, bytes);

    /// <summary>Tasks of the provider.</summary>
    public static class Tasks
    {
        /// <summary>A stage.</summary>
        public const EventTask Stage = (EventTask)1;
    }

    /// <summary>An open stage.</summary>
    public readonly struct StageScope : IDisposable
    {
        private readonly string? _name;
        private readonly string _detail;
        private readonly StageWork _work;
        private readonly long _start;

        internal StageScope(string name, string detail, StageWork work)
        {
            (_name, _detail, _work, _start) = (name, detail, work, Stopwatch.GetTimestamp());
            Log.StageStart(name, detail);
        }

        /// <summary>Closes the stage.</summary>
        public void Dispose()
        {
            if (_name is not null)
            {
                Log.StageStop(
                    _name,
                    _detail,
                    Stopwatch.GetElapsedTime(_start).TotalMicroseconds,
                    _work.Structures,
                    _work.Bonds,
                    _work.Triplets,
                    _work.Flops,
                    _work.Bytes);
            }
        }
    }
}

/// <summary>What a stage works on; what does not apply is 0.</summary>
/// <param name="Structures">Structures.</param>
/// <param name="Bonds">Bonds.</param>
/// <param name="Triplets">Triplets.</param>
/// <param name="Flops">Floating-point operations of its matrix products.</param>
/// <param name="Bytes">Bytes that have to be read and written at least.</param>
public readonly record struct StageWork(long Structures = 0, long Bonds = 0, long Triplets = 0, double Flops = 0, double Bytes = 0);
