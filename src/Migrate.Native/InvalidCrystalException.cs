namespace Migrate.Native;

/// <summary>The native library cannot take the structure for a crystal; the message says why.</summary>
internal sealed class InvalidCrystalException(string message) : Exception(message);
