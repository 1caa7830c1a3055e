namespace Migrate.Native;

/// <summary>migrate_capability: what the native library was built with.</summary>
[Flags]
public enum NativeCapabilities
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>Voronoi cells, by Voro++.</summary>
    Voronoi = 1,

    /// <summary>Space groups, by spglib.</summary>
    Symmetry = 2,
}
