namespace Migrate.Native;

/// <summary>migrate_status: what every native call returns.</summary>
internal enum NativeStatus
{
    Ok = 0,
    InvalidArgument = 1,
    InvalidCrystal = 2,
    OutOfMemory = 3,
    InternalError = 4,
}

/// <summary>From a status to an exception with the native message.</summary>
internal static class NativeStatusExtensions
{
    /// <summary>Returns for <see cref="NativeStatus.Ok"/>; throws otherwise.</summary>
    /// <exception cref="ArgumentException">A mistake of the calling code.</exception>
    /// <exception cref="InvalidCrystalException">The structure cannot be a crystal.</exception>
    public static void ThrowIfFailed(this NativeStatus status)
    {
        if (status != NativeStatus.Ok)
        {
            Throw(status);
        }
    }

    private static void Throw(NativeStatus status)
    {
        var message = NativeMethods.Library.LastError();
        throw status switch
        {
            NativeStatus.InvalidArgument => new ArgumentException(message),
            NativeStatus.InvalidCrystal => new InvalidCrystalException(message),
            NativeStatus.OutOfMemory => new InsufficientMemoryException("the native library ran out of memory"),
            _ => new InvalidOperationException($"the native library failed ({status}): {message}"),
        };
    }
}
