using Microsoft.Win32.SafeHandles;

namespace Migrate.Native;

/// <summary>A migrate_neighbor_list.</summary>
internal sealed class NeighborListHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.NeighborLists.Free(handle);
        return true;
    }
}

/// <summary>A migrate_crystal_graph.</summary>
internal sealed class CrystalGraphHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.CrystalGraphs.Free(handle);
        return true;
    }
}

/// <summary>A migrate_voronoi.</summary>
internal sealed class VoronoiHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.Structures.FreeVoronoi(handle);
        return true;
    }
}

/// <summary>A migrate_m3gnet.</summary>
internal sealed class M3GNetHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.Potentials.Free(handle);
        return true;
    }
}
