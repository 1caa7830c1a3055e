namespace Migrate.Cli.Profiling;

/// <summary>One closed stage of a recording.</summary>
/// <param name="Name">Kind of work.</param>
/// <param name="Detail">Where, for example a layer's name; may be empty.</param>
/// <param name="End">When it closed, ms since the recording began.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Thread">Thread that closed it.</param>
/// <param name="Structures">Structures worked on.</param>
/// <param name="Bonds">Bonds.</param>
/// <param name="Triplets">Triplets.</param>
/// <param name="Flops">Floating-point operations of its matrix products.</param>
/// <param name="Bytes">Bytes that have to be read and written at least.</param>
internal sealed record StageRecord(
    string Name,
    string Detail,
    double End,
    double Milliseconds,
    int Thread,
    long Structures,
    long Bonds,
    long Triplets,
    double Flops,
    double Bytes);
