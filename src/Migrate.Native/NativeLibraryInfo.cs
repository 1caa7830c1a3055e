namespace Migrate.Native;

/// <summary>What there is to say about the native library, for tables and messages.</summary>
public static class NativeLibraryInfo
{
    /// <summary>Version of the C interface that this program needs.</summary>
    public static int InterfaceVersion => NativeMethods.Library.Version;

    /// <summary>What the library was built with. Loads it.</summary>
    /// <exception cref="DllNotFoundException">It is missing or was built from other sources; the message says what to do.</exception>
    public static NativeCapabilities Capabilities
    {
        get
        {
            NativeHandshake.Require();
            return NativeMethods.Structures.Capabilities();
        }
    }

    /// <summary>Why the native library cannot be used, with the way out, or null if it can. Loads it.</summary>
    public static string? FindProblem() => NativeHandshake.FindProblem();
}
