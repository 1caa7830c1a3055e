namespace Migrate.Crystals;

/// <summary>The two ends of a migration path, each in its own lattice. The migrating ion is the first site of both.</summary>
/// <param name="Initial">Before the hop.</param>
/// <param name="Final">After the hop.</param>
public sealed record EndPoints(Structure Initial, Structure Final);
