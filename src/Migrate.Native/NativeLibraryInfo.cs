namespace Migrate.Native;

/// <summary>What there is to say about the native library, for tables and messages.</summary>
public static class NativeLibraryInfo
{
    /// <summary>Version of the C interface that this program needs.</summary>
    public static int InterfaceVersion => NativeMethods.Library.Version;

    /// <summary>Why the native library cannot be used, with the way out, or null if it can. Loads it.</summary>
    public static string? FindProblem() => NativeHandshake.FindProblem();
}
